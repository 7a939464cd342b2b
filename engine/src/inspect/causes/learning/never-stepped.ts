/** A tensor that no step has updated. */
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { counted } from "../gradient/words.ts";

export const neverStepped: Cause<GradientCase> = defineCause({
  id: "never-stepped",
  symptoms: ["not learning"],
  title: "step was not called, or before backward",
  mechanism:
    "step updates by the gradients that are there when it is called. Before the first backward there are none, so that it changes nothing.",
  remedy: "Call zeroGrad, backward and step in this order, in every step.",
  find({ optimizer, tensor, title, edge, state }) {
    if (optimizer === null || edge === null || state !== null || !optimizer.parameters.includes(tensor)) return [];
    if (!(edge.node instanceof AccumulateGrad)) return [];
    const { accumulations } = edge.node;
    if (optimizer.steps === 0)
      return accumulations < 2
        ? []
        : [
            {
              sentence: `${title} is not updated: step was not called in ${accumulations} backward passes.`,
              evidence: [fact("steps of the optimizer", "0")],
            },
          ];
    const updates = optimizer.updatesOf?.(tensor) ?? null;
    if (updates !== 0) return [];
    return [
      {
        sentence: `${title} was not changed by the ${counted(optimizer.steps, "step")} of the optimizer: it had no gradient when step was called.`,
        evidence: [fact("steps of the optimizer", String(optimizer.steps)), fact("updates of the tensor", "0")],
      },
    ];
  },
});
