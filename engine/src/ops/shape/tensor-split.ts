/** Splitting of a dimension at positions, or into a number of parts. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isIndex } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type DimOption, dimOf } from "./join.ts";
import { sliceDim } from "./slice.ts";

/** A number of parts, or the positions where parts begin, but for the first. */
export type IndicesOrSections = number | readonly number[] | Tensor;

/** Returns the views between the positions, which are bounded as those of slices in Python. */
function between(x: Tensor, positions: readonly number[], dim: number): Tensor[] {
  return [...positions, null].map((end, k) => sliceDim(x, dim, k === 0 ? 0 : positions[k - 1], end));
}

/** The largest number of parts of a dimension with fewer elements. Each part is an object. */
const mostParts = 2 ** 16;

/** Returns the positions that cut `n` elements into parts whose sizes differ by at most 1, larger ones first. */
function even(op: string, n: number, sections: number): number[] {
  if (!Number.isInteger(sections) || sections < 1)
    throw new ArgumentError(op, `the number of parts must be a positive integer, but got ${sections}`);
  if (sections > Math.max(n, mostParts))
    throw new ArgumentError(op, `${n} elements have at most ${mostParts} parts, but got ${sections}`);
  const [size, longer] = [Math.floor(n / sections), n % sections];
  return Array.from({ length: sections - 1 }, (_, k) => (k + 1) * size + Math.min(k + 1, longer));
}

/**
 * Returns the number of parts, or the positions, as numbers.
 * @throws DTypeError for tensors that are not int64 or int32; ShapeError for those with several dimensions; ArgumentError for anything but integers.
 */
function plain(op: string, given: IndicesOrSections): number | readonly number[] {
  if (given instanceof Tensor) {
    if (!isIndex(given.dtype))
      throw new DTypeError(op, "positions must be integers or an int64 or int32 tensor", [given.dtype]);
    if (given.ndim > 1) throw new ShapeError(op, "expected a number or a vector of positions", [given.shape]);
    const list = Array.from(contiguousArray(given));
    return given.ndim === 0 ? list[0] : list;
  }
  if (typeof given !== "number" && !(Array.isArray(given) && given.every(Number.isInteger)))
    throw new ArgumentError(op, `expected a number of parts or a list of positions, but got ${String(given)}`);
  return given;
}

/**
 * Splits a dimension into views: `indicesOrSections` parts whose sizes differ by at most 1, larger ones first, or parts that begin at 0 and at the positions listed.
 * Positions are bounded as those of slices in Python.
 * @throws ShapeError for a scalar; ArgumentError for a number of parts below 1.
 * @example
 * tensorSplit(arange(5), 2).map((part) => part.toArray()); // [[0, 1, 2], [3, 4]]
 * tensorSplit(arange(5), [1, 3]).map((part) => part.toArray()); // [[0], [1, 2], [3, 4]]
 */
export const tensorSplit: (
  input: Tensor,
  indicesOrSections: IndicesOrSections,
  dim?: number | DimOption,
) => readonly Tensor[] = defineComposite(
  {
    name: "tensorSplit",
    torch: "tensor_split",
    access: "method",
    signature: "input, indicesOrSections|sections|indices, dim=0",
    tex: "[y_1 \\mid y_2 \\mid \\dots] = x",
    samples: (r) => [
      { input: r.normal([5, 2]), indicesOrSections: 2 },
      { input: r.normal([2, 5]), indicesOrSections: [1, 3], dim: -1 },
    ],
  },
  (input: Tensor, indicesOrSections: IndicesOrSections, dim?: number | DimOption): readonly Tensor[] => {
    const x = requireTensor("tensorSplit", input);
    if (x.ndim === 0) throw new ShapeError("tensorSplit", "expected at least 1 dimension", [x.shape]);
    const d = normalizeDim("tensorSplit", dimOf(dim), x.ndim);
    const given = plain("tensorSplit", indicesOrSections);
    if (typeof given !== "number") return between(x, given, d);
    return between(x, even("tensorSplit", x.shape[d], given), d);
  },
);

type Splitting = (input: Tensor, indicesOrSections: IndicesOrSections) => readonly Tensor[];

/** Defines a function that splits one dimension into parts of one size, or at positions. */
const splitting = (name: string, rank: number, dimOf: (x: Tensor) => number): Splitting =>
  defineComposite(
    {
      name,
      torch: name,
      access: "method",
      signature: "input, indicesOrSections|sections|indices",
      tex: "[y_1 \\mid y_2 \\mid \\dots] = x",
      samples: (r) => [
        { input: r.normal([4, 4, 4]), indicesOrSections: 2 },
        { input: r.normal([3, 4, 5]), indicesOrSections: [1, 2] },
      ],
    },
    (input: Tensor, indicesOrSections: IndicesOrSections): readonly Tensor[] => {
      const x = requireTensor(name, input);
      if (x.ndim < rank)
        throw new ShapeError(name, `expected at least ${rank} dimension${rank > 1 ? "s" : ""}`, [x.shape]);
      const d = dimOf(x);
      const given = plain(name, indicesOrSections);
      if (typeof given !== "number") return between(x, given, d);
      const positions = even(name, x.shape[d], given);
      if (x.shape[d] % given === 0) return between(x, positions, d);
      throw new ShapeError(name, `dim ${d} cannot be cut into ${given} parts of one size`, [x.shape]);
    },
  );

/**
 * Splits columns, or a vector, into views: a number of parts of one size, or parts that begin at 0 and at the positions listed. It splits dimension 1, and dimension 0
 * of a vector.
 * @throws ShapeError for a scalar, and when the parts cannot have one size.
 * @example hsplit(tensor([[1, 2], [3, 4]]), 2)[1].toArray(); // [[2], [4]]
 */
export const hsplit: Splitting = splitting("hsplit", 1, (x) => (x.ndim === 1 ? 0 : 1));

/**
 * Splits dimension 0, the rows, into views: a number of parts of one size, or parts that begin at 0 and at the positions listed.
 * @throws ShapeError for less than two dimensions, and when the parts cannot have one size.
 * @example vsplit(tensor([[1, 2], [3, 4]]), 2)[1].toArray(); // [[3, 4]]
 */
export const vsplit: Splitting = splitting("vsplit", 2, () => 0);

/**
 * Splits dimension 2 into views: a number of parts of one size, or parts that begin at 0 and at the positions listed.
 * @throws ShapeError for less than three dimensions, and when the parts cannot have one size.
 * @example dsplit(zeros([2, 3, 4]), 2)[0].shape; // [2, 3, 2]
 */
export const dsplit: Splitting = splitting("dsplit", 3, () => 2);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Splits a dimension into a number of views, or at positions. */
    tensorSplit(indicesOrSections: IndicesOrSections, dim?: number | DimOption): readonly Tensor[];
    /** Splits columns, or a vector, into a number of views of one size, or at positions. */
    hsplit(indicesOrSections: IndicesOrSections): readonly Tensor[];
    /** Splits dimension 0 into a number of views of one size, or at positions. */
    vsplit(indicesOrSections: IndicesOrSections): readonly Tensor[];
    /** Splits dimension 2 into a number of views of one size, or at positions. */
    dsplit(indicesOrSections: IndicesOrSections): readonly Tensor[];
  }
}
