/** Measures of predicted numbers. */
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Returns the mean of the squared errors. @example metrics.meanSquaredError(tensor([1, 2]), tensor([1, 4])); // 2 */
export function meanSquaredError(prediction: Tensor, target: Tensor): number {
  if (!sameShape(prediction.shape, target.shape))
    throw new ShapeError("meanSquaredError", "predictions and targets must have one shape", [
      prediction.shape,
      target.shape,
    ]);
  if (target.numel() === 0) throw new ArgumentError("meanSquaredError", "expected at least one example");
  const p = contiguousArray(prediction);
  const t = contiguousArray(target);
  let s = 0;
  for (let i = 0; i < p.length; i++) s += (p[i] - t[i]) ** 2;
  return s / p.length;
}
