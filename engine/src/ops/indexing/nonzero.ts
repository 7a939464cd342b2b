/** Positions of the elements that are not 0. */
import { defineFunction } from "../../dispatch/define.ts";
import { fastFunctions } from "../../dispatch/fast.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { toNumbers } from "../../tensor/encoding.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { unbind } from "../shape/split.ts";
import { coordinatesOf, nonzeroPositions } from "./positions.ts";

/** Returns the row-major positions of the elements that are not 0. */
function offsets(x: Tensor): Int32Array {
  const elements = contiguousArray(x);
  if (!isComplex(x.dtype)) return nonzeroPositions(elements, x.dtype);
  // a complex element is not 0 if one of its parts is not
  const parts = Uint8Array.from({ length: x.numel() }, (_, i) =>
    elements[2 * i] !== 0 || elements[2 * i + 1] !== 0 ? 1 : 0,
  );
  return nonzeroPositions(parts, "bool");
}

/** Returns the indices of positions along each dimension, as an int64 matrix of `rows` rows; those without a position are `fill`. */
function coordinates(x: Tensor, at: Int32Array, rows: number, fill = 0): Tensor {
  const rank = x.ndim;
  const out = new Int32Array(rows * rank);
  const count = Math.min(at.length, rows);
  coordinatesOf(at.subarray(0, count), x.shape).forEach((list, d) => {
    for (let i = 0, p = d; i < count; i++, p += rank) out[p] = list[i];
  });
  if (Number.isInteger(fill) && Math.abs(fill) < 2 ** 31)
    return fromArray(out.fill(fill, count * rank), "int64", [rows, rank]);
  return fromArray(Float64Array.from(out).fill(fill, count * rank), "int64", [rows, rank]);
}

/** Returns the indices of all elements that are not 0. */
function allCoordinates(x: Tensor): Tensor {
  const fast = fastFunctions()?.nonzero(x) ?? null;
  if (fast !== null) return fast;
  const at = offsets(x);
  return coordinates(x, at, at.length);
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
  const found = allCoordinates(x);
  if (!asTuple) return found;
  const { shape } = found;
  return x.ndim === 0 ? [fromArray(new Float64Array(shape[0]), "int64", [shape[0]])] : unbind(found, 1);
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

/** Divides numbers by one, and stores the remainders. */
function divideIntegers(x: Int32Array, by: number, remainders: Int32Array): void {
  for (let i = 0; i < x.length; i++) {
    const quotient = (x[i] / by) | 0;
    remainders[i] = x[i] - quotient * by;
    x[i] = quotient;
  }
}

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
    const n = shape.reduce((a, b) => a * b, 1);
    const isNarrow = n < 2 ** 31;
    const given = toNumbers(contiguousArray(at));
    const rest = isNarrow ? new Int32Array(given.length) : new Float64Array(given.length);
    for (let i = 0; i < rest.length; i++) {
      const position = given[i];
      if (!(position >= -n && position < n))
        throw new ArgumentError("unravelIndex", `positions must lie in ${-n} to ${n - 1}, but got ${position}`);
      rest[i] = position < 0 ? position + n : position;
    }
    // the remainders of divisions by the sizes, from the last dimension on
    return shape
      .toReversed()
      .map((size) => {
        const out = isNarrow ? new Int32Array(rest.length) : new Float64Array(rest.length);
        if (out instanceof Int32Array) divideIntegers(rest as Int32Array, size, out);
        else
          for (let i = 0; i < out.length; i++) {
            out[i] = rest[i] % size;
            rest[i] = Math.floor(rest[i] / size);
          }
        return fromArray(out, "int64", at.shape);
      })
      .toReversed();
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
