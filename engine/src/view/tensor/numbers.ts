/** The elements of small tensors as a person reads them: all with the same number of digits. */
import { decodeNumber, type Num, type TensorData } from "../../protocol/index.ts";

/** Up to so many elements, a tensor is shown as numbers. */
export const maxNumbers = 400;

const decimals = 4;

/** Whether every element is stored, and there are few. */
export const isSmall = (t: TensorData): boolean =>
  t.summary.count <= maxNumbers && t.slices.length === t.sliceCount && t.slices.every((s) => s.values !== null);

/** One number in full. */
export function showElement(v: Num | number): string {
  const n = typeof v === "number" ? v : decodeNumber(v);
  if (Number.isNaN(n)) return "NaN";
  if (!Number.isFinite(n)) return n < 0 ? "-inf" : "inf";
  return Object.is(n, -0) ? "-0" : String(n).replace("e+", "e");
}

/** The end of a number that zeros fill, in all of them, can be left out. */
function commonZeros(texts: readonly string[]): number {
  return texts.reduce((least, text) => Math.min(least, /0*$/.exec(text)?.[0].length ?? 0), decimals);
}

/**
 * Returns how to write the elements: integers without decimals; else four decimals, or fewer where four would be zeros in all of them; with an
 * exponent where four decimals would hide digits, or more than five would be before the point.
 */
export function numberFormat(values: readonly Num[], dtype: string): (v: Num) => string {
  const numbers = values.map(decodeNumber).filter((v) => Number.isFinite(v) && v !== 0);
  const integers = dtype === "bool" || dtype === "int32" || (numbers.every(Number.isInteger) && numbers.every(isShort));
  if (integers) return showElement;
  const plain = numbers.every((v) => Math.abs(v) < 1e5 && Math.abs(v) >= 10 ** -decimals);
  if (plain) {
    const used = decimals - commonZeros(numbers.map((v) => v.toFixed(decimals)));
    return (v) => special(v) ?? signed(v, decodeNumber(v).toFixed(used));
  }
  const mantissas = numbers.map((v) => v.toExponential(decimals).split("e")[0]);
  const used = decimals - commonZeros(mantissas);
  return (v) => (decodeNumber(v) === 0 ? showElement(v) : (special(v) ?? exponential(decodeNumber(v), used)));
}

const isShort = (v: number): boolean => Math.abs(v) < 1e8;

const special = (v: Num): string | null => (Number.isFinite(decodeNumber(v)) ? null : showElement(v));

const signed = (v: Num, text: string): string => (Object.is(decodeNumber(v), -0) ? `-${text}` : text);

const exponential = (v: number, digits: number): string => v.toExponential(digits).replace("e+", "e");

/** The share of the strongest colour that an element gets: -1 to 1, and `null` where it is not finite. */
export function tintOf(v: Num, scale: number): number | null {
  const n = decodeNumber(v);
  if (!Number.isFinite(n)) return null;
  return scale === 0 ? 0 : Math.min(Math.max(n / scale, -1), 1);
}

/** The magnitude that gets the strongest colour. */
export const tintScale = (t: TensorData): number =>
  Math.max(Math.abs(decodeNumber(t.summary.min ?? 0)), Math.abs(decodeNumber(t.summary.max ?? 0)));
