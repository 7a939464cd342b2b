/** Backward has not run. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";

export const beforeBackward: Cause<GradientCase> = defineCause({
  id: "before-backward",
  symptoms: ["null"],
  title: "Backward has not run",
  mechanism: "A gradient is computed by backward, not by the forward pass. Until then grad is null, which is not 0.",
  remedy: "Call loss.backward().",
  find(c) {
    const { flow, edge } = c;
    if (
      c.state !== "null" ||
      flow === null ||
      edge === null ||
      flow.ran ||
      flow.source !== "unknown" ||
      !c.isReached ||
      !c.isLeaf
    )
      return [];
    return [
      {
        sentence: "The gradient is not computed yet: backward has not run on the loss.",
        evidence: [fact("loss", `${flow.loss.node.op.name}, not visited by a walk`)],
      },
    ];
  },
});
