/** The data as causes read it: whether it is measured, its size, and the op that computes with an input first. */
import type { Tensor } from "../../../../tensor/tensor.ts";
import type { Call } from "../../../diagnose/record/call.ts";
import { isArranging } from "../../../diagnose/record/roles.ts";
import type { StepView } from "../../../diagnose/record/step-view.ts";

/** Whether a tensor holds measured numbers and not classes or truths. */
export const isFloat = (t: Tensor): boolean => t.dtype.startsWith("float") || t.dtype.startsWith("bfloat");

/** Returns the mean, the deviation, the largest magnitude and the root of the mean square. */
export function statistics(x: Float64Array): { mean: number; std: number; most: number; rms: number } {
  let sum = 0;
  let squares = 0;
  let most = 0;
  for (const v of x) {
    sum += v;
    squares += v * v;
    most = Math.max(most, Math.abs(v));
  }
  const mean = sum / x.length;
  return {
    mean,
    std: Math.sqrt(Math.max(0, squares / x.length - mean * mean)),
    most,
    rms: Math.sqrt(squares / x.length),
  };
}

/** Returns the first op that computes with an input, behind ops that arrange it anew. */
export function readerOf(view: StepView, t: Tensor): Call | null {
  let [reader] = view.flow.readers(t);
  const isScaling = ({ inputs }: Call): boolean => inputs.some((x) => x.wrapped !== null);
  while (reader !== undefined && (isArranging(reader) || isScaling(reader))) [reader] = view.flow.consumers(reader);
  return reader ?? null;
}
