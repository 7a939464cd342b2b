/** Numbers, elements and shapes in sentences. */
import { showShape } from "../../tensor/errors.ts";
import { isInteger } from "./builtins.ts";
import type { Plain, PlainNumbers } from "./plain.ts";

/** Returns a number with few digits, and more where two that differ would look the same. */
export function numberText(v: number, other: number = Number.NaN): string {
  if (isInteger(v) && Math.abs(v) < 1e15) return Object.is(v, -0) ? "-0" : String(v);
  for (let digits = 5; digits < 17; digits += 3) {
    const text = String(Number(v.toPrecision(digits)));
    if (text !== String(Number(other.toPrecision(digits)))) return text;
  }
  return String(v);
}

/** Returns the index of an element. */
export function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (let d = shape.length - 1; d >= 0; d--) {
    index[d] = rest % shape[d];
    rest = Math.floor(rest / shape[d]);
  }
  return index;
}

/** Returns `[0, 2]`, or "" for the element of a number. */
export const placeText = (flat: number, shape: readonly number[]): string =>
  shape.length === 0 ? "" : `[${indexOf(flat, shape).join(", ")}]`;

const maxShown = 8;

/** Returns numbers as a list of rows. */
export function numbersText({ shape, values }: Pick<PlainNumbers, "shape" | "values">): string {
  if (shape.length === 0) return numberText(values[0]);
  if (values.length > maxShown * maxShown || shape.length > 2) {
    const few = Array.from(values.subarray(0, maxShown), (v) => numberText(v)).join(", ");
    return `${showShape(shape)}: ${few}${values.length > maxShown ? ", …" : ""}`;
  }
  const row = (from: number, n: number): string =>
    `[${Array.from(values.subarray(from, from + n), (v) => numberText(v)).join(", ")}]`;
  if (shape.length === 1) return row(0, shape[0]);
  return `[${Array.from({ length: shape[0] }, (_, i) => row(i * shape[1], shape[1])).join(", ")}]`;
}

/** Returns a copied value as text. */
export function plainText(x: Plain): string {
  switch (x.kind) {
    case "numbers":
      return numbersText(x);
    case "value":
      return typeof x.value === "string"
        ? JSON.stringify(x.value)
        : `${x.value}${typeof x.value === "bigint" ? "n" : ""}`;
    case "list":
      return `[${x.items.slice(0, maxShown).map(plainText).join(", ")}${x.items.length > maxShown ? ", …" : ""}]`;
    case "record":
      return `{ ${[...x.entries]
        .slice(0, maxShown)
        .map(([key, value]) => `${key}: ${plainText(value)}`)
        .join(", ")}${x.entries.size > maxShown ? ", …" : ""} }`;
    case "other":
      return x.words;
  }
}
