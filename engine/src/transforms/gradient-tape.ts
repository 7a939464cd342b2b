/** `GradientTape`: gradients of the operations recorded in a block of code, in the form of TensorFlow's `tf.GradientTape`. */

import { stack } from "../ops/shape/join.ts";
import { permute } from "../ops/shape/permute.ts";
import { reshape } from "../ops/shape/reshape.ts";
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
import type {
  GradientsUnder,
  GradientTapeOptions,
  SourceGradients,
  Sources,
  TapeGradientOptions,
  UnconnectedGradients,
  UnconnectedOptions,
} from "./gradient-tape-types.ts";

/** Number of blocks that record gradients, nested in each other. */
const recording = ambient(() => ({ tapes: 0 }));

/** Runs `body` so that gradients taken in it are recorded, and can be differentiated; an async body until its promise settles. */
export function recordingGradients<T>(body: () => T): T {
  recording.tapes++;
  return during(body, () => {
    recording.tapes--;
  });
}

/** The sequence numbers of the nodes recorded during one call of `record`. */
interface Interval {
  readonly from: number;
  /** The first number after the interval; Infinity while it is being recorded. */
  to: number;
}

/**
 * Records the operations that run in `record`, and returns gradients of them. Only these operations count: tensors computed before are constants. Tapes nest: a
 * gradient taken inside the `record` of another tape can be differentiated there.
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
  readonly #watchesLeaves: boolean;
  #intervals: Interval[] = [];
  #watchedEdges = new Map<Tensor, Edge>();
  /** Leaves that require a gradient only while they are watched. */
  #madeToRequireGrad: Tensor[] = [];
  #watched = new Set<Tensor>();
  #isRecording = false;
  #isUsed = false;

  constructor(options: GradientTapeOptions = {}) {
    checkNew(new.target, arguments);
    const { persistent = false, watchAccessedVariables = true } = options;
    this.persistent = persistent;
    this.#watchesLeaves = watchAccessedVariables;
  }

  /**
   * Runs `body`, which receives the tape, records its operations, and returns its result. An async body is recorded until its promise settles.
   * @throws GradError when the tape is already recording.
   */
  record<T>(body: (tape: this) => T): T {
    if (this.#isRecording) throw new GradError("GradientTape", "the tape is already recording");
    const recorded = (): T => {
      this.#isRecording = true;
      this.#intervals.push({ from: nextSequence(), to: Infinity });
      for (const t of this.#watched) this.#beginWatching(t);
      return recordingGradients(() => body(this));
    };
    return restoring(recorded, () => {
      this.#isRecording = false;
      for (const interval of this.#intervals) if (interval.to === Infinity) interval.to = nextSequence();
      for (const t of this.#madeToRequireGrad) t.requiresGrad = false;
      this.#madeToRequireGrad = [];
    });
  }

  /** Watches tensors, so that gradients with respect to them can be taken though they do not require one. */
  watch(tensors: Tensor | readonly Tensor[]): void {
    for (const t of asList(tensors)) {
      this.#watched.add(t);
      if (this.#isRecording) this.#beginWatching(t);
    }
  }

  #beginWatching(t: Tensor): void {
    if (!t.requiresGrad) {
      // listed before it is changed, as the program might be terminated in between
      this.#madeToRequireGrad.push(t);
      t.requiresGrad = true;
    }
    this.#watchedEdges.set(t, edgeOf(t) as Edge);
  }

  /** Runs `body` inside `record` without recording it. @throws GradError when the tape is not recording. */
  stopRecording<T>(body: () => T): T {
    if (!this.#isRecording) throw new GradError("GradientTape", "stopRecording makes sense only inside of record");
    return noGrad(body);
  }

  /** Discards the recorded operations and the watched tensors. */
  reset(): void {
    this.#intervals = this.#isRecording ? [{ from: nextSequence(), to: Infinity }] : [];
    this.#watchedEdges = new Map();
    this.#watched = new Set();
    this.#isUsed = false;
  }

  /** Returns the tensors passed to `watch`, and the leaves that require a gradient and that `targets` depend on. */
  watchedVariables(targets: Tensor | readonly Tensor[] = []): Tensor[] {
    const found = new Set(this.#watchedEdges.keys());
    if (this.#watchesLeaves) {
      const from = asList(targets).flatMap((t) => edgeOf(t)?.node ?? []);
      const roots = new Set(from);
      for (const node of reachable(from, (n) => roots.has(n) || this.#isRecorded(n) || n.depth === 0))
        if (node instanceof AccumulateGrad) found.add(node.variable);
    }
    return [...found];
  }

  #isRecorded(node: Node): boolean {
    return this.#intervals.some(({ from, to }) => node.seq >= from && node.seq < to);
  }

  /** Returns the edge of a source, or `null` if the tape has no gradient for it. */
  #edgeOfSource(source: Tensor): Edge | null {
    const watched = this.#watchedEdges.get(source);
    if (watched !== undefined) return watched;
    const edge = edgeOf(source);
    if (edge === null) return null;
    if (source.isLeaf) return this.#watchesLeaves ? edge : null;
    return this.#isRecorded(edge.node) ? edge : null;
  }

  #markUsed(): void {
    if (this.#intervals.length === 0)
      throw new GradError("GradientTape", "nothing was recorded; run it inside tape.record(() => …)");
    if (this.#isUsed && !this.persistent)
      throw new GradError(
        "GradientTape",
        "a tape that is not persistent gives one set of gradients; make it with { persistent: true } for more",
      );
    this.#isUsed = true;
  }

  /** Runs one backward walk from the targets, and returns the gradients of the sources, `null` for unconnected ones. */
  #pullBack(
    targets: readonly Tensor[],
    cotangents: readonly (Tensor | null)[],
    sources: readonly Tensor[],
  ): (Tensor | null)[] {
    const sourceEdges = sources.map((s) => this.#edgeOfSource(s));
    const edges = sourceEdges.filter((e) => e !== null);
    const sourceNodes = new Set(edges.map((e) => e.node));
    const roots = targets.flatMap((t, i) => {
      const edge = this.#watchedEdges.get(t) ?? edgeOf(t);
      if (edge === null) return [];
      const { node } = edge;
      if (!this.#isRecorded(node) && node.depth !== 0 && !sourceNodes.has(node)) return [];
      const g = cotangents[i];
      if (g !== null && !sameShape(g.shape, t.shape))
        throw new ShapeError("gradient", "an output gradient must have the shape of its target", [t.shape, g.shape]);
      return [{ edge, gradient: g ?? ones(t.shape, { dtype: t.dtype }) }];
    });
    const captured: (Tensor | null)[] = edges.map(() => null);
    if (roots.length > 0 && edges.length > 0)
      walk(roots, {
        createGraph: recording.tapes > 0,
        retainGraph: true,
        targets: edges,
        captured,
        within: (node) => sourceNodes.has(node) || this.#isRecorded(node),
      });
    let next = 0;
    return sourceEdges.map((e) => (e === null ? null : captured[next++]));
  }

  /**
   * Returns the gradient of the sum of all elements of the targets, weighted by `outputGradients`, with respect to each source, in the form of the sources.
   * @throws GradError when nothing was recorded, and on a second call unless the tape is persistent; ShapeError for an output gradient of another shape.
   */
  gradient<const S extends Sources, const O extends TapeGradientOptions = TapeGradientOptions>(
    targets: Tensor | readonly Tensor[],
    sources: S,
    options?: O,
  ): GradientsUnder<S, O> {
    const { outputGradients = null, unconnectedGradients = "none" }: TapeGradientOptions = options ?? {};
    this.#markUsed();
    const list = asList(targets);
    const cotangents = outputGradients === null ? list.map(() => null) : asList<Tensor | null>(outputGradients);
    return inFormOf(sources, (flat) =>
      this.#pullBack(list, cotangents, flat).map(
        (g, i) => g ?? unconnected(flat[i], unconnectedGradients, flat[i].shape),
      ),
    ) as GradientsUnder<S, O>;
  }

  /**
   * Returns the Jacobian of the target with respect to each source, [...target.shape, ...source.shape], in the form of the sources.
   * @throws GradError when nothing was recorded, and on a second call unless the tape is persistent.
   */
  jacobian<const S extends Sources, const O extends UnconnectedOptions = UnconnectedOptions>(
    target: Tensor,
    sources: S,
    options?: O,
  ): GradientsUnder<S, O> {
    const { unconnectedGradients = "none" }: UnconnectedOptions = options ?? {};
    this.#markUsed();
    const n = target.numel();
    return inFormOf(sources, (flat) => {
      const rows = Array.from({ length: n }, (_, i) => this.#pullBack([target], [indicator(target, [i])], flat));
      return flat.map((s, k) => {
        const shape = [...target.shape, ...s.shape];
        const column = rows.map((row) => row[k]);
        if (column.every((g) => g === null)) return unconnected(s, unconnectedGradients, shape);
        return reshape(stackOrZeros(column, s), shape);
      });
    }) as GradientsUnder<S, O>;
  }

  /**
   * Returns the Jacobian of each member of a batch, [b, ...targetShape, ...sourceShape], of a target [b, ...targetShape] of which row i depends on row i of the
   * source [b, ...sourceShape] alone.
   * @throws ShapeError when the first dimensions differ; GradError when nothing was recorded, and on a second call unless the tape is persistent.
   */
  batchJacobian<const O extends UnconnectedOptions = UnconnectedOptions>(
    target: Tensor,
    source: Tensor,
    options?: O,
  ): GradientsUnder<Tensor, O> {
    const { unconnectedGradients = "none" }: UnconnectedOptions = options ?? {};
    this.#markUsed();
    const [b] = source.shape;
    if (target.ndim === 0 || source.ndim === 0 || target.shape[0] !== b)
      throw new ShapeError("batchJacobian", "target and source must have one first dimension", [
        target.shape,
        source.shape,
      ]);
    const shape = [...target.shape, ...source.shape.slice(1)];
    const n = sizeOf(target.shape.slice(1));
    const columns = Array.from({ length: n }, (_, i) => {
      const sameElement = Array.from({ length: b }, (_row, r) => r * n + i);
      return this.#pullBack([target], [indicator(target, sameElement)], [source])[0];
    });
    if (columns.every((g) => g === null))
      return unconnected(source, unconnectedGradients, shape) as GradientsUnder<Tensor, O>;
    const order = [1, 0, ...Array.from({ length: source.ndim - 1 }, (_, d) => d + 2)];
    return reshape(permute(stackOrZeros(columns, source), order), shape);
  }
}

function unconnected(s: Tensor, kind: UnconnectedGradients, shape: readonly number[]): Tensor | null {
  return kind === "zero" ? zeros(shape, { dtype: s.dtype }) : null;
}

/** Stacks gradients of a source, with zeros for `null`. */
const stackOrZeros = (grads: readonly (Tensor | null)[], { shape, dtype }: Tensor): Tensor =>
  stack(grads.map((g) => g ?? zeros(shape, { dtype })));

/** Returns a tensor like `t` with 1 at some elements and 0 elsewhere. */
function indicator(t: Tensor, elements: readonly number[]): Tensor {
  const u = zeros(t.shape, { dtype: t.dtype });
  const { array } = u.storage;
  for (const i of elements) array[i] = 1;
  return u;
}

/** Returns the gradients of the sources in the form of the sources. */
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
