/** A result whose gradient is not kept. */
import { retainsGrad } from "../../../tape/backward/register.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { opWords } from "../gradient/place.ts";

export const notRetained: Cause<GradientCase> = defineCause({
  id: "not-retained",
  symptoms: ["null"],
  title: "Not a leaf, and not retained",
  mechanism:
    "backward keeps gradients in leaves only. Results of ops pass theirs on and forget them, unless retainGrad was called before backward.",
  remedy: "Call x.retainGrad() before backward, or ask for the gradient by autograd.grad(loss, [x]).",
  find(c) {
    const { edge, tensor, title } = c;
    if (c.state !== "null" || edge === null || c.isLeaf || c.isOverwritten || retainsGrad(tensor)) return [];
    if (c.flow !== null && !c.isReached) return [];
    const formed =
      c.formed === null || c.flow === null
        ? []
        : [fact("gradient that passed", `norm ${c.flow.numbers(c.formed).norm.toExponential(1)}`)];
    return [
      {
        sentence: `${title} is no leaf: it is the result of ${opWords(edge.node)}, and gradients of results are not kept.`,
        evidence: [fact("gradFn", edge.node.name), ...formed],
      },
    ];
  },
});
