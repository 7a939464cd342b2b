/** Complex numbers outside of tensors, and casts of complex elements. */
import { castArray, type DType, isComplex, type NumericArray, newArray, realDType } from "./dtype.ts";

/** A complex number: an element of a complex tensor, real and imaginary part. */
export interface ComplexNumber {
  readonly re: number;
  readonly im: number;
}

/** Returns whether a value is a complex number. */
export const isComplexNumber = (x: unknown): x is ComplexNumber =>
  typeof x === "object" &&
  x !== null &&
  typeof (x as Partial<ComplexNumber>).re === "number" &&
  typeof (x as Partial<ComplexNumber>).im === "number";

/** Returns the text of a number in four digits, of a complex one as `1+2j`. */
export function scalarText(v: number | ComplexNumber): string {
  const short = (x: number): string => String(Number(x.toPrecision(4)));
  if (!isComplexNumber(v)) return short(v);
  const im = short(v.im);
  return `${short(v.re)}${im.startsWith("-") ? "" : "+"}${im}j`;
}

/** Returns element `i` of an array of complex elements. */
export const complexAt = (array: NumericArray, i: number): ComplexNumber => ({
  re: array[2 * i],
  im: array[2 * i + 1],
});

/** Returns a copy of elements in another dtype: a real number is the real part of a complex one, and 0 is false alone. */
export function castElements(from: NumericArray, fromDType: DType, dtype: DType): NumericArray {
  if (!isComplex(fromDType)) return castArray(from, dtype);
  const n = from.length / 2;
  const out = newArray(dtype, n);
  if (isComplex(dtype)) out.set(from);
  else if (dtype === "bool") for (let i = 0; i < n; i++) out[i] = from[2 * i] !== 0 || from[2 * i + 1] !== 0 ? 1 : 0;
  else {
    const real = newArray(realDType(fromDType), n);
    for (let i = 0; i < n; i++) real[i] = from[2 * i];
    return castArray(real, dtype);
  }
  return out;
}
