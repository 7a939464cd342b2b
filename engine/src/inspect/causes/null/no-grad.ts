/** A value that was computed inside of noGrad. */
import type { Cause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { cutCause } from "../gradient/cut-cause.ts";

export const noGradResult: Cause<GradientCase> = cutCause({
  id: "no-grad",
  kinds: ["no-grad"],
  title: "Computed inside of noGrad",
  mechanism:
    "Inside of noGrad and inferenceMode nothing is recorded: results are constants, whatever they were computed from. A parameter that is assigned the result of such a computation is no leaf any more.",
  remedy:
    "Compute the value outside of noGrad. Inside, change parameters in place, as in noGrad(() => w.sub_(g.mul(lr))), so that they stay the same leaves.",
  words: ({ cut }, where) =>
    `was an operand of ${cut.op} inside of noGrad or inferenceMode${where}, where nothing is recorded`,
});
