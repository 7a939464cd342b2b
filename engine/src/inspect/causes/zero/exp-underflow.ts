/** An exponential whose result is too small for the dtype. */
import type { Cause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { stopCause } from "../gradient/stop-cause.ts";
import { rangeWords } from "../gradient/words.ts";

export const underflow: Cause<GradientCase> = stopCause({
  id: "exp-underflow",
  way: "underflow",
  title: "Underflow of an exponential",
  mechanism:
    "The derivative of exp is exp itself. Below about −104 in float32 (−745 in float64) the result is rounded to 0, and the gradient with it.",
  remedy:
    "Work with logarithms: logSoftmax, logsumexp or a log likelihood in place of a product of probabilities; subtract the maximum before exp; scale distances before exp(−d).",
  many: 0.9,
  whole: ({ op }) => `The gradient stops at ${op}: all its results are so small that they are rounded to 0.`,
  part: ({ op, closed }) =>
    `${closed} of the elements that get a gradient stop at ${op}, whose results are rounded to 0 there.`,
  evidence: ({ numbers }) => (numbers === null ? [] : [fact("inputs", rangeWords(numbers))]),
});
