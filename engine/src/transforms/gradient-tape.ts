/** TensorFlow's way in: a window on the tape, from which gradients are taken. */

import { stack } from "../ops/shape/join.ts";
import { permute, reshape } from "../ops/shape/reshape.ts";
import { ambient, during, restoring } from "../platform/ambient.ts";
import { asList } from "../tape/backward/backward.ts";
import { walk } from "../tape/backward/walk.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { AccumulateGrad, edgeOf, type Node, nextSequence } from "../tape/graph/node.ts";
import { reachable } from "../tape/graph/reachable.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ones, zeros } from "../tensor/create.ts";
import { GradError, ShapeError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import { sameShape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Options of `GradientTape`. */
export interface GradientTapeOptions {
  /** Whether gradients can be taken more than once. */
  readonly persistent?: boolean;
  /** Whether all leaves that require a gradient are watched, or only those that `watch` names. */
  readonly watchAccessedVariables?: boolean;
}

/** What a source that the target does not depend on gives: `null`, or zeros. */
export type UnconnectedGradients = "none" | "zero";

/** Options of `gradient`. */
export interface TapeGradientOptions {
  /** Cotangents of the targets; ones by default. */
  readonly outputGradients?: Tensor | readonly (Tensor | null)[] | null;
  readonly unconnectedGradients?: UnconnectedGradients;
}

/** Options of `jacobian` and `batchJacobian`. */
export type UnconnectedOptions = Pick<TapeGradientOptions, "unconnectedGradients">;

/** Sources of a gradient: a tensor, a list or a record of them. */
export type Sources = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** Gradients in the form of the sources. */
export type SourceGradients<S> = S extends Tensor ? Tensor | null : { -readonly [K in keyof S]: Tensor | null };

/** Gradients in the form of the sources, where unconnected ones are zeros. */
export type AllSourceGradients<S> = S extends Tensor ? Tensor : { -readonly [K in keyof S]: Tensor };

/** Gradients for sources `S` under options `O`. */
export type GradientsUnder<S, O> = O extends { readonly unconnectedGradients: "zero" }
  ? AllSourceGradients<S>
  : SourceGradients<S>;

const recording = ambient(() => ({ tapes: 0 }));

/** Runs `body` so that gradients taken in it are recorded, as their derivatives may be wanted; an async body until its promise settles. */
export function withWindow<T>(body: () => T): T {
  recording.tapes++;
  return during(body, () => {
    recording.tapes--;
  });
}

/**
 * Records what runs in `record`, and gives gradients of it. Only operations inside count: what was computed before is constant. Tapes nest: a gradient
 * that is taken inside of another tape's `record` can itself be differentiated there.
 * @example
 * const x = tensor(3);
 * const tape = new autograd.GradientTape();
 * const y = tape.record(() => {
 *   tape.watch(x);
 *   return x.mul(x);
 * });
 * tape.gradient(y, x)!.item(); // 6
 */
export class GradientTape {
  readonly persistent: boolean;
  readonly #auto: boolean;
  /** Numbers of nodes that were recorded here: from, up to before. */
  #windows: { readonly from: number; to: number }[] = [];
  #watched = new Map<Tensor, Edge>();
  /** Leaves that require a gradient only because they are watched. */
  #borrowed: Tensor[] = [];
  #wanted = new Set<Tensor>();
  #recording = false;
  #used = false;

  constructor(options: GradientTapeOptions = {}) {
    checkNew(new.target, arguments);
    const { persistent = false, watchAccessedVariables = true } = options;
    this.persistent = persistent;
    this.#auto = watchAccessedVariables;
  }

  /**
   * Runs `body` and records its operations; an async body until its promise settles.
   * @throws GradError when the tape is already recording.
   */
  record<T>(body: (tape: this) => T): T {
    if (this.#recording) throw new GradError("GradientTape", "the tape is already recording");
    const recorded = (): T => {
      this.#recording = true;
      this.#windows.push({ from: nextSequence(), to: Infinity });
      for (const t of this.#wanted) this.#begin(t);
      return withWindow(() => body(this));
    };
    return restoring(recorded, () => {
      this.#recording = false;
      for (const w of this.#windows) if (w.to === Infinity) w.to = nextSequence();
      for (const t of this.#borrowed) t.requiresGrad = false;
      this.#borrowed = [];
    });
  }

  /** Watches tensors that require no gradient by themselves, from now on. */
  watch(tensors: Tensor | readonly Tensor[]): void {
    for (const t of asList(tensors)) {
      this.#wanted.add(t);
      if (this.#recording) this.#begin(t);
    }
  }

  #begin(t: Tensor): void {
    if (!t.requiresGrad) {
      // listed first: the tape might be terminated in between
      this.#borrowed.push(t);
      t.requiresGrad = true;
    }
    this.#watched.set(t, edgeOf(t) as Edge);
  }

  /** Runs `body` without recording. */
  stopRecording<T>(body: () => T): T {
    if (!this.#recording) throw new GradError("GradientTape", "stopRecording makes sense only inside of record");
    return noGrad(body);
  }

  /** Forgets all that was recorded, and what was watched. */
  reset(): void {
    this.#windows = this.#recording ? [{ from: nextSequence(), to: Infinity }] : [];
    this.#watched = new Map();
    this.#wanted = new Set();
    this.#used = false;
  }

  /** The leaves that were watched by name, and those that require a gradient and were used by what leads to `targets`. */
  watchedVariables(targets: Tensor | readonly Tensor[] = []): Tensor[] {
    const found = new Set(this.#watched.keys());
    if (this.#auto) {
      const from = asList(targets).flatMap((t) => edgeOf(t)?.node ?? []);
      const roots = new Set(from);
      for (const node of reachable(from, (n) => roots.has(n) || this.#within(n) || n.depth === 0))
        if (node instanceof AccumulateGrad) found.add(node.variable);
    }
    return [...found];
  }

  #within(node: Node): boolean {
    return this.#windows.some(({ from, to }) => node.seq >= from && node.seq < to);
  }

  #edge(source: Tensor): Edge | null {
    const watched = this.#watched.get(source);
    if (watched !== undefined) return watched;
    const edge = edgeOf(source);
    if (edge === null) return null;
    return source.isLeaf ? (this.#auto ? edge : null) : this.#within(edge.node) ? edge : null;
  }

  #use(): void {
    if (this.#windows.length === 0)
      throw new GradError("GradientTape", "nothing was recorded; run it inside tape.record(() => …)");
    if (this.#used && !this.persistent)
      throw new GradError(
        "GradientTape",
        "a tape that is not persistent gives one set of gradients; make it with { persistent: true } for more",
      );
    this.#used = true;
  }

  /** One walk from the targets to the sources. */
  #pull(
    targets: readonly Tensor[],
    cotangents: readonly (Tensor | null)[],
    sources: readonly Tensor[],
  ): (Tensor | null)[] {
    const edges = sources.map((s) => this.#edge(s));
    const places = edges.filter((e) => e !== null);
    const roots = targets.flatMap((t, i) => {
      const edge = this.#watched.get(t) ?? edgeOf(t);
      if (
        edge === null ||
        !(this.#within(edge.node) || edge.node.depth === 0 || places.some((p) => p.node === edge.node))
      )
        return [];
      const g = cotangents[i];
      if (g !== null && !sameShape(g.shape, t.shape))
        throw new ShapeError("gradient", "an output gradient must have the shape of its target", [t.shape, g.shape]);
      return [{ edge, gradient: g ?? ones(t.shape, { dtype: t.dtype }) }];
    });
    const captured: (Tensor | null)[] = places.map(() => null);
    const nodes = new Set(places.map((p) => p.node));
    if (roots.length > 0 && places.length > 0)
      walk(roots, {
        createGraph: recording.tapes > 0,
        retainGraph: true,
        targets: places,
        captured,
        within: (node) => nodes.has(node) || this.#within(node),
      });
    let at = 0;
    return edges.map((e) => (e === null ? null : captured[at++]));
  }

  /**
   * Gradients of the sum of all elements of the targets with respect to each source.
   * @throws GradError on a second call, unless the tape is persistent.
   */
  gradient<const S extends Sources, const O extends TapeGradientOptions = TapeGradientOptions>(
    targets: Tensor | readonly Tensor[],
    sources: S,
    options?: O,
  ): GradientsUnder<S, O> {
    const { outputGradients = null, unconnectedGradients = "none" }: TapeGradientOptions = options ?? {};
    this.#use();
    const list = asList(targets);
    const cotangents = outputGradients === null ? list.map(() => null) : asList<Tensor | null>(outputGradients);
    return inFormOf(sources, (flat) =>
      this.#pull(list, cotangents, flat).map((g, i) => g ?? unconnected(flat[i], unconnectedGradients, flat[i].shape)),
    ) as GradientsUnder<S, O>;
  }

  /** Jacobians of the target: of shape `target.shape` followed by that of the source. */
  jacobian<const S extends Sources, const O extends UnconnectedOptions = UnconnectedOptions>(
    target: Tensor,
    sources: S,
    options?: O,
  ): GradientsUnder<S, O> {
    const { unconnectedGradients = "none" }: UnconnectedOptions = options ?? {};
    this.#use();
    const n = target.numel();
    return inFormOf(sources, (flat) => {
      const rows = Array.from({ length: n }, (_, i) => this.#pull([target], [unit(target, [i])], flat));
      return flat.map((s, k) => {
        const shape = [...target.shape, ...s.shape];
        const found = rows.map((row) => row[k]);
        if (n === 0 || found.every((g) => g === null)) return unconnected(s, unconnectedGradients, shape);
        return reshape(stack(found.map((g) => g ?? zeros(s.shape, { dtype: s.dtype }))), shape);
      });
    }) as GradientsUnder<S, O>;
  }

  /**
   * Jacobians of each example, where row b of the target depends on row b of the source alone: of shape `[b, ...target, ...source]`.
   * @throws ShapeError when the first dimensions differ.
   */
  batchJacobian<const O extends UnconnectedOptions = UnconnectedOptions>(
    target: Tensor,
    source: Tensor,
    options?: O,
  ): GradientsUnder<Tensor, O> {
    const { unconnectedGradients = "none" }: UnconnectedOptions = options ?? {};
    this.#use();
    const [b] = source.shape;
    if (target.ndim === 0 || source.ndim === 0 || target.shape[0] !== b)
      throw new ShapeError("batchJacobian", "target and source must have one first dimension", [
        target.shape,
        source.shape,
      ]);
    const shape = [...target.shape, ...source.shape.slice(1)];
    const n = sizeOf(target.shape.slice(1));
    const columns = Array.from({ length: n }, (_, i) => {
      const all = Array.from({ length: b }, (_row, r) => r * n + i);
      return this.#pull([target], [unit(target, all)], [source])[0];
    });
    if (n === 0 || columns.every((g) => g === null))
      return unconnected(source, unconnectedGradients, shape) as GradientsUnder<Tensor, O>;
    const stacked = stack(columns.map((g) => g ?? zeros(source.shape, { dtype: source.dtype })));
    const order = [1, 0, ...Array.from({ length: source.ndim - 1 }, (_, d) => d + 2)];
    return reshape(permute(stacked, order), shape);
  }
}

function unconnected(s: Tensor, kind: UnconnectedGradients, shape: readonly number[]): Tensor | null {
  return kind === "zero" ? zeros(shape, { dtype: s.dtype }) : null;
}

/** Ones at some elements, zeros elsewhere. */
function unit(t: Tensor, at: readonly number[]): Tensor {
  const u = zeros(t.shape, { dtype: t.dtype });
  const { array } = u.storage;
  for (const i of at) array[i] = 1;
  return u;
}

function inFormOf<S extends Sources>(
  sources: S,
  gradients: (flat: readonly Tensor[]) => readonly (Tensor | null)[],
): SourceGradients<S> {
  if (sources instanceof Tensor) return gradients([sources])[0] as SourceGradients<S>;
  if (Array.isArray(sources)) return gradients(sources as readonly Tensor[]) as SourceGradients<S>;
  const names = Object.keys(sources);
  const found = gradients(Object.values(sources as Readonly<Record<string, Tensor>>));
  return Object.fromEntries(names.map((name, i) => [name, found[i]])) as SourceGradients<S>;
}
