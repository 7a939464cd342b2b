/** A `grad` that is a sum over several backward passes. */
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { norms } from "./norms.ts";

export const neverCleared: Cause<GradientCase> = defineCause({
  id: "never-cleared",
  symptoms: ["not learning"],
  title: "grad is a sum over several backward passes",
  mechanism:
    "backward adds to grad. Without zeroGrad between steps, grad is the sum of the gradients of all steps, which points to the past and grows. Some programs add up a few passes on purpose.",
  remedy: "Call zeroGrad in every step, before backward.",
  find(c) {
    const node = c.edge?.node;
    if (c.state !== null || c.grad === null || !(node instanceof AccumulateGrad) || node.sinceNull < 2) return [];
    const relation = c.relation.kind;
    // each pass after the first one changes grad in place; more changes may have set it to 0
    const wasZeroed = c.grad.storage.version >= node.sinceNull;
    if (relation === "equal" || (relation === "unknown" && wasZeroed)) return [];
    return [
      {
        // a few passes are added up on purpose where a batch does not fit
        kind: node.sinceNull > 8 ? "fault" : "fact",
        sentence: `The gradient is the sum of ${node.sinceNull} backward passes: grad was not cleared between them.`,
        evidence: [fact("backward passes since grad was null", String(node.sinceNull)), ...norms(c)],
      },
    ];
  },
});
