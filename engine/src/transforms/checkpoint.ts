/** Checkpointing: what a function saves for backward is dropped, and computed again when backward needs it (Chen et al., 2016). */
import { restoring } from "../platform/ambient.ts";
import { atEndOfWalk, currentWalk } from "../tape/backward/walk.ts";
import { enableGrad } from "../tape/graph/mode.ts";
import { withPackHook } from "../tape/graph/saved-hooks.ts";
import { ArgumentError, showShape } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { type Generator, type GeneratorState, withDrawListener } from "../tensor/random.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A function that saved other tensors the second time than the first. */
export class CheckpointError extends Error {
  override readonly name: string = "CheckpointError";
}

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /** Whether the second run draws the same random numbers as the first. */
  readonly preserveRngState?: boolean;
  /** Whether the second run must save tensors of the same shapes and dtypes. */
  readonly determinismCheck?: "default" | "none";
}

/** Ends the second run once it has saved all that is needed. */
const enough = Symbol("enough");

/** One run of a checkpointed function. */
class Frame {
  readonly #run: () => unknown;
  /** The states that generators had before the first run drew from them; `null` where they are not to be restored. */
  readonly #random: Map<Generator, GeneratorState> | null;
  readonly #checks: boolean;
  readonly #metas: Meta[] = [];
  /** What the second run saved, and in which walk. */
  #again: Tensor[] | null = null;
  #walk: number | null = null;

  constructor(run: () => unknown, preserves: boolean, checks: boolean) {
    this.#run = run;
    this.#random = preserves ? new Map() : null;
    this.#checks = checks;
  }

  /** Runs the function for the first time, counting what it saves. */
  first<R>(run: () => R): R {
    const keep = (): R =>
      withPackHook((t) => {
        const i = this.#metas.length;
        this.#metas.push(t.meta);
        return () => this.#saved(i);
      }, run);
    const states = this.#random;
    if (states === null) return keep();
    return withDrawListener((g) => {
      if (!states.has(g)) states.set(g, g.getState());
    }, keep);
  }

  #saved(i: number): Tensor {
    const walk = currentWalk();
    if (this.#again === null || this.#walk !== walk) {
      this.#again = this.#recompute();
      this.#walk = walk;
      if (walk !== null)
        atEndOfWalk(() => {
          this.#again = null;
        });
    }
    return this.#again[i];
  }

  #recompute(): Tensor[] {
    const again: Tensor[] = [];
    const states = [...(this.#random ?? [])];
    const now = states.map(([generator]) => generator.getState());
    const run = (): unknown => {
      for (const [generator, state] of states) generator.setState(state);
      return withPackHook((t) => {
        again.push(t.detach());
        if (again.length === this.#metas.length) throw enough;
        return () => t;
      }, this.#run);
    };
    try {
      restoring(
        () => enableGrad(run),
        () => states.forEach(([generator], i) => generator.setState(now[i])),
      );
    } catch (error) {
      if (error !== enough) throw error;
    }
    this.#compare(again);
    return again;
  }

  #compare(again: readonly Tensor[]): void {
    if (again.length !== this.#metas.length)
      throw new CheckpointError(
        `checkpoint: the function saved ${this.#metas.length} tensors at first and ${again.length} when it was run again; it must do the same each time`,
      );
    if (!this.#checks) return;
    again.forEach((t, i) => {
      const { shape, dtype } = this.#metas[i];
      if (!sameShape(shape, t.shape) || dtype !== t.dtype)
        throw new CheckpointError(
          `checkpoint: the function saved ${dtype} ${showShape(shape)} as tensor ${i} at first and ${t.dtype} ${showShape(t.shape)} when it was run again; it must do the same each time`,
        );
    });
  }
}

/**
 * `f(...args)`, without keeping what its ops save: backward runs it again, up to the last tensor that it saved. Memory falls to that of the
 * arguments, time grows by one more forward pass. `f` must do the same each time; the random numbers that it drew are drawn again, from whatever generator.
 * @throws CheckpointError when the second run saves other tensors.
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
  return new Frame(run, preserveRngState, determinismCheck === "default").first(run);
}

/**
 * Functions one after the other, in `segments` parts of about the same number, each of which is a checkpoint; the last one is not.
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
    const last = s === segments - 1;
    const part = all.slice(s * size, last ? undefined : (s + 1) * size);
    const run = (h: Tensor): Tensor => part.reduce((y, f) => f(y), h);
    x = last ? run(x) : checkpoint(run, [x], options);
  }
  return x;
}

/**
 * `f` as a function that is checkpointed at each call, as TensorFlow's `recompute_grad`.
 * @example
 * const x = tensor(2, { requiresGrad: true });
 * autograd.recomputeGrad((x: Tensor) => x.mul(x))(x).backward();
 * x.grad!.item(); // 4
 */
export const recomputeGrad =
  <A extends readonly unknown[], R>(f: (...args: A) => R): ((...args: A) => R) =>
  (...args) =>
    checkpoint(f, args);
