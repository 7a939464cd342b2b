/** Tests for infinities and for real numbers. The results are bool and have no gradient. */
import type { Tensor } from "../../tensor/tensor.ts";
import { predicate } from "./predicate.ts";

/** A test of single elements. */
type Predicate = (input: Tensor) => Tensor;

/**
 * Returns whether each element is infinite, of either sign; the result is bool.
 * @example isinf(tensor([1, -Infinity, NaN])).toArray(); // [false, true, false]
 */
export const isinf: Predicate = predicate(
  "isinf",
  "isinf",
  "[|x| = \\infty]",
  (x) => x === Infinity || x === -Infinity,
);

/**
 * Returns whether each element is positive infinity; the result is bool.
 * @example isposinf(tensor([Infinity, -Infinity])).toArray(); // [true, false]
 */
export const isposinf: Predicate = predicate("isposinf", "isposinf", "[x = \\infty]", (x) => x === Infinity);

/**
 * Returns whether each element is negative infinity; the result is bool.
 * @example isneginf(tensor([Infinity, -Infinity])).toArray(); // [false, true]
 */
export const isneginf: Predicate = predicate("isneginf", "isneginf", "[x = -\\infty]", (x) => x === -Infinity);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns whether each element is infinite. */
    isinf(): Tensor;
    /** Returns whether each element is positive infinity. */
    isposinf(): Tensor;
    /** Returns whether each element is negative infinity. */
    isneginf(): Tensor;
  }
}
