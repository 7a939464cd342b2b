/** Numbers as JSON, which has no NaN, no infinities and no negative zero. */

/** A number, or its name where JSON has no such number. */
export type Num = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** Encodes a number with `digits` significant digits. */
export function encodeNumber(v: number, digits = 4): Num {
  if (Number.isNaN(v)) return "NaN";
  if (v === Infinity) return "Infinity";
  if (v === -Infinity) return "-Infinity";
  return Number(v.toPrecision(digits));
}

/** Encodes an element exactly; an element of single precision in the fewest digits that round to it. */
export function encodeElement(v: number, single: boolean): Num {
  if (!Number.isFinite(v)) return encodeNumber(v);
  if (Object.is(v, -0)) return "-0";
  if (!single) return v;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(v.toPrecision(digits));
    if (Math.fround(short) === v) return short;
  }
  return Number(v.toPrecision(9));
}

/** Decodes a number. */
export const decodeNumber = (v: Num): number => Number(v);
