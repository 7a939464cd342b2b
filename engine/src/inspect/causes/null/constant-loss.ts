/** A loss that is off the tape. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { isOffTape } from "../gradient/cut-paths.ts";

export const constantLoss: Cause<GradientCase> = defineCause({
  id: "constant-loss",
  symptoms: ["null"],
  title: "The loss requires no gradient",
  mechanism:
    "The loss was computed from tensors none of which requires a gradient, or from values that had left the tape, so that nothing was recorded and backward refuses to run.",
  remedy: "Check that the parameters require gradients, and that forward computes with them and not with copies.",
  find(c) {
    if (c.state !== "null" || !c.isLossConstant || c.edge === null) return [];
    if (isOffTape(c.lossCut)) return [];
    return [
      {
        sentence: "The loss itself is off the tape: no tensor that it was computed from required a gradient.",
        evidence: [fact("loss.requiresGrad", "false")],
      },
    ];
  },
});
