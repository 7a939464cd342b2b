/** Sums that take the place of one of their operands, as the backward walk forms them. */
import { fastPathOf } from "../dispatch/fast.ts";
import { usesFastPaths } from "../tape/graph/fast-path.ts";
import { listeners } from "../tape/graph/listener.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./elementwise/arithmetic.ts";
import { beginChange, updateInPlace } from "./inplace.ts";

/** a ← a + b by the fast kernel, without counting a change; `false` where it declines. */
export const tryAddInPlace = (a: Tensor, b: Tensor): boolean =>
  usesFastPaths() && fastPathOf("add").kernel?.([a], [a, b], null) === true;

const fillsStorage = (t: Tensor): boolean => t.isContiguous() && t.storage.length === t.numel();

/** Whether the sum can be written element by element on what is read. */
const liesAlike = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype && a.storage !== b.storage && fillsStorage(a) && fillsStorage(b) && sameShape(a.shape, b.shape);

/**
 * grad ← grad + g, as a change of `grad`.
 * @throws GradError for a gradient that cannot be changed in place, as one that the program has expanded.
 */
export function accumulate(grad: Tensor, g: Tensor): void {
  if (listeners.overwriting.length > 0 || !liesAlike(grad, g)) {
    updateInPlace("add_", grad, (x) => add(x, g));
    return;
  }
  beginChange("backward", grad);
  if (tryAddInPlace(grad, g)) return;
  const [sum, terms] = [grad.storage.array, g.storage.array];
  for (let i = 0; i < sum.length; i++) sum[i] += terms[i];
}
