/** The branch of a where, or the operand of a maximum, that was not chosen. */
import type { Cause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { countPositive } from "../gradient/numbers.ts";
import { stopCause } from "../gradient/stop-cause.ts";
import { isPadding } from "./only-padding.ts";

export const notChosen: Cause<GradientCase> = stopCause({
  id: "not-chosen",
  way: "choice",
  title: "Not chosen by where or a maximum",
  mechanism:
    "where passes the gradient to the branch that its condition chose, a maximum or minimum to the larger or smaller operand, a maximum over a dimension or a window to the element that won. All others get 0.",
  remedy:
    "Check the condition or the scale of the operands; a soft choice, such as logsumexp, softmax weights or a blend of both branches, passes some gradient to each.",
  many: null,
  applies: (facts) => !isPadding(facts),
  whole: ({ op, stopped }) => {
    const n = stopped.node.metas.length;
    if (n === 3) return `The gradient stops at ${op}: the condition never chose this branch.`;
    if (n === 2) return `The gradient stops at ${op}: the other operand was chosen for every element.`;
    return `The gradient stops at ${op}: none of these elements was chosen.`;
  },
  evidence: ({ others, subject, stopped }) =>
    stopped.node.metas.length !== 3 || others[0]?.position !== 0 || subject.flow === null
      ? []
      : [fact("condition", `true for ${countPositive(others[0].tensor)} of ${others[0].tensor.numel()} elements`)],
});
