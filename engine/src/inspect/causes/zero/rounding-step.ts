/** A step function, whose derivative is 0 everywhere. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { stopCause } from "../gradient/stop-cause.ts";

export const roundingStep: Cause<GradientCase> = stopCause({
  id: "rounding-step",
  way: "step",
  title: "A step function on the path",
  mechanism:
    "round, floor, ceil, trunc and sign are constant between their steps, so that their derivative is 0 everywhere. The gradient exists, and is 0.",
  remedy:
    "Pass the gradient by, as a straight-through estimator does: x.add(x.round().sub(x).detach()), or estimators.straightThrough; or use a smooth function such as sigmoid or tanh with a temperature.",
  many: null,
  whole: ({ op }) => `The gradient stops at ${op}, a step function, whose derivative is 0 everywhere.`,
});
