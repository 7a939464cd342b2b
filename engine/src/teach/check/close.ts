/** `check.close` and `check.shape`: values compared with expected ones. */
import type { CheckData, CheckFact } from "../../protocol/index.ts";
import { ArgumentError, showShape } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { abs, isFinite, isSame } from "./builtins.ts";
import { CheckError } from "./failure.ts";
import { numbersText, numberText, placeText, plainText } from "./format.ts";
import { hintsFor } from "./hints.ts";
import { mapOf, pictureOf } from "./picture.ts";
import { type Plain, type PlainNumbers, plainOf } from "./plain.ts";

/** The options of `check.close`. */
export interface CloseOptions {
  /** The largest difference, relative to expected numbers beyond 1; 1e-6, and 1e-4 where tensors in single precision are compared. */
  readonly tol?: number;
}

/** The fields of a failure that describe a difference. */
export type Difference = Pick<CheckData, "sentence"> & Partial<CheckData>;

const single = /^(float32|float16|bfloat16|complex64)$/;

const toleranceOf = (tol: number | undefined, ...all: readonly Plain[]): number =>
  tol ?? (all.some((x) => x.kind === "numbers" && x.dtype !== null && single.test(x.dtype)) ? 1e-4 : 1e-6);

/** Whether two numbers are close. NaN is close to nothing, and an infinite number to itself alone. */
export function isClose(actual: number, expected: number, tol: number): boolean {
  if (actual === expected) return true;
  if (!isFinite(actual) || !isFinite(expected)) return false;
  const size = abs(expected);
  return abs(actual - expected) <= tol * (size > 1 ? size : 1);
}

const maxRows = 10;

function compareNumbers(actual: PlainNumbers, expected: PlainNumbers, tol: number, path: string): Difference | null {
  const at = path === "" ? "" : ` at ${path}`;
  if (!sameShape(actual.shape, expected.shape))
    return {
      sentence: `expected the shape ${showShape(expected.shape)}${at}, but got ${showShape(actual.shape)}`,
      facts: factsOf(actual, expected),
      hints: hintsFor({ actual, expected, tol }),
    };
  const wrong: number[] = [];
  for (let i = 0; i < expected.values.length; i++)
    if (!isClose(actual.values[i], expected.values[i], tol)) wrong[wrong.length] = i;
  if (wrong.length === 0) return null;
  const distance = (i: number): number => {
    const d = abs(actual.values[i] - expected.values[i]);
    return d >= 0 ? d : Infinity;
  };
  const worst = wrong.toSorted((a, b) => distance(b) - distance(a));
  const [first] = worst;
  const place = placeText(first, expected.shape);
  const [a, e] = [actual.values[first], expected.values[first]];
  const hints = hintsFor({ actual, expected, tol });
  if (Number.isNaN(e)) hints.unshift("NaN equals nothing, so no value is close to it: the check itself expects NaN.");
  const sentence =
    expected.values.length === 1
      ? `expected ${numberText(e, a)}${at}, but got ${numberText(a, e)}`
      : `${wrong.length} of ${expected.values.length} elements${at} are wrong; the worst, at ${place}, should be ${numberText(e, a)} and is ${numberText(a, e)}`;
  const rows = worst
    .slice(0, maxRows)
    .map((i) => [
      placeText(i, expected.shape),
      numberText(expected.values[i], actual.values[i]),
      numberText(actual.values[i], expected.values[i]),
    ]);
  return {
    sentence,
    facts: factsOf(actual, expected),
    hints,
    table:
      expected.values.length === 1
        ? null
        : { heads: ["element", "expected", "got"], rows, omitted: wrong.length - rows.length },
    maps: [...mapOf("expected", expected), ...mapOf("got", actual)],
  };
}

const factsOf = (actual: Plain, expected: Plain): CheckFact[] => [
  { name: "expected", text: plainText(expected) },
  { name: "got", text: plainText(actual) },
];

/** Returns a value in a few words, for values of different kinds. */
const nounOf = (x: Plain): string =>
  x.kind === "numbers"
    ? x.shape.length === 0 && x.dtype === null
      ? `the number ${numbersText(x)}`
      : `${x.noun} of shape ${showShape(x.shape)}`
    : x.kind === "value" || x.kind === "other"
      ? plainText(x)
      : x.kind === "list"
        ? "a list"
        : "an object";

