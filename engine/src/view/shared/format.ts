/** Numbers, sizes and shares as a person reads them. */
import { decodeNumber, type GradientState, type Num, type Summary } from "../../protocol/index.ts";

/** At most four digits, or a short exponent. */
export function showNumber(v: Num | null): string {
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

/** Two digits and an exponent, so that columns of norms align. */
export function showNorm(v: Num | null): string {
  if (v === null) return "–";
  if (typeof v === "string") return showNumber(v);
  return v.toExponential(1).replace(/e([+-])(\d)$/, "e$10$2");
}

export const showShape = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

export function showBytes(n: number): string {
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

/** `85 k` for a count. */
export function showCount(n: number): string {
  if (n < 10_000) return n.toLocaleString("en");
  return n < 1e6 ? `${Math.round(n / 1000)} k` : `${(n / 1e6).toFixed(1)} M`;
}

/** A share in per cent; what is neither nothing nor all never reads so. */
export function showShare(part: number, whole: number): string {
  if (whole === 0) return "–";
  const p = (100 * part) / whole;
  if (part > 0 && p < 1) return "< 1 %";
  if (part < whole && p > 99) return "> 99 %";
  return `${Math.round(p)} %`;
}

/** What a gradient that is not there is called. */
export const stateWords: Readonly<Record<GradientState, string>> = {
  computed: "",
  zero: "all 0",
  notReached: "not reached",
  interrupted: "backward was interrupted",
  notRetained: "not kept",
  notRequired: "not required",
  notRunYet: "not yet",
};

/** The value of a row in a few words: a scalar itself, else its spread, or what is wrong with it. */
export function summaryWords(s: Summary): string {
  if (s.nan + s.inf > 0)
    return [s.nan > 0 ? `${s.nan} NaN` : "", s.inf > 0 ? `${s.inf} inf` : ""].filter((t) => t !== "").join(", ");
  if (s.count === 1) return showNumber(s.min);
  if (s.zeros / s.count >= 0.3 && s.count >= 16) return `${showShare(s.zeros, s.count)} zeros`;
  return `μ ${showNumber(s.mean)} σ ${showNumber(s.std)}`;
}

/** Where a norm lies on the shared logarithmic scale from 1e-8 to 1e2: 0 … 1. */
export function normPlace(v: Num): number {
  const n = decodeNumber(v);
  if (Number.isNaN(n) || n === Infinity) return 1;
  return n <= 0 ? 0 : Math.min(Math.max((Math.log10(n) + 8) / 10, 0), 1);
}

/** Heights of the bars of a histogram, 0 … 1. */
export const histogramHeights = (digits: string): number[] => Array.from(digits, (d) => Number.parseInt(d, 36) / 35);

/** Code units behind a cut that may decide where a character ends. */
const segmentMargin = 64;

/** Returns the text, or as many whole characters of it as fit, with an ellipsis. */
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
