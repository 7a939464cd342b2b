/** A function with limits, all of whose inputs lie outside of them. */
import type { Cause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { stopCause } from "../gradient/stop-cause.ts";
import { rangeWords } from "../gradient/words.ts";

export const outsideBounds: Cause<GradientCase> = stopCause({
  id: "outside-bounds",
  way: "bounds",
  title: "Outside of the limits of clamp",
  mechanism:
    "clamp, hardtanh, relu6, hardsigmoid and their kin are constant outside of an interval (the shrinking functions inside of one), so that their derivative is 0 there.",
  remedy:
    "Widen the limits, scale the inputs into them, or clamp only where the value is used and not where it is learned; a smooth function such as tanh keeps a slope.",
  many: 0.9,
  whole: ({ op }) => `The gradient stops at ${op}: all inputs lie where it is constant.`,
  part: ({ op, closed }) =>
    `${closed} of the elements that get a gradient stop at ${op}, whose inputs lie where it is constant.`,
  evidence: ({ numbers, output, subject }) => [
    ...(numbers === null ? [] : [fact("inputs", rangeWords(numbers))]),
    ...(output === null || subject.flow === null ? [] : [fact("outputs", rangeWords(subject.flow.numbers(output)))]),
  ],
});
