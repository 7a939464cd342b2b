/** The relation of `grad` to the gradient that backward formed. */

import type { NumericArray } from "../../../tensor/dtype.ts";
import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { isZero, type Numbers } from "./numbers.ts";

/** The relation between `grad` and the gradient that the walk formed. */
export type Relation =
  | { readonly kind: "equal" | "unknown" | "other" | "zero" }
  | { readonly kind: "scaled" | "limited"; readonly factor: number };

/** Whether an element is the expected one up to rounding errors, also of elements of the given size. */
const isClose = (v: number, expected: number, size: number): boolean =>
  Math.abs(v - expected) <= 1e-4 * Math.abs(expected) + 1e-6 * size;

/** Whether g is the factor times f, whose largest magnitude is `peak`. */
function isMultiple(g: NumericArray, f: NumericArray, factor: number, peak: number): boolean {
  for (let i = 0; i < f.length; i++) if (!isClose(g[i], factor * f[i], factor * peak)) return false;
  return true;
}

/** Whether g is f, limited to a magnitude. */
function isLimited(g: NumericArray, f: NumericArray, limit: number): boolean {
  for (let i = 0; i < f.length; i++) if (!isClose(g[i], Math.min(Math.max(f[i], -limit), limit), limit)) return false;
  return true;
}

/** Returns how `grad` relates to the gradient that a walk formed. The numbers of `grad` are asked for only where the two are not equal. */
export function relationBetween(
  [grad, numbersOfGrad]: readonly [Tensor, () => Numbers],
  [formed, { peak, norm }]: readonly [Tensor, Numbers],
): Relation {
  const [g, f] = [readElements(grad), readElements(formed)];
  if (peak === 0 || g.length !== f.length) return { kind: "unknown" };
  if (isMultiple(g, f, 1, peak)) return { kind: "equal" };
  const now = numbersOfGrad();
  if (isZero(now)) return { kind: "zero" };
  const factor = now.norm / norm;
  if (isMultiple(g, f, factor, peak)) return { kind: "scaled", factor };
  const limit = now.peak;
  return limit < peak && isLimited(g, f, limit) ? { kind: "limited", factor: limit } : { kind: "other" };
}
