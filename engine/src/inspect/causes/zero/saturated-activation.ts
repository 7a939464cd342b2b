/** An activation that is so far towards its limits that its slope is 0 in the dtype. */
import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Cause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { stopCause } from "../gradient/stop-cause.ts";
import { rangeWords } from "../gradient/words.ts";

/** Whether every element is 0 or 1, up to rounding. */
function isOneHot(y: Tensor): boolean {
  const values = readElements(y);
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i] * (1 - values[i])) > 1e-6) return false;
  return true;
}

export const saturation: Cause<GradientCase> = stopCause({
  id: "saturated-activation",
  way: "saturation",
  title: "Saturated activation",
  mechanism:
    "Sigmoid, tanh, softmax and their kin are flat for inputs of large magnitude: their slope falls exponentially, and is exactly 0 once the output rounds to its limit. In float32 this happens for a sigmoid above about 17, and for tanh beyond ±9.",
  remedy:
    "Make the inputs smaller: normalize the data, initialize the weights with a smaller scale, divide logits by a temperature or by √d, or put a normalization before the activation. For a loss on probabilities use the form that takes logits.",
  many: 0.9,
  // the derivative of a function of rows is also 0 where the cotangent is the same for all elements of a row
  applies: ({ stopped, output, subject }) =>
    stopped.node.op.batch === "elementwise" || (output !== null && subject.flow !== null && isOneHot(output)),
  whole: ({ op }) => `The gradient stops at ${op}, which is saturated: its slope is 0 for all inputs.`,
  part: ({ op, closed }) => `${closed} of the elements that get a gradient stop at ${op}, which is saturated there.`,
  evidence: ({ numbers, output, subject }) => [
    ...(numbers === null ? [] : [fact("inputs", rangeWords(numbers))]),
    ...(output === null || subject.flow === null ? [] : [fact("outputs", rangeWords(subject.flow.numbers(output)))]),
  ],
});
