/** Positions of the elements of triangles. */
import { type DType, isIndex } from "../dtype.ts";
import { ArgumentError, DTypeError } from "../errors.ts";
import { fromArray, type Tensor } from "../tensor.ts";
import { checkSizes } from "./options.ts";

/** Options of `trilIndices` and `triuIndices`. */
export interface TriangleIndicesOptions {
  /** The last diagonal of the triangle, counted to the right of the main one and negative below it; 0 by default. */
  readonly offset?: number;
  /** Integer dtype of the positions; int64 by default. */
  readonly dtype?: DType;
}

/** Returns the rows and columns of the elements of a matrix that are chosen, in row-major order. */
function positions(
  op: string,
  row: number,
  col: number,
  given: number | TriangleIndicesOptions,
  range: (first: number) => readonly [start: number, end: number],
): Tensor {
  checkSizes(op, [row, col]);
  const { offset = 0, dtype = "int64" } = typeof given === "number" ? { offset: given } : given;
  if (!isIndex(dtype)) throw new DTypeError(op, "expected int64 or int32", [dtype]);
  if (!Number.isInteger(offset)) throw new ArgumentError(op, `offset must be an integer, but got ${offset}`);
  const ranges = Array.from({ length: row }, (_, i): readonly [number, number] => {
    const [start, end] = range(i + offset);
    return [Math.max(start, 0), Math.min(end, col)];
  });
  const n = ranges.reduce((sum, [start, end]) => sum + Math.max(end - start, 0), 0);
  const out = new Int32Array(2 * n);
  let at = 0;
  ranges.forEach(([start, end], i) => {
    for (let j = start; j < end; j++) {
      out[at] = i;
      out[n + at++] = j;
    }
  });
  return fromArray(out, dtype, [2, n]);
}

/**
 * Creates the int64 matrix of the rows and the columns of the elements on and below a diagonal of a row × col matrix, in row-major order.
 * @throws ArgumentError when a size is negative or no integer; DTypeError for another dtype than int64 and int32.
 * @example trilIndices(2, 2).toArray(); // [[0, 1, 1], [0, 0, 1]]
 */
export const trilIndices = (row: number, col: number, offset: number | TriangleIndicesOptions = 0): Tensor =>
  positions("trilIndices", row, col, offset, (diagonal) => [0, diagonal + 1]);

/**
 * Creates the int64 matrix of the rows and the columns of the elements on and above a diagonal of a row × col matrix, in row-major order.
 * @throws ArgumentError when a size is negative or no integer; DTypeError for another dtype than int64 and int32.
 * @example triuIndices(2, 2).toArray(); // [[0, 0, 1], [0, 1, 1]]
 */
export const triuIndices = (row: number, col: number, offset: number | TriangleIndicesOptions = 0): Tensor =>
  positions("triuIndices", row, col, offset, (diagonal) => [diagonal, col]);