/** Compares two copies; `null` if they are equal within the tolerance. */
export function differenceOf(actual: Plain, expected: Plain, tol: number, path = ""): Difference | null {
  const at = path === "" ? "" : ` at ${path}`;
  const differ = (hints: readonly string[] = []): Difference => ({
    sentence: `expected ${nounOf(expected)}${at}, but got ${nounOf(actual)}`,
    facts: factsOf(actual, expected),
    hints,
  });
  if (expected.kind === "other") return differ([`Values of this kind cannot be compared: ${expected.words}.`]);
  if (actual.kind !== expected.kind) {
    const forgot = actual.kind === "value" && actual.value === undefined;
    return differ(forgot ? ["Nothing is returned: is a return missing?"] : []);
  }
  switch (expected.kind) {
    case "numbers":
      return compareNumbers(actual as PlainNumbers, expected, tol, path);
    case "value":
      return isSame((actual as typeof expected).value, expected.value) ? null : differ();
    case "list": {
      const { items } = actual as typeof expected;
      if (items.length !== expected.items.length)
        return {
          ...differ(),
          sentence: `expected a list of ${expected.items.length}${at}, but got one of ${items.length}`,
        };
      for (let i = 0; i < items.length; i++) {
        const found = differenceOf(items[i], expected.items[i], tol, `${path}[${i}]`);
        if (found !== null) return found;
      }
      return null;
    }
    case "record": {
      const { entries } = actual as typeof expected;
      for (const [key, value] of expected.entries) {
        const mine = entries.get(key);
        if (mine === undefined) return { ...differ(), sentence: `the property ${key} is missing${at}` };
        const found = differenceOf(mine, value, tol, path === "" ? key : `${path}.${key}`);
        if (found !== null) return found;
      }
      for (const key of entries.keys())
        if (!expected.entries.has(key)) return { ...differ(), sentence: `the property ${key} is not expected${at}` };
      return null;
    }
  }
}

/** Returns the difference of two values; `null` if they are equal within the tolerance. */
export function compare(actual: unknown, expected: unknown, tol?: number): Difference | null {
  const [a, e] = [plainOf(actual), plainOf(expected)];
  return differenceOf(a, e, toleranceOf(tol, a, e));
}

/** Refuses tolerances that every value would pass. */
export function checkTolerance(op: string, tol: number | undefined): void {
  if (tol !== undefined && !(typeof tol === "number" && tol >= 0 && isFinite(tol)))
    throw new ArgumentError(op, `tol must be a finite number of at least 0, but got ${String(tol)}`);
}

export function checkClose(actual: unknown, expected: unknown, { tol }: CloseOptions = {}): void {
  checkTolerance("check.close", tol);
  const found = compare(actual, expected, tol);
  if (found !== null) throw new CheckError({ check: "check.close", ...pictureOf(actual), ...merged(actual, found) });
}

/** Returns a difference with the node and the line that computed the value. */
export function merged(actual: unknown, found: Difference): Difference {
  return { ...found, facts: [...(found.facts ?? []), ...(pictureOf(actual).facts ?? [])] };
}

export function checkShape(actual: unknown, shape: readonly number[]): void {
  const wanted = plainOf(shape);
  if (wanted.kind !== "numbers" || wanted.shape.length !== 1)
    throw new ArgumentError("check.shape", `expected a shape such as [2, 3], but got ${plainText(wanted)}`);
  const sizes = Array.from(wanted.values);
  const x = plainOf(actual);
  if (x.kind === "numbers" && sameShape(x.shape, sizes)) return;
  const got = x.kind === "numbers" ? showShape(x.shape) : plainText(x);
  const expected: PlainNumbers = { kind: "numbers", shape: sizes, values: new Float64Array(0), dtype: null, noun: "" };
  const hints =
    x.kind === "numbers" ? hintsFor({ actual: { ...x, values: new Float64Array(0) }, expected, tol: 0 }) : [];
  throw new CheckError({
    check: "check.shape",
    ...pictureOf(actual),
    sentence: `expected the shape ${showShape(sizes)}, but got ${got}`,
    facts: [
      { name: "expected", text: showShape(sizes) },
      { name: "got", text: got },
      ...(pictureOf(actual).facts ?? []),
    ],
    hints,
  });
}
