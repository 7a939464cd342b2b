/** Words and numbers for sentences and evidence. */
import { formatNumber, formatShare } from "../../../view/shared/format.ts";
import type { Numbers } from "./numbers.ts";

/** Formats a number. */
export const num = (v: number): string =>
  formatNumber(Number.isFinite(v) ? v : v > 0 ? "Infinity" : v < 0 ? "-Infinity" : "NaN");

/** Formats a share of 1 in per cent. */
export const percent = (share: number): string => formatShare(Math.round(share * 1e6), 1e6);

/** Returns the range of the finite elements, such as `from −2.1 to 0`. */
export const rangeWords = ({ min, max }: Numbers): string =>
  min > max ? "no finite element" : min === max ? num(min) : `from ${num(min)} to ${num(max)}`;

/** Joins words as `a`, `a and b`, or `a, b and c`. */
export const listWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** Returns `1 op`, `2 ops`. */
export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
