/** A `grad` that the program has written to after backward. */
import { AccumulateGrad } from "../../../tape/graph/node.ts";
import { type Cause, defineCause } from "../cause.ts";
import type { GradientCase } from "../gradient/case.ts";
import { norms } from "./norms.ts";

export const changedByHand: Cause<GradientCase> = defineCause({
  id: "grad-changed",
  symptoms: ["not learning"],
  title: "grad was changed after backward",
  mechanism:
    "grad is not the gradient that the last backward formed, nor a multiple of it, nor a sum of several passes: the program has written to it.",
  remedy: "Check what changes grad between backward and step; write to it only on purpose.",
  find(c) {
    const { relation } = c;
    const node = c.edge?.node;
    const isSum = node instanceof AccumulateGrad && node.sinceNull > 1;
    const isOther = relation.kind === "other" || (relation.kind === "scaled" && relation.factor > 1);
    if (!isOther || isSum) return [];
    return [
      {
        kind: "question",
        sentence: "The gradient was changed after backward: grad is not what backward formed.",
        evidence: norms(c),
      },
    ];
  },
});
