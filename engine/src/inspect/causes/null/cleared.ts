/** A gradient that was computed, and set to null afterwards. */
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";

export const cleared: Cause<GradientCase> = defineCause({
  id: "cleared",
  symptoms: ["null", "not learning"],
  title: "Cleared after backward",
  mechanism:
    "zeroGrad sets gradients to null. Between backward and step it throws away what backward has computed, so that step updates nothing.",
  remedy: "Call zeroGrad before backward, or after step: zeroGrad, backward, step.",
  find(c) {
    const { edge, grad } = c;
    if (grad !== null || edge === null || !(edge.node instanceof AccumulateGrad)) return [];
    const { accumulations } = edge.node;
    // after a whole step the gradients are cleared by intent; the last walk is the one that is asked about
    if (accumulations === 0 || !c.wasReachedByLastWalk) return [];
    return [
      {
        sentence:
          "The gradient was computed by the last backward, and set to null since, by zeroGrad or an assignment.",
        evidence: [fact("backward passes that reached it", String(accumulations))],
      },
    ];
  },
});
