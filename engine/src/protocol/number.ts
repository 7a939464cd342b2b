/** Numbers in JSON, which has no NaN and no infinities. */

/** A number, or its name where JSON has none. */
export type Num = number | "NaN" | "Infinity" | "-Infinity";

/** Rounds to `digits` significant digits, to keep what is stored small. */
export function encodeNumber(v: number, digits = 4): Num {
  if (Number.isNaN(v)) return "NaN";
  if (v === Infinity) return "Infinity";
  if (v === -Infinity) return "-Infinity";
  return Number(v.toPrecision(digits));
}

export const decodeNumber = (v: Num): number => Number(v);
