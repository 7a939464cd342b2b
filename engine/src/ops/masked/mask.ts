/** Masking of an input, and options of the functions of `masked`. */
import { requireTensor } from "../../dispatch/operand.ts";
import { type DType, isFloating } from "../../tensor/dtype.ts";
import { IndexError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";
import { where } from "../elementwise/where.ts";
import type { ReduceOptions } from "../reduce/reduction.ts";
import { broadcastTo } from "../shape/broadcast.ts";

/** Options of all functions of `masked`. */
export interface MaskOptions {
  /** Dtype of the result. */
  readonly dtype?: DType | null;
  /** The elements that count: where it is not 0. It broadcasts to the input. By default all elements count. */
  readonly mask?: Tensor | null;
}

/** Options of masked reductions. */
export interface MaskedReduceOptions extends ReduceOptions, MaskOptions {}

/**
 * Returns the mask as a bool tensor of the shape of the input.
 * @throws IndexError for a mask with more dimensions; ShapeError for one that does not broadcast.
 */
export function fullMask(op: string, x: Tensor, mask: Tensor): Tensor {
  const given = requireTensor(op, mask);
  if (given.ndim > x.ndim)
    throw new IndexError(op, `the mask must have at most the ${x.ndim} dimensions of the input, but has ${given.ndim}`);
  return broadcastTo(to(given, "bool"), x.shape);
}

/** Returns the input with `fill` in the place of the elements that do not count. */
export const filled = (op: string, x: Tensor, mask: Tensor | null | undefined, fill: number | bigint): Tensor =>
  mask === null || mask === undefined ? x : where(fullMask(op, x, mask), x, fill);

/** Returns the least or the largest number of a dtype: ∓∞ for floats. */
export function extremeOf(dtype: DType, largest: boolean): number | bigint {
  if (isFloating(dtype)) return largest ? Infinity : -Infinity;
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(dtype) ?? ["", "u", "1"];
  // BigInts, as float64 has not all numbers of int64
  if (bits === "64") return largest ? 2n ** 63n - 1n : -(2n ** 63n);
  const range = 2 ** Number(bits);
  if (unsigned === "u") return largest ? range - 1 : 0;
  return largest ? range / 2 - 1 : -range / 2;
}

/** Returns the tensor in the dtype, if one is given. */
export const inDType = (x: Tensor, dtype: DType | null | undefined): Tensor =>
  dtype === null || dtype === undefined ? x : to(x, dtype);
