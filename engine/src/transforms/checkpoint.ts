/** Gradient checkpointing: tensors that a function saves for backward are dropped, and recomputed when backward needs them (Chen et al., 2016). */
import { restoring } from "../platform/ambient.ts";
import { atEndOfWalk, currentWalk } from "../tape/backward/current-walk.ts";
import { enableGrad } from "../tape/graph/mode.ts";
import { withPackHook } from "../tape/graph/saved-hooks.ts";
import { ArgumentError, showShape } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { type Generator, type GeneratorState, withDrawListener } from "../tensor/random.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The error of a checkpointed function that saves other tensors when it is recomputed.
 * @example new autograd.CheckpointError("checkpoint: differs").name; // "CheckpointError"
 */
export class CheckpointError extends Error {
  override readonly name: string = "CheckpointError";
}

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /** Whether the recomputation draws the random numbers of the first run again; true by default. */
  readonly preserveRngState?: boolean;
  /** Whether the recomputation must save tensors of the same shapes and dtypes (`"default"`), or is not checked (`"none"`). */
  readonly determinismCheck?: "default" | "none";
}

/** Thrown to end the recomputation once all saved tensors are there. */
const stopRecomputation = Symbol("stopRecomputation");

/** One call of a checkpointed function. */
class CheckpointFrame {
  readonly #run: () => unknown;
  /** States of the generators before the first run drew from them; `null` when they are not preserved. */
  readonly #rngStates: Map<Generator, GeneratorState> | null;
  readonly #checks: boolean;
  /** Shapes and dtypes of the tensors that the first run saved. */
  readonly #metas: Meta[] = [];
  /** Tensors saved by the recomputation, kept until the end of the walk that needed them. */
  #recomputed: Tensor[] | null = null;
  #walk: number | null = null;

  constructor(run: () => unknown, preservesRng: boolean, checks: boolean) {
    this.#run = run;
    this.#rngStates = preservesRng ? new Map() : null;
    this.#checks = checks;
  }

  /** Runs the function for the first time, and replaces each tensor that it saves by a reference to the recomputation. */
  first<R>(run: () => R): R {
    const withoutSaving = (): R =>
      withPackHook((t) => {
        const i = this.#metas.length;
        this.#metas.push(t.meta);
        return () => this.#saved(i);
      }, run);
    const states = this.#rngStates;
    if (states === null) return withoutSaving();
    return withDrawListener((g) => {
      if (!states.has(g)) states.set(g, g.getState());
    }, withoutSaving);
  }

  /** Returns the i-th saved tensor, recomputed once a walk. */
  #saved(i: number): Tensor {
    const walk = currentWalk();
    if (this.#recomputed === null || this.#walk !== walk) {
      this.#recomputed = this.#recompute();
      this.#walk = walk;
      if (walk !== null)
        atEndOfWalk(() => {
          this.#recomputed = null;
        });
    }
    return this.#recomputed[i];
  }

  #recompute(): Tensor[] {
    const saved: Tensor[] = [];
    const states = [...(this.#rngStates ?? [])];
    const present = states.map(([generator]) => generator.getState());
    const run = (): unknown => {
      for (const [generator, state] of states) generator.setState(state);
      return withPackHook((t) => {
        saved.push(t.detach());
        if (saved.length === this.#metas.length) throw stopRecomputation;
        return () => t;
      }, this.#run);
    };
    try {
      restoring(
        () => enableGrad(run),
        () => states.forEach(([generator], i) => generator.setState(present[i])),
      );
    } catch (error) {
      if (error !== stopRecomputation) throw error;
    }
    this.#check(saved);
    return saved;
  }

  #check(saved: readonly Tensor[]): void {
    if (saved.length !== this.#metas.length)
      throw new CheckpointError(
        `checkpoint: the function saved ${this.#metas.length} tensors at first and ${saved.length} when it was run again; it must do the same each time`,
      );
    if (!this.#checks) return;
    saved.forEach((t, i) => {
      const { shape, dtype } = this.#metas[i];
      if (!sameShape(shape, t.shape) || dtype !== t.dtype)
        throw new CheckpointError(
          `checkpoint: the function saved ${dtype} ${showShape(shape)} as tensor ${i} at first and ${t.dtype} ${showShape(t.shape)} when it was run again; it must do the same each time`,
        );
    });
  }
}

/**
 * Returns `f(...args)` without keeping the tensors that its operations save for backward: backward runs `f` again, up to the last tensor saved. Memory falls to that of
 * the arguments and results, and time grows by a second forward pass. `f` must compute the same each time; random numbers are drawn again as before.
 * @throws CheckpointError, in backward, when the recomputation saves other tensors.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const y = autograd.checkpoint((x: Tensor) => x.exp().sin(), [x]);
 * y.gradFn!.name; // "SinBackward"
 */
export function checkpoint<const A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
  { preserveRngState = true, determinismCheck = "default" }: CheckpointOptions = {},
): R {
  const run = (): R => f(...args);
  return new CheckpointFrame(run, preserveRngState, determinismCheck === "default").first(run);
}

/**
 * Applies functions or modules in sequence to the input, in `segments` parts of about equal length; each part but the last is a checkpoint.
 * @throws ArgumentError when `segments` is not an integer from 1 to the number of functions.
 * @example
 * const layers = [(x: Tensor) => x.sin(), (x: Tensor) => x.exp()];
 * autograd.checkpointSequential(layers, 2, tensor(0)).item(); // 1
 */
export function checkpointSequential(
  functions: Iterable<((x: Tensor) => Tensor) | { forward(x: Tensor): Tensor }>,
  segments: number,
  input: Tensor,
  options: CheckpointOptions = {},
): Tensor {
  const all = Array.from(functions, (f) => (typeof f === "function" ? f : (x: Tensor) => f.forward(x)));
  if (!Number.isInteger(segments) || segments < 1 || segments > all.length)
    throw new ArgumentError(
      "checkpointSequential",
      `segments must be from 1 to the number of functions, ${all.length}, but got ${segments}`,
    );
  const size = Math.floor(all.length / segments);
  let x = input;
  for (let s = 0; s < segments; s++) {
    const isLast = s === segments - 1;
    const part = all.slice(s * size, isLast ? undefined : (s + 1) * size);
    const run = (h: Tensor): Tensor => part.reduce((y, f) => f(y), h);
    x = isLast ? run(x) : checkpoint(run, [x], options);
  }
  return x;
}

/**
 * Returns `f` as a function of which every call is a checkpoint, as TensorFlow's `recompute_grad`.
 * @throws CheckpointError, in backward, when the recomputation saves other tensors.
 * @example
 * const x = tensor(2, { requiresGrad: true });
 * autograd.recomputeGrad((x: Tensor) => x.mul(x))(x).backward();
 * x.grad!.item(); // 4
 */
export const recomputeGrad =
  <A extends readonly unknown[], R>(f: (...args: A) => R): ((...args: A) => R) =>
  (...args) =>
    checkpoint(f, args);
