/** `vmap`: a function of one member of a batch, mapped over a batch dimension by the ops' batching rules. */
import { batchedTensor, batchOf, type Level, withLevel } from "../dispatch/batched.ts";
import { expand } from "../ops/shape/expand.ts";
import { cat } from "../ops/shape/join.ts";
import { permute } from "../ops/shape/permute.ts";
import { narrow } from "../ops/shape/window.ts";
import { setRandomnessRule } from "../tensor/create/random.ts";
import { ArgumentError, GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastPrefix, fillTree, leavesOf } from "./pytree.ts";

/**
 * Batch dimensions of a value: a dimension, or `null` for a value that has none and is shared by the whole batch. A list or record gives them for the members of a
 * list or record.
 */
export type Axes = number | null | readonly Axes[] | { readonly [name: string]: Axes };

/** Behaviour of random functions inside `vmap`: throw, draw separate numbers for each member of the batch, or draw once for all. */
export type Randomness = "error" | "different" | "same";

/** Options of `vmap`. */
export interface VmapOptions {
  /** Batch dimensions of the arguments: one for all of them, or a list with one for each; 0 by default. */
  readonly inAxes?: Axes;
  /** Positions of the batch dimension in the outputs; 0 by default. */
  readonly outAxes?: Axes;
  /** Behaviour of random functions; `"error"` by default. */
  readonly randomness?: Randomness;
  /** Number of members of the batch computed at a time; all by default. A smaller number needs less memory. */
  readonly chunkSize?: number;
}

const isAxis = (x: unknown): x is number | null => x === null || typeof x === "number";

/** Returns the tensor with dimension `from` moved to `to`. */
function moveDim(t: Tensor, from: number, to: number): Tensor {
  const order = Array.from({ length: t.ndim }, (_, d) => d).filter((d) => d !== from);
  order.splice(to, 0, from);
  return permute(t, order);
}

const nonNegative = (axis: number, ndim: number): number => (axis < 0 ? axis + ndim : axis);

/** The arguments of a mapped function, with batch dimensions in front. */
interface Batch {
  /** The tensors among the arguments. */
  readonly values: readonly Tensor[];
  /** For each tensor, whether it has a batch dimension. */
  readonly isMapped: readonly boolean[];
  readonly size: number;
}

function batchOfArguments(args: readonly unknown[], inAxes: Axes): Batch {
  const leaves = leavesOf(args);
  const prefix = Array.isArray(inAxes) ? inAxes.slice(0, args.length) : inAxes;
  const axes = broadcastPrefix(prefix, args, isAxis, "inAxes").map((axis, i) => {
    if (axis === null) return null;
    const d = nonNegative(axis, leaves[i].ndim);
    if (d < 0 || d >= leaves[i].ndim)
      throw new ArgumentError("vmap", `inAxes names dimension ${axis} of a tensor with ${leaves[i].ndim}`);
    return d;
  });
  const sizes = leaves.flatMap((t, i) => (axes[i] === null ? [] : [t.shape[axes[i]]]));
  if (sizes.length === 0) throw new ArgumentError("vmap", "at least one argument must have a batch dimension");
  const [size] = sizes;
  if (sizes.some((n) => n !== size))
    throw new ArgumentError("vmap", `batch dimensions must have one size, but got ${sizes.join(", ")}`);
  const values = leaves.map((t, i) => (axes[i] === null || axes[i] === 0 ? t : moveDim(t, axes[i], 0)));
  return { values, isMapped: axes.map((axis) => axis !== null), size };
}

/**
 * Returns `f` mapped over a batch dimension of its arguments: `f` is run once, on tensors that have the shape of one member of the batch, while each operation
 * computes all elements. Ops without a batching rule run in a loop over the batch, which the tape shows. Arguments and outputs may be tensors, or tensors in lists
 * and records. Nests, and composes with all other transforms.
 * @throws ArgumentError when batch dimensions have different sizes or no argument has one; GradError for random numbers with randomness `"error"`, and for reading
 * elements inside `f`.
 * @example
 * const dot = (a: Tensor, b: Tensor) => a.mul(b).sum();
 * func.vmap(dot)(tensor([[1, 2], [3, 4]]), tensor([[1, 1], [1, 1]])).toArray(); // [3, 7]
 * func.vmap(dot, { inAxes: [0, null] })(tensor([[1, 2], [3, 4]]), tensor([1, 0])).toArray(); // [1, 3]
 */
