/** Elements of a tensor as nested arrays. */
import type { ComplexNumber } from "./complex.ts";
import { isComplex } from "./dtype.ts";
import { contiguousArray, type Strided } from "./strided.ts";

/** Nested arrays of numbers, BigInts, booleans or complex numbers, as deep as the tensor has dimensions; a single one for a scalar. */
export type NestedArray = number | bigint | boolean | ComplexNumber | readonly NestedArray[];

/** Returns an integer as a number if the number is exact. */
export const simplest = (v: number | bigint): number | bigint => {
  const number = Number(v);
  return typeof v === "number" || Number.isSafeInteger(number) ? number : v;
};

/** Returns the elements as nested arrays of numbers, of booleans if the dtype is bool, and of { re, im } if it is complex; integers beyond 2^53 are BigInts. */
export function nestedArray(t: Strided): NestedArray {
  const flat = contiguousArray(t);
  const isBool = t.dtype === "bool";
  const pairs = isComplex(t.dtype);
  let next = 0;
  const fill = (dim: number): NestedArray => {
    if (dim < t.shape.length) return Array.from({ length: t.shape[dim] }, () => fill(dim + 1));
    const value = flat[next++];
    if (pairs) return { re: value, im: flat[next++] };
    return isBool ? value !== 0 : simplest(value);
  };
  return fill(0);
}
