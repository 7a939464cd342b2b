/** Formats numbers, sizes, shares and states for people. */
import { decodeNumber, type GradientState, type Num, type Summary } from "../../protocol/index.ts";

/** Formats a number in at most four significant digits, or with an exponent. */
export function formatNumber(v: Num | null): string {
  if (v === null) return "–";
  if (typeof v === "string") return v === "Infinity" ? "∞" : v === "-Infinity" ? "−∞" : v === "-0" ? "0" : v;
  const a = Math.abs(v);
  if (v === 0) return "0";
  const text =
    a >= 1e5 || a < 1e-3
      ? v.toExponential(1)
      : Number.isInteger(v)
        ? String(v)
        : v.toFixed(a >= 100 ? 1 : a >= 1 ? 2 : 3);
  return text.replaceAll("-", "−").replace("e+", "e");
}

/** Formats a norm with two digits and an exponent, so that columns of norms align. */
export function formatNorm(v: Num | null): string {
  if (v === null) return "–";
  if (typeof v === "string") return formatNumber(v);
  return v.toExponential(1).replace(/e([+-])(\d)$/, "e$10$2");
}

/** Formats a shape as `[2, 3]`. */
export const formatShape = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Formats a size in memory, in units of 1000. */
export function formatBytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB"];
  let v = n;
  let u = -1;
  while (v >= 1000 && u < units.length - 1) {
    v /= 1000;
    u++;
  }
  return `${v < 10 ? v.toFixed(1) : Math.round(v)} ${units[u]}`;
}

/** Formats a count, a large one as `85 k`. */
export function formatCount(n: number): string {
  if (n < 10_000) return n.toLocaleString("en");
  return n < 1e6 ? `${Math.round(n / 1000)} k` : `${(n / 1e6).toFixed(1)} M`;
}

/** Formats a share in per cent; only an empty share is 0 %, and only the whole is 100 %. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "–";
  const p = (100 * part) / whole;
  if (part > 0 && p < 1) return "< 1 %";
  if (part < whole && p > 99) return "> 99 %";
  return `${Math.round(p)} %`;
}

/** The state of a gradient in words; empty if there is nothing to say. */
export const stateWords: Readonly<Record<GradientState, string>> = {
  computed: "",
  zero: "all 0",
  notReached: "not reached",
  interrupted: "backward was interrupted",
  notRetained: "not kept",
  notRequired: "not required",
  notRunYet: "not yet",
};

/** Returns the counts of NaN and infinities; empty if all elements are finite. */
export const nonFiniteWords = ({ nan, inf }: Summary): string =>
  [nan > 0 ? `${nan} NaN` : "", inf > 0 ? `${inf} inf` : ""].filter((text) => text !== "").join(", ");

/** Returns a value in a few words: a scalar itself, else elements that are not finite, many zeros, or mean and deviation. */
export function summaryWords(s: Summary): string {
  if (s.nan + s.inf > 0) return nonFiniteWords(s);
  if (s.count === 1) return formatNumber(s.min);
  if (s.zeros / s.count >= 0.3 && s.count >= 16) return `${formatShare(s.zeros, s.count)} zeros`;
  return `μ ${formatNumber(s.mean)} σ ${formatNumber(s.std)}`;
}

/** Returns the position of a norm, 0 to 1, on a logarithmic scale from 1e-8 to 1e2. */
export function normPosition(v: Num): number {
  const n = decodeNumber(v);
  if (Number.isNaN(n) || n === Infinity) return 1;
  return n <= 0 ? 0 : Math.min(Math.max((Math.log10(n) + 8) / 10, 0), 1);
}

/** Decodes a histogram into the heights of its bars, 0 to 1. */
export const histogramHeights = (digits: string): number[] => Array.from(digits, (d) => Number.parseInt(d, 36) / 35);

/** Code units after the cut that are segmented too, as they can belong to the last character. */
const segmentMargin = 64;

/** Cuts a text to at most `n` code units, without splitting a character, and adds an ellipsis. */
export function cut(text: string, n: number): string {
  if (text.length <= n) return text;
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  let end = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, n + segmentMargin))) {
    if (index + segment.length > n - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
}
