/** Errors that a program computes from ops, in place of a loss function. */
import { elements } from "../../../tensor/strided.ts";
import type { Call } from "../../diagnose/record/call.ts";
import { headOf, lossScopeOf } from "../../diagnose/record/roles.ts";
import type { StepView } from "../../diagnose/record/step-view.ts";

/** An error of the program's own with the gradient that arrives at it. */
export interface ErrorByHand {
  readonly call: Call;
  /** The words for it, such as `the squared error`. */
  readonly name: string;
  /** The direction in which training moves the error. */
  readonly grows: boolean;
}

/** Returns the cotangent of the first output; `null` where it is not known. */
function cotangentOf({ node }: Call): Float64Array | null {
  const g = node?.watched?.cotangents?.[0];
  return g ? elements(g) : null;
}

/** Returns the difference of a prediction and data whose square or magnitude the op computes; `null` for another op. */
function differenceOf(view: StepView, { inputs, outputs, op }: Call): Call | null {
  const [d] = inputs;
  if (op.batch !== "elementwise" || d === undefined || inputs.some((x) => x !== d && x.wrapped === null)) return null;
  const source = view.flow.producer(d)?.call ?? null;
  if (source === null || source.op.accumulation !== "sum" || source.inputs.length !== 2) return null;
  if (!source.inputs.some((x) => x.requiresGrad) || !source.inputs.some((x) => view.isData(x) && x.numel() > 1))
    return null;
  const [x, y] = [elements(d), elements(outputs[0])];
  if (x.length !== y.length) return null;
  const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 * Math.abs(b) + 1e-12;
  return y.every((v, i) => close(v, x[i] * x[i])) || y.every((v, i) => close(v, Math.abs(x[i]))) ? source : null;
}

/** Whether the gradients at the logarithms of probabilities are those of one class for each example, all alike: a cross-entropy. */
function picksClasses(g: Float64Array, classes: number): "up" | "down" | null {
  const picked = g.filter((v) => v !== 0);
  const [value] = picked;
  if (value === undefined || !picked.every((v) => Math.abs(v - value) <= 1e-4 * Math.abs(value))) return null;
  for (let row = 0; row < g.length; row += classes)
    if (g.subarray(row, row + classes).filter((v) => v !== 0).length > 1) return null;
  return value > 0 ? "down" : "up";
}

/** Returns the errors that the loss of a pass is made of: squares and magnitudes of differences from data, and logarithms of one class's probability. */
export function errorsByHand(view: StepView): ErrorByHand[] {
  return view.passes.flatMap(({ calls }) =>
    calls.flatMap((call): ErrorByHand[] => {
      if (call.node === null || lossScopeOf(call) !== null) return [];
      const g = cotangentOf(call);
      if (g === null) return [];
      if (headOf(call) === "logSoftmax") {
        const { shape } = call.outputs[0];
        const direction = shape.length === 2 && shape[1] > 1 ? picksClasses(g, shape[1]) : null;
        return direction === null ? [] : [{ call, name: "the cross-entropy", grows: direction === "down" }];
      }
      if (view.isInModel(call) || differenceOf(view, call) === null) return [];
      const [falls, grows] = [g.every((v) => v >= 0), g.every((v) => v <= 0)];
      return falls === grows ? [] : [{ call, name: "the error", grows }];
    }),
  );
}
