/** Reversed, rotated and shifted dimensions, which are copies. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { sizesAround, visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, IndexError, ShapeError } from "../../tensor/errors.ts";
import { contiguousStrides, type Dims, type Listed, listed, normalizeDim, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";
import { transpose } from "./permute.ts";
import { reshape } from "./reshape.ts";

const flipOp: Run<readonly number[]> = defineOp<readonly number[]>({
  name: "flip",
  torch: "flip",
  access: "method",
  signature: "input, dims...",
  label: (dims) => `flip dim ${dims.join(", ")}`,
  tex: { forward: "y_i = x_{n - 1 - i}", vjp: "\\bar x_i = \\bar y_{n - 1 - i}" },
  keepsFinite: "both",
  outputs: ([x]) => x,
  kernel: (out, [x], { params: dims, outputs: [y] }) => {
    if (x.length === 0) return;
    const strides = contiguousStrides(y.shape).map((s, d) => (dims.includes(d) ? -s : s));
    const first = dims.reduce((at, d) => at - (y.shape[d] - 1) * strides[d], 0);
    // rows in their new order, each copied forwards or backwards
    const columns = y.shape.at(-1) ?? 1;
    const backwards = dims.includes(y.shape.length - 1);
    visitElements(y.shape.slice(0, -1), [strides.slice(0, -1)], (row, [o]) => {
      const [to, from] = [row * columns, first + o];
      if (backwards) for (let i = 0; i < columns; i++) out[to + i] = x[from - i];
      else out.set(x.subarray(from, from + columns), to);
    });
  },
  saves: {},
  vjp: (g, { params }) => [flipOp([g], params)],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, dims) =>
    flipOp(
      [x],
      dims.map((d) => d + 1),
    ),
  samples: (r) => [
    { input: r.normal([2, 3]), dims: [1] },
    { input: r.normal([2, 3, 4]), dims: [0, -1] },
  ],
  call: (input: Tensor, dims: Listed) => flip(input, listed(dims)),
});

/** Returns the dimensions, which must differ from each other, counted from the start. */
function distinctDims(op: string, dims: readonly number[], rank: number): number[] {
  const list = dims.map((d) => normalizeDim(op, d, rank));
  if (new Set(list).size !== list.length)
    throw new IndexError(op, `dims must differ from each other, but got [${dims.join(", ")}]`);
  return list;
}

/**
 * Returns a copy with the order of the elements reversed along each dimension of `dims`.
 * @throws IndexError for a dimension out of range, or named twice.
 * @example flip(tensor([[1, 2], [3, 4]]), [1]).toArray(); // [[2, 1], [4, 3]]
 */
export function flip(input: Tensor, dims: readonly number[]): Tensor {
  const x = requireTensor("flip", input);
  const list = distinctDims("flip", dims, x.ndim);
  return flipOp([x], x.ndim === 0 ? [] : list);
}

/**
 * Returns a copy with the columns in reverse order: dimension 1 is reversed.
 * @throws ShapeError for less than two dimensions.
 * @example fliplr(tensor([[1, 2], [3, 4]])).toArray(); // [[2, 1], [4, 3]]
 */
export const fliplr: (input: Tensor) => Tensor = defineComposite(
  {
    name: "fliplr",
    torch: "fliplr",
    access: "method",
    signature: "input",
    tex: "y_{ij} = x_{i,\\, n - 1 - j}",
    samples: (r) => [{ input: r.normal([2, 3]) }],
  },
  (input: Tensor): Tensor => {
    const x = requireTensor("fliplr", input);
    if (x.ndim < 2) throw new ShapeError("fliplr", "expected at least 2 dimensions", [x.shape]);
    return flip(x, [1]);
  },
);

/**
 * Returns a copy with the rows in reverse order: dimension 0 is reversed.
 * @throws ShapeError for a scalar.
 * @example flipud(tensor([[1, 2], [3, 4]])).toArray(); // [[3, 4], [1, 2]]
 */
export const flipud: (input: Tensor) => Tensor = defineComposite(
  {
    name: "flipud",
    torch: "flipud",
    access: "method",
    signature: "input",
    tex: "y_i = x_{n - 1 - i}",
    samples: (r) => [{ input: r.normal([2, 3]) }],
  },
  (input: Tensor): Tensor => {
    const x = requireTensor("flipud", input);
    if (x.ndim < 1) throw new ShapeError("flipud", "expected at least 1 dimension", [x.shape]);
    return flip(x, [0]);
  },
);

/** Options of `rot90`. */
export interface Rot90Options {
  /** Quarter turns from the first dimension towards the second, negative for the other direction; 1 by default. */
  readonly k?: number;
  /** The two dimensions of the plane; [0, 1] by default. */
  readonly dims?: readonly number[];
}

/**
 * Returns a copy rotated by `k` quarter turns in the plane of two dimensions, from the first towards the second.
 * @throws ArgumentError when `dims` does not name two different dimensions; ShapeError for less than two dimensions.
 * @example rot90(tensor([[1, 2], [3, 4]])).toArray(); // [[2, 4], [1, 3]]
 */
