/** Sets of numbers: the supports of distributions and the domains of their parameters. */
import { ArgumentError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Name of a set of numbers. */
export type NumberSet =
  | "real"
  | "positive"
  | "non-negative"
  | "in [0, 1]"
  | "in (0, 1]"
  | "in (0, 1)"
  | "0 or 1"
  | "a non-negative integer";

const contains: Readonly<Record<NumberSet, (v: number) => boolean>> = {
  real: (v) => !Number.isNaN(v),
  positive: (v) => v > 0,
  "non-negative": (v) => v >= 0,
  "in [0, 1]": (v) => v >= 0 && v <= 1,
  "in (0, 1]": (v) => v > 0 && v <= 1,
  "in (0, 1)": (v) => v > 0 && v < 1,
  "0 or 1": (v) => v === 0 || v === 1,
  "a non-negative integer": (v) => v >= 0 && Number.isInteger(v),
};

/** Throws unless all elements are in a set. */
export function requireWithin(op: string, what: string, t: Tensor, set: NumberSet): void {
  const isMember = contains[set];
  const wrong = contiguousArray(t).find((v) => !isMember(v));
  if (wrong !== undefined) throw new ArgumentError(op, `${what} must be ${set}, but got ${wrong}`);
}
