/** Arguments of Fourier transforms: sizes, dimensions and normalization. */

import { requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create/options.ts";
import { complexDType, floatResult, isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, IndexError } from "../../tensor/errors.ts";
import { type Dims, normalizeDim, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";
import { constantPadNd } from "../shape/pad.ts";

/** The direction that is divided by the number of elements: the inverse transform, none fully but both by its root, or the forward transform. */
export type FftNorm = "backward" | "ortho" | "forward";

/** Options of a transform along one dimension. */
export interface FftOptions {
  /** Length of the signal: the input is cut or padded with zeros; by default it is taken as it is. */
  readonly n?: number | null;
  /** The dimension; -1 by default. */
  readonly dim?: number;
  /** Normalization; "backward" by default. */
  readonly norm?: FftNorm | null;
}

/** Options of a transform along two dimensions, or several. */
export interface FftnOptions {
  /** Length of the signal in each dimension; -1 leaves the size of the input. */
  readonly s?: Dims | null;
  /** The dimensions; by default all, or the last ones for which `s` has lengths. */
  readonly dim?: Dims | null;
  /** Normalization; "backward" by default. */
  readonly norm?: FftNorm | null;
}

/** Returns the factor of the result of a transform of so many elements. */
export function scaleOf(op: string, norm: FftNorm | null | undefined, count: number, forward: boolean): number {
  switch (norm ?? "backward") {
    case "backward":
      return forward ? 1 : 1 / count;
    case "ortho":
      return 1 / Math.sqrt(count);
    case "forward":
      return forward ? 1 / count : 1;
    default:
      throw new ArgumentError(op, `norm must be "backward", "ortho" or "forward", but got ${JSON.stringify(norm)}`);
  }
}

/** Returns the number of signal elements. @throws ArgumentError for less than 1, or more than a tensor has. */
export function checkLength(op: string, n: number): number {
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError(op, `a signal must have at least one element, but n is ${n}`);
  checkSizes(op, [n]);
  return n;
}

/** Returns the input as a float or complex tensor: integers become float32. */
export function signalOf(op: string, input: Tensor): Tensor {
  const x = requireTensor(op, input);
  return to(x, floatResult(x.dtype));
}

/** Returns the input as a float tensor. @throws DTypeError for a complex one. */
export function realSignalOf(op: string, input: Tensor): Tensor {
  const x = signalOf(op, input);
  if (isComplex(x.dtype)) throw new DTypeError(op, "expected a real tensor", [x.dtype]);
  return x;
}

/** Returns the input as a complex tensor. */
export function complexSignalOf(op: string, input: Tensor): Tensor {
  const x = signalOf(op, input);
  return to(x, complexDType(x.dtype));
}

/** Returns the tensor cut, or padded with zeros at the end, to sizes of dimensions. @throws ArgumentError for more elements than a tensor has. */
export function resized(op: string, x: Tensor, dims: readonly number[], sizes: readonly number[]): Tensor {
  if (dims.every((d, i) => x.shape[d] === sizes[i])) return x;
  checkSizes(
    op,
    dims.reduce((shape, d, i) => shape.with(d, sizes[i]), [...x.shape]),
  );
  const pad = new Array<number>(2 * x.ndim).fill(0);
  dims.forEach((d, i) => {
    pad[2 * (x.ndim - 1 - d) + 1] = sizes[i] - x.shape[d];
  });
  return constantPadNd(x, pad);
}

/** Returns a dimension counted from the start. @throws IndexError for a scalar, and for a dimension out of range. */
export function dimOf(op: string, dim: number, x: Tensor): number {
  if (x.ndim === 0) throw new IndexError(op, "a scalar has no dimension to transform");
  return normalizeDim(op, dim, x.ndim);
}

const asList = (v: Dims): readonly number[] => (typeof v === "number" ? [v] : v);

/**
 * Returns the dimensions, counted from the start and in the order in which they were given, and the length of the signal in each.
 * @throws ArgumentError when there are other numbers of lengths and dimensions; IndexError for a dimension out of range, or named twice.
 */
export function sizesOf(
  op: string,
  shape: Shape,
  { s, dim }: FftnOptions,
): { readonly dims: readonly number[]; readonly sizes: readonly number[] } {
  const rank = shape.length;
  const lengths = s === null || s === undefined ? null : asList(s);
  const given = dim === null || dim === undefined ? null : asList(dim);
  if (lengths !== null && given !== null && lengths.length !== given.length)
    throw new ArgumentError(
      op,
      `s and dim must have equally many entries, but got ${lengths.length} and ${given.length}`,
    );
  if (lengths !== null && lengths.length > rank)
    throw new ArgumentError(op, `s has ${lengths.length} lengths for ${rank} dimensions`);
  const last = lengths === null ? rank : lengths.length;
  const dims = given === null ? Array.from({ length: last }, (_, i) => rank - last + i) : given;
  const places = dims.map((d) => {
    if (rank === 0) throw new IndexError(op, "a scalar has no dimension to transform");
    return normalizeDim(op, d, rank);
  });
  if (new Set(places).size !== places.length)
    throw new IndexError(op, `dims must differ from each other, but got [${dims.join(", ")}]`);
  const sizes = places.map((d, i) => (lengths === null || lengths[i] === -1 ? shape[d] : lengths[i]));
  return { dims: places, sizes };
}

/** Returns the options that may stand in the place of the first of several arguments. */
export function optionsOf<O extends object>(first: unknown, otherwise: O): O {
  return typeof first === "object" && first !== null && !Array.isArray(first) ? (first as O) : otherwise;
}