export const rot90: (input: Tensor, k?: number | Rot90Options, dims?: readonly number[]) => Tensor = defineComposite(
  {
    name: "rot90",
    torch: "rot90",
    access: "method",
    signature: "input, k=1, dims=[0,1]",
    tex: "y = x \\text{, rotated by } 90^\\circ k",
    samples: (r) => [
      { input: r.normal([2, 3]), k: -1 },
      { input: r.normal([2, 3, 4]), k: 2, dims: [2, 1] },
    ],
  },
  (input: Tensor, k: number | Rot90Options = 1, dims: readonly number[] = [0, 1]): Tensor => {
    const x = requireTensor("rot90", input);
    const options = typeof k === "number" ? { k, dims } : { k: 1, dims: [0, 1], ...k };
    if (options.dims.length !== 2)
      throw new ArgumentError("rot90", `dims must name two dimensions, but got [${options.dims.join(", ")}]`);
    if (x.ndim < 2) throw new ShapeError("rot90", "expected at least 2 dimensions", [x.shape]);
    if (!Number.isInteger(options.k))
      throw new ArgumentError("rot90", `k must be an integer number of quarter turns, but got ${options.k}`);
    const [a, b] = distinctDims("rot90", options.dims, x.ndim);
    const turns = ((options.k % 4) + 4) % 4;
    if (turns === 0) return clone(x);
    return turns === 2 ? flip(x, [a, b]) : transpose(flip(x, [turns === 1 ? b : a]), a, b);
  },
);

/** A shift for each dimension. */
interface Roll {
  readonly shifts: readonly number[];
  readonly dims: readonly number[];
}

/** Writes `x` shifted by `shift` elements along a dimension to `out`. */
function shifted(out: NumericArray, x: NumericArray, shape: Shape, dim: number, shift: number): void {
  const [outer, n, inner] = sizesAround(shape, dim);
  if (n === 0) return;
  const cut = (((-shift % n) + n) % n) * inner;
  const run = n * inner;
  for (let start = 0; start < outer * run; start += run) {
    out.set(x.subarray(start + cut, start + run), start);
    out.set(x.subarray(start, start + cut), start + run - cut);
  }
}

const rollOp: Run<Roll> = defineOp<Roll>({
  name: "roll",
  torch: "roll",
  access: "method",
  signature: "input, shifts, dims=[]",
  label: ({ shifts, dims }) => `roll by ${shifts.join(", ")} dim ${dims.join(", ")}`,
  tex: { forward: "y_i = x_{(i - s) \\bmod n}", vjp: "\\bar x_i = \\bar y_{(i + s) \\bmod n}" },
  keepsFinite: "both",
  outputs: ([x]) => x,
  kernel: (out, [x], { params: { shifts, dims }, outputs: [y] }) => {
    if (dims.length === 0) out.set(x);
    let from = x;
    dims.forEach((dim, k) => {
      const to = k === dims.length - 1 ? out : x.slice();
      shifted(to, from, y.shape, dim, shifts[k]);
      from = to;
    });
  },
  saves: {},
  vjp: (g, { params: { shifts, dims } }) => [rollOp([g], { shifts: shifts.map((s) => -s), dims })],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, { shifts, dims }) => rollOp([x], { shifts, dims: dims.map((d) => d + 1) }),
  samples: (r) => [
    { input: r.normal([2, 5]), shifts: 2, dims: 1 },
    { input: r.normal([3, 5]), shifts: [1, -2], dims: [-2, 1] },
    { input: r.normal([2, 3]), shifts: 4 },
  ],
  call: roll,
});

/** Options of `roll`. */
export interface RollOptions {
  /** The dimensions, one for each shift; none by default, where the elements are shifted in row-major order. */
  readonly dims?: Dims;
}

/**
 * Returns a copy with the elements shifted along dimensions; those that leave at the end come in at the start. Without `dims` the elements are shifted in
 * row-major order.
 * @throws ArgumentError when there are not as many shifts as dimensions; IndexError for a dimension out of range.
 * @example roll(tensor([1, 2, 3, 4]), 1).toArray(); // [4, 1, 2, 3]
 */
export function roll(input: Tensor, shifts: Dims, dims?: Dims | RollOptions): Tensor {
  const x = requireTensor("roll", input);
  const given = typeof dims === "number" || Array.isArray(dims) ? (dims as Dims) : ((dims as RollOptions)?.dims ?? []);
  const [by, along] = [shifts, given].map((v) => (typeof v === "number" ? [v] : v));
  if (by.length === 0 || by.some((s) => !Number.isInteger(s)))
    throw new ArgumentError("roll", `shifts must be integers, at least one, but got [${by.join(", ")}]`);
  if (along.length === 0 && by.length === 1)
    return x.ndim === 1
      ? rollOp([x], { shifts: by, dims: [0] })
      : reshape(rollOp([reshape(x, [-1])], { shifts: by, dims: [0] }), x.shape);
  if (along.length !== by.length)
    throw new ArgumentError("roll", `as many shifts as dims are needed, but got ${by.length} and ${along.length}`);
  if (x.ndim === 0) throw new IndexError("roll", "a scalar has no dimension to shift");
  return rollOp([x], { shifts: by, dims: along.map((d) => normalizeDim("roll", d, x.ndim)) });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a copy with the order of the elements reversed along dimensions. */
    flip(...dims: Listed): Tensor;
    /** Returns a copy with dimension 1 reversed. */
    fliplr(): Tensor;
    /** Returns a copy with dimension 0 reversed. */
    flipud(): Tensor;
    /** Returns a copy rotated by `k` quarter turns in the plane of two dimensions. */
    rot90(k?: number | Rot90Options, dims?: readonly number[]): Tensor;
    /** Returns a copy with the elements shifted along dimensions, around their ends. */
    roll(shifts: Dims, dims?: Dims | RollOptions): Tensor;
  }
}