export function vmap<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  { inAxes = 0, outAxes = 0, randomness = "error", chunkSize }: VmapOptions = {},
): (...args: A) => Y {
  return (...args) => {
    const { values, isMapped, size } = batchOfArguments(args, inAxes);
    const step = chunkSize ?? Math.max(1, size);
    if (!Number.isInteger(step) || step < 1)
      throw new ArgumentError("vmap", `chunkSize must be a positive integer, but got ${step}`);
    const chunks: Y[] = [];
    for (let start = 0; start < Math.max(1, size); start += step) {
      const n = Math.min(step, size - start);
      const chunk = values.map((v, i) => (!isMapped[i] || n === size ? v : narrow(v, 0, start, n)));
      chunks.push(runBatched(f, args, { values: chunk, isMapped, size: n }, outAxes, randomness));
    }
    return joinChunks(chunks, outAxes);
  };
}

/** Runs `f` on batched tensors, and returns its outputs with the batch dimensions of `outAxes`. */
function runBatched<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  args: A,
  { values, isMapped, size }: Batch,
  outAxes: Axes,
  randomness: Randomness,
): Y {
  return withLevel(size, (level) => {
    const inputs = values.map((v, i) => (isMapped[i] ? batchedTensor(v, level) : v));
    const result = withRandomness(level, randomness, () => f(...fillTree(args, inputs)));
    if (result instanceof Promise) throw new ArgumentError("vmap", "an async function cannot be mapped");
    const axes = broadcastPrefix(outAxes, result, isAxis, "outAxes");
    return fillTree(
      result,
      leavesOf(result).map((y, i) => unwrapOutput(y, level, axes[i])),
    );
  });
}

/** Returns an output with its batch dimension at `axis`, or without one for `null`. */
function unwrapOutput(y: Tensor, level: Level, axis: number | null): Tensor {
  const b = batchOf(y);
  const isBatched = b !== null && b.level === level;
  if (axis === null) {
    if (isBatched)
      throw new ArgumentError("vmap", "outAxes is null for an output that differs between members of the batch");
    return y;
  }
  const value = isBatched ? b.value : expand(y, [level.size, ...y.shape]);
  const d = nonNegative(axis, value.ndim);
  return d === 0 ? value : moveDim(value, 0, d);
}

/** Concatenates the outputs of the chunks along their batch dimensions. */
function joinChunks<Y>(chunks: readonly Y[], outAxes: Axes): Y {
  const [first] = chunks;
  if (chunks.length === 1) return first;
  const axes = broadcastPrefix(outAxes, first, isAxis, "outAxes");
  const leaves = chunks.map((chunk) => leavesOf(chunk));
  const joined = leaves[0].map((y, i) => {
    const axis = axes[i];
    if (axis === null) return y;
    const parts = leaves.map((chunk) => chunk[i]);
    return cat(parts, { dim: nonNegative(axis, y.ndim) });
  });
  return fillTree(first, joined);
}

/** Runs `body` with random functions behaving as `randomness` says. */
function withRandomness<T>(level: Level, randomness: Randomness, body: () => T): T {
  const outer = setRandomnessRule((op, shape, draw) => {
    if (randomness === "error")
      throw new GradError(
        "vmap",
        `${op} inside of vmap needs a policy: pass { randomness: "different" } for separate numbers for each member of the batch, or "same"`,
      );
    const inner = setRandomnessRule(outer);
    try {
      if (randomness === "same") return draw(shape);
      return batchedTensor(draw([level.size, ...shape]), level);
    } finally {
      setRandomnessRule(inner);
    }
  });
  try {
    return body();
  } finally {
    setRandomnessRule(outer);
  }
}
