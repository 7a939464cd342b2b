/** In-place sums of the backward walk. */
import { fastPathOf } from "../dispatch/fast.ts";
import { usesFastPaths } from "../tape/graph/fast-path.ts";
import { listeners } from "../tape/graph/listener.ts";
import { encodingOf } from "../tensor/dtype.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./elementwise/arithmetic.ts";
import { beginChange, updateInPlace } from "./inplace.ts";

/** Adds `b` to `a` by the fast kernel, without raising the version; returns `false` if the kernel declines. */
export const tryAddInPlace = (a: Tensor, b: Tensor): boolean =>
  usesFastPaths() && fastPathOf("add").kernel?.([a], [a, b], null) === true;

/** Whether the tensor is contiguous and has all elements of its storage. */
const fillsStorage = (t: Tensor): boolean => t.isContiguous() && t.storage.length === t.numel();

/** Whether both tensors fill their own storages and have one shape and a dtype without encoding. */
const liesAlike = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype &&
  encodingOf(a.dtype) === null &&
  a.storage !== b.storage &&
  fillsStorage(a) &&
  fillsStorage(b) &&
  sameShape(a.shape, b.shape);

/**
 * Adds `g` to `grad` in place, and raises its version.
 * @throws GradError for a gradient that cannot be changed in place, such as an expanded one.
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
