/** Numbers in JSON, which has no NaN and no infinities. */

/** A number, or its name where JSON has none. */
export type Num = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** Rounds to `digits` significant digits, to keep what is stored small. */
export function encodeNumber(v: number, digits = 4): Num {
  if (Number.isNaN(v)) return "NaN";
  if (v === Infinity) return "Infinity";
  if (v === -Infinity) return "-Infinity";
  return Number(v.toPrecision(digits));
}

/** Encodes an element exactly; one of single precision in the fewest digits that give it again. */
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

export const decodeNumber = (v: Num): number => Number(v);
