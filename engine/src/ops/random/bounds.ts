/** Bounds of parameters of distributions. */
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Whether a number, or every element, lies between two bounds; NaN does not. */
export function isWithin(x: Tensor | number, low: number, high: number): boolean {
  const elements = x instanceof Tensor ? contiguousArray(x.detach()) : [x];
  for (let i = 0; i < elements.length; i++) if (!(elements[i] >= low && elements[i] <= high)) return false;
  return true;
}
