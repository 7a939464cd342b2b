/** Ranges and precisions of dtypes. */
import { type DType, isFloating, isInteger } from "./dtype.ts";
import { ArgumentError, DTypeError } from "./errors.ts";

/** Bits of the integers, and whether they have a sign. */
const integers: Readonly<Partial<Record<DType, readonly [bits: number, signed: boolean]>>> = {
  uint8: [8, false],
  int8: [8, true],
  int16: [16, true],
  int32: [32, true],
  int64: [64, true],
};

/** Bits of the floats, of their exponents and of their fractions. */
const floats: Readonly<Partial<Record<DType, readonly [bits: number, exponent: number, fraction: number]>>> = {
  float16: [16, 5, 10],
  bfloat16: [16, 8, 7],
  float32: [32, 8, 23],
  float64: [64, 11, 52],
};

/** Range of an integer dtype. */
export interface IntegerInfo {
  readonly bits: number;
  readonly dtype: DType;
  /** The smallest integer; a BigInt for int64. */
  readonly min: number | bigint;
  /** The largest integer; a BigInt for int64. */
  readonly max: number | bigint;
}

/** Range and precision of a floating-point dtype. */
export interface FloatInfo {
  readonly bits: number;
  readonly dtype: DType;
  /** The largest finite number. */
  readonly max: number;
  /** The smallest finite number, -`max`. */
  readonly min: number;
  /** The distance from 1 to the next larger number. */
  readonly eps: number;
  /** The smallest positive normal number. */
  readonly tiny: number;
  /** The smallest positive normal number, as `tiny`. */
  readonly smallestNormal: number;
  /** The decimal digits that the dtype holds, as a power of ten. */
  readonly resolution: number;
}

const limit = (bits: number): number | bigint => (bits > 53 ? 2n ** BigInt(bits) : 2 ** bits);

const lessOne = (v: number | bigint): number | bigint => (typeof v === "bigint" ? v - 1n : v - 1);

/**
 * Returns the range of an integer dtype.
 * @throws DTypeError for a dtype that is no integer.
 * @example
 * iinfo("uint8").max; // 255
 * iinfo("int64").max; // 9223372036854775807n
 */
export function iinfo(dtype: DType): IntegerInfo {
  const found = integers[dtype];
  if (found === undefined) throw new DTypeError("iinfo", "expected an integer dtype; use finfo for floats", [dtype]);
  const [bits, signed] = found;
  const bound = limit(signed ? bits - 1 : bits);
  return { bits, dtype, min: signed ? -bound : 0, max: lessOne(bound) };
}

/**
 * Returns the range and precision of a floating-point dtype.
 * @throws DTypeError for a dtype that is no float.
 * @example
 * finfo("float16").max; // 65504
 * finfo("float32").eps === 2 ** -23; // true
 */
export function finfo(dtype: DType): FloatInfo {
  const found = floats[dtype];
  if (found === undefined) throw new DTypeError("finfo", "expected a float dtype; use iinfo for integers", [dtype]);
  const [bits, exponent, fraction] = found;
  const bias = 2 ** (exponent - 1) - 1;
  const eps = 2 ** -fraction;
  const max = 2 ** bias * (2 - eps);
  const tiny = 2 ** (1 - bias);
  const resolution = 10 ** -Math.floor(fraction * Math.log10(2));
  return { bits, dtype, max, min: -max, eps, tiny, smallestNormal: tiny, resolution };
}

/**
 * Checks that an integer dtype has a value, once its fraction is dropped. All floats and bools have any.
 * @throws ArgumentError otherwise.
 */
export function requireRepresentable(op: string, dtype: DType, value: number | bigint | boolean): void {
  if (!isInteger(dtype) || typeof value === "boolean") return;
  const { min, max } = iinfo(dtype);
  const integer = typeof value === "bigint" ? value : Math.trunc(value);
  if (!(integer >= min && integer <= max))
    throw new ArgumentError(op, `${dtype} has the integers from ${min} to ${max}, but got ${value}`);
}

/** Returns a number as an integer of an int64. @throws ArgumentError for one that is not. */
export function toInt64(op: string, value: number | bigint | boolean): bigint {
  requireRepresentable(op, "int64", value);
  return BigInt(typeof value === "number" ? Math.trunc(value) : value);
}

/** Returns the largest finite number of a dtype, or its largest integer as a number. */
export const largestOf = (dtype: DType): number => (isFloating(dtype) ? finfo(dtype).max : Number(iinfo(dtype).max));
