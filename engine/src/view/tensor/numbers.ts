/** Formats the elements of small tensors, all with the same number of decimals, and tints them. */
import { decodeNumber, type Num, type TensorData } from "../../protocol/index.ts";

/** Elements up to which a tensor is displayed as numbers. */
export const maxNumbers = 400;

const decimals = 4;

/** Whether a tensor is displayed as numbers: it has few elements, and all are stored. */
export const isSmall = (t: TensorData): boolean =>
  t.summary.count <= maxNumbers && t.slices.length === t.sliceCount && t.slices.every((s) => s.values !== null);

/** Formats an element with all its digits. */
export function formatElement(v: Num | number): string {
  const n = typeof v === "number" ? v : decodeNumber(v);
  if (Number.isNaN(n)) return "NaN";
  if (!Number.isFinite(n)) return n < 0 ? "-inf" : "inf";
  return Object.is(n, -0) ? "-0" : String(n).replace("e+", "e");
}

/** Returns the number of zeros at the end of all texts. */
function commonZeros(texts: readonly string[]): number {
  return texts.reduce((least, text) => Math.min(least, /0*$/.exec(text)?.[0].length ?? 0), decimals);
}

/**
 * Returns the format of the elements. Integers have no decimals. Other numbers have four, without zeros at the end of all numbers; they have an
 * exponent if an element is below 1e-4 or has more than five digits before the point.
 */
export function numberFormat(values: readonly Num[], dtype: string): (v: Num) => string {
  const numbers = values.map(decodeNumber).filter((v) => Number.isFinite(v) && v !== 0);
  const integers =
    dtype === "bool" || /^u?int/.test(dtype) || (numbers.every(Number.isInteger) && numbers.every(isShort));
  if (integers) return formatElement;
  const plain = numbers.every((v) => Math.abs(v) < 1e5 && Math.abs(v) >= 10 ** -decimals);
  if (plain) {
    const used = decimals - commonZeros(numbers.map((v) => v.toFixed(decimals)));
    return (v) => special(v) ?? signed(v, decodeNumber(v).toFixed(used));
  }
  const mantissas = numbers.map((v) => v.toExponential(decimals).split("e")[0]);
  const used = decimals - commonZeros(mantissas);
  return (v) => (decodeNumber(v) === 0 ? formatElement(v) : (special(v) ?? exponential(decodeNumber(v), used)));
}

const isShort = (v: number): boolean => Math.abs(v) < 1e8;

const special = (v: Num): string | null => (Number.isFinite(decodeNumber(v)) ? null : formatElement(v));

const signed = (v: Num, text: string): string => (Object.is(decodeNumber(v), -0) ? `-${text}` : text);

const exponential = (v: number, digits: number): string => v.toExponential(digits).replace("e+", "e");

/** Returns the tint of an element, from -1 to 1; `null` if it is not finite. */
export function tintOf(v: Num, scale: number): number | null {
  const n = decodeNumber(v);
  if (!Number.isFinite(n)) return null;
  return scale === 0 ? 0 : Math.min(Math.max(n / scale, -1), 1);
}

/** Returns the magnitude whose tint is 1. */
export const tintScale = (t: TensorData): number =>
  Math.max(Math.abs(decodeNumber(t.summary.min ?? 0)), Math.abs(decodeNumber(t.summary.max ?? 0)));
