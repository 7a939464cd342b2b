/** Positions of the elements that are not 0. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { contiguousStrides } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { unbind } from "../shape/split.ts";

/** Returns the row-major positions of the elements that are not 0. */
function offsets(x: Tensor): number[] {
  const found: number[] = [];
  contiguousArray(x).forEach((v: number | bigint, i: number) => {
    if (v !== 0 && v !== 0n) found.push(i);
  });
  return found;
}

/** Returns the indices of positions along each dimension, as an int64 matrix of `rows` rows; those without a position are `fill`. */
function coordinates(x: Tensor, at: readonly number[], rows: number, fill = 0): Tensor {
  const rank = x.ndim;
  const strides = contiguousStrides(x.shape);
  const out = new Float64Array(rows * rank).fill(fill);
  for (let i = 0; i < Math.min(at.length, rows); i++)
    for (let d = 0; d < rank; d++) out[i * rank + d] = Math.floor(at[i] / strides[d]) % x.shape[d];
  return fromArray(out, "int64", [rows, rank]);
}

/** Options of `nonzero`. */
export interface NonzeroOptions {
  /** Whether to return a vector of indices for each dimension, with which a tensor can be indexed. */
  readonly asTuple?: boolean;
}

/**
 * Returns the indices (int64) of the elements that are not 0, in row-major order: a matrix with a row for each element, or with `asTuple` a vector for each
 * dimension, of which a scalar counts as one.
 * @example
 * nonzero(tensor([[1, 0], [0, 2]])).toArray(); // [[0, 0], [1, 1]]
 * nonzero(tensor([5, 0, 7]), { asTuple: true }).map((i) => i.toArray()); // [[0, 2]]
 */
export function nonzero(input: Tensor, options?: NonzeroOptions & { readonly asTuple?: false }): Tensor;
export function nonzero(input: Tensor, options: NonzeroOptions & { readonly asTuple: true }): readonly Tensor[];
export function nonzero(input: Tensor, options?: NonzeroOptions): Tensor | readonly Tensor[];
export function nonzero(input: Tensor, { asTuple = false }: NonzeroOptions = {}): Tensor | readonly Tensor[] {
  const x = requireTensor("nonzero", input);
  const at = offsets(x);
  if (!asTuple) return coordinates(x, at, at.length);
  return x.ndim === 0
    ? [fromArray(new Float64Array(at.length), "int64", [at.length])]
    : unbind(coordinates(x, at, at.length), 1);
}

defineFunction(
  {
    name: "nonzero",
    torch: "nonzero",
    access: "method",
    signature: "input, asTuple=false",
    tex: "\\{i : x_i \\ne 0\\}",
    samples: (r) => [{ input: r.integers([2, 3], 0, 2) }, { input: r.integers([4], 0, 2), asTuple: true }],
  },
  nonzero,
);

/**
 * Returns the indices (int64) of the elements that are not 0 as a matrix with a row for each element, in row-major order.
 * @example argwhere(tensor([[1, 0], [0, 2]])).toArray(); // [[0, 0], [1, 1]]
 */
export const argwhere: (input: Tensor) => Tensor = defineFunction(
  {
    name: "argwhere",
    torch: "argwhere",
    access: "method",
    signature: "input",
    tex: "\\{i : x_i \\ne 0\\}",
    samples: (r) => [{ input: r.integers([2, 3], 0, 2) }],
  },
  (input: Tensor): Tensor => nonzero(requireTensor("argwhere", input)),
);

/** Options of `nonzeroStatic`. */
export interface NonzeroStaticOptions {
  /** The entries of rows for which there is no element; -1 by default. */
  readonly fillValue?: number;
}

/**
 * Returns the indices (int64) of the first `size` elements that are not 0, as a matrix of `size` rows, of which the last are `fillValue` if there are fewer elements.
 * @throws ArgumentError when `size` is negative or no integer.
 * @example nonzeroStatic(tensor([0, 3]), 2).toArray(); // [[1], [-1]]
 */
export const nonzeroStatic: (input: Tensor, size: number, options?: NonzeroStaticOptions) => Tensor = defineFunction(
  {
    name: "nonzeroStatic",
    torch: "nonzero_static",
    access: "method",
    signature: "input, size, fillValue=-1",
    tex: "\\{i : x_i \\ne 0\\}",
    samples: (r) => [{ input: r.integers([2, 3], 0, 2), size: 7, fillValue: -5 }],
  },
  (input: Tensor, size: number, { fillValue = -1 }: NonzeroStaticOptions = {}): Tensor => {
    const x = requireTensor("nonzeroStatic", input);
    if (!Number.isInteger(size) || size < 0)
      throw new ArgumentError("nonzeroStatic", `size must be an integer of at least 0, but got ${size}`);
    checkSizes("nonzeroStatic", [size, x.ndim]);
    return coordinates(x, offsets(x), size, fillValue);
  },
);

/**
 * Returns the indices (int64) along each dimension of a tensor of this shape that have the given row-major positions, as a list of tensors.
 * @throws ArgumentError for a position out of range.
 * @example unravelIndex(tensor([5], { dtype: "int64" }), [2, 3]).map((i) => i.toArray()); // [[1], [2]]
 */
export const unravelIndex: (indices: Tensor, shape: readonly number[]) => readonly Tensor[] = defineFunction(
  {
    name: "unravelIndex",
    torch: "unravel_index",
    access: "function",
    signature: "indices, shape",
    tex: "i = \\textstyle\\sum_d y_d s_d",
    samples: (r) => [{ indices: r.integers([4], 0, 6), shape: [2, 3] }],
  },
  (indices: Tensor, shape: readonly number[]): readonly Tensor[] => {
    const at = requireTensor("unravelIndex", indices);
    if (!shape.every((size) => Number.isInteger(size) && size >= 0))
      throw new ArgumentError("unravelIndex", `sizes must be integers of at least 0, but got [${shape.join(", ")}]`);
    const strides = contiguousStrides(shape);
    const n = shape.reduce((a, b) => a * b, 1);
    const positions = Array.from(contiguousArray(at), Number);
    const wrong = positions.find((i) => !(i >= -n && i < n));
    if (wrong !== undefined)
      throw new ArgumentError("unravelIndex", `positions must lie in ${-n} to ${n - 1}, but got ${wrong}`);
    return shape.map((size, d) =>
      fromArray(
        Float64Array.from(positions, (i) => Math.floor((i < 0 ? i + n : i) / strides[d]) % size),
        "int64",
        at.shape,
      ),
    );
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the indices of the elements that are not 0, as a matrix with a row for each element, or a vector for each dimension. */
    nonzero(options?: NonzeroOptions & { readonly asTuple?: false }): Tensor;
    nonzero(options: NonzeroOptions & { readonly asTuple: true }): readonly Tensor[];
    /** Returns the indices of the elements that are not 0 as a matrix with a row for each element. */
    argwhere(): Tensor;
    /** Returns the indices of the first elements that are not 0 as a matrix of a given number of rows. */
    nonzeroStatic(size: number, options?: NonzeroStaticOptions): Tensor;
  }
}
