/** An op without a gradient between the tensor and the loss. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { cutCause } from "../gradient/cut-cause.ts";

export const noDerivative: Cause<GradientCase> = cutCause({
  id: "no-derivative",
  kinds: ["no-derivative"],
  title: "An op without a gradient",
  mechanism:
    "argmax, comparisons, sampled integers, indices and casts to integers or bools have results that change in jumps or not at all. They are not differentiable, so that the way back ends there.",
  remedy:
    "Use a soft form: softmax in place of argmax, sigmoid in place of a comparison, crossEntropy on logits in place of accuracy; or an estimator, such as gumbelSoftmax or estimators.straightThrough.",
  words: ({ cut }, where) =>
    cut.op === "to"
      ? `was cast to integers or bools${where}`
      : `was passed to ${cut.op}${where}, which has no gradient`,
});
