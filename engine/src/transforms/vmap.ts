/** `vmap`: a function of one example, run on all examples at once by the ops' batching rules. */
import { batchedTensor, batchOf, type Level, withLevel } from "../dispatch/batched.ts";
import { cat } from "../ops/shape/join.ts";
import { expand, permute } from "../ops/shape/reshape.ts";
import { narrow } from "../ops/shape/window.ts";
import { setRandomnessRule } from "../tensor/create.ts";
import { ArgumentError, GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fillTree, leavesOf, prefixed } from "./pytree.ts";

/** The batch dimension of a value: `null` for one that all examples share; lists and records for what is in lists and records. */
export type Axes = number | null | readonly Axes[] | { readonly [name: string]: Axes };

/** What random functions do inside: refuse, draw for each example, or once for all. */
export type Randomness = "error" | "different" | "same";

/** Options of `vmap`. */
export interface VmapOptions {
  /** Batch dimensions of the arguments: one for all of them, or a list. */
  readonly inAxes?: Axes;
  /** Where the batch dimension goes in each output. */
  readonly outAxes?: Axes;
  readonly randomness?: Randomness;
  /** Takes so many examples at a time; all by default. */
  readonly chunkSize?: number;
}

const isAxis = (x: unknown): x is number | null => x === null || typeof x === "number";

/** Dimension `from` moved to `to`. */
function moveDim(t: Tensor, from: number, to: number): Tensor {
  const order = Array.from({ length: t.ndim }, (_, d) => d).filter((d) => d !== from);
  order.splice(to, 0, from);
  return permute(t, order);
}

const positive = (axis: number, ndim: number): number => (axis < 0 ? axis + ndim : axis);

/**
 * The function that maps `f` over a dimension of its arguments: `f` sees one example, operations work on all. Ops without a batching rule run in a loop,
 * which the tape shows. Nests, and composes with all other transforms.
 * @throws ArgumentError when sizes of batch dimensions differ, or none is given; GradError for random numbers with randomness `"error"`, and for looking at
 * elements of one example.
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
    const leaves = leavesOf(args);
    const given = isAxis(inAxes) ? inAxes : Array.isArray(inAxes) ? inAxes.slice(0, args.length) : inAxes;
    const axes = prefixed(given, args, isAxis, "inAxes").map((axis, i) => {
      if (axis === null) return null;
      const d = positive(axis, leaves[i].ndim);
      if (d < 0 || d >= leaves[i].ndim)
        throw new ArgumentError("vmap", `inAxes names dimension ${axis} of a tensor with ${leaves[i].ndim}`);
      return d;
    });
    const sizes = leaves.flatMap((t, i) => (axes[i] === null ? [] : [t.shape[axes[i]]]));
    if (sizes.length === 0) throw new ArgumentError("vmap", "at least one argument must have a batch dimension");
    const [size] = sizes;
    if (sizes.some((n) => n !== size))
      throw new ArgumentError("vmap", `batch dimensions must have one size, but got ${sizes.join(", ")}`);
    const values = leaves.map((t, i) => {
      const d = axes[i];
      return d === null ? t : d === 0 ? t : moveDim(t, d, 0);
    });
    const step = chunkSize ?? Math.max(1, size);
    if (!Number.isInteger(step) || step < 1)
      throw new ArgumentError("vmap", `chunkSize must be a positive integer, but got ${step}`);
    const parts: Y[] = [];
    for (let at = 0; at < Math.max(1, size); at += step) {
      const n = Math.min(step, size - at);
      const part = values.map((v, i) => (axes[i] === null || n === size ? v : narrow(v, 0, at, n)));
      parts.push(runLevel(f, args, part, axes, n, outAxes, randomness));
    }
    if (parts.length === 1) return parts[0];
    const out = leavesOf(parts[0]);
    const where = prefixed(outAxes, parts[0], isAxis, "outAxes");
    const all = parts.map((p) => leavesOf(p));
    return fillTree(
      parts[0],
      out.map((y, i) =>
        where[i] === null
          ? y
          : cat(
              all.map((p) => p[i]),
              { dim: positive(where[i], y.ndim) },
            ),
      ),
    );
  };
}

function runLevel<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  args: A,
  values: readonly Tensor[],
  axes: readonly (number | null)[],
  size: number,
  outAxes: Axes,
  randomness: Randomness,
): Y {
  return withLevel(size, (level) => {
    const examples = values.map((v, i) => (axes[i] === null ? v : batchedTensor(v, level)));
    const result = withRandomness(level, randomness, () => f(...fillTree(args, examples)));
    if (result instanceof Promise) throw new ArgumentError("vmap", "an async function cannot be mapped");
    const where = prefixed(outAxes, result, isAxis, "outAxes");
    return fillTree(
      result,
      leavesOf(result).map((y, i) => allOf(y, level, where[i])),
    );
  });
}

/** All examples of an output, with the batch dimension in its place. */
function allOf(y: Tensor, level: Level, axis: number | null): Tensor {
  const b = batchOf(y);
  const mine = b !== null && b.level === level;
  if (axis === null) {
    if (mine) throw new ArgumentError("vmap", "outAxes is null for an output that differs between examples");
    return y;
  }
  const all = mine ? b.value : expand(y, [level.size, ...y.shape]);
  const d = positive(axis, all.ndim);
  return d === 0 ? all : moveDim(all, 0, d);
}

function withRandomness<T>(level: Level, randomness: Randomness, body: () => T): T {
  const outer = setRandomnessRule((op, shape, again) => {
    if (randomness === "error")
      throw new GradError(
        "vmap",
        `${op} inside of vmap needs a policy: pass { randomness: "different" } for numbers of each example's own, or "same"`,
      );
    const inner = setRandomnessRule(outer);
    try {
      if (randomness === "same") return again(shape);
      return batchedTensor(again([level.size, ...shape]), level);
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
