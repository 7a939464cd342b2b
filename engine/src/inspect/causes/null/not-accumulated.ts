/** A walk that does not accumulate in the tensor. */
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { type Cause, defineCause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";

export const notAccumulated: Cause<GradientCase> = defineCause({
  id: "not-accumulated",
  symptoms: ["null"],
  title: "Computed, and not accumulated",
  mechanism:
    "autograd.grad and the functions of func return gradients and leave grad alone. backward with { inputs } accumulates in those tensors only.",
  remedy: "Use what autograd.grad returns, or call loss.backward(); add the tensor to inputs.",
  find(c) {
    const { edge, name, flow, grad } = c;
    if (grad !== null || flow === null || !flow.ran || !c.isReached || !(edge?.node instanceof AccumulateGrad))
      return [];
    if (edge.node.accumulations > 0) return [];
    return [
      {
        sentence: `The walk through the loss did not accumulate in ${name}: it was one of autograd.grad, or of backward with other inputs.`,
      },
    ];
  },
});
