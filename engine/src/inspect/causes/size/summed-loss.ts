/** A loss that is a sum over examples. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { opWords, placeOf } from "../gradient/place.ts";
import { isHuge } from "./limits.ts";

/** Elements from which the size of a sum is mentioned. */
const many = 100;

export const summedLoss: Cause<GradientCase> = defineCause({
  id: "summed-loss",
  symptoms: ["huge"],
  title: "A sum where a mean is usual",
  mechanism:
    "A loss that is summed over the batch has a gradient that is larger by the number of elements than that of a mean. It is a convention and no fault; but learning rates that are usual are meant for means.",
  remedy: "Use the mean, or divide the learning rate by the number of elements.",
  find(c) {
    if (!isHuge(c) || c.flow === null) return [];
    const root = c.flow.loss.node;
    const n = root.metas[0]?.shape.reduce((a, b) => a * b, 1) ?? 1;
    if (root.op.role !== "sum" || n < many) return [];
    return [
      {
        kind: "fact",
        share: 0.5,
        sentence: `The loss is a sum over ${n} elements, at ${opWords(root)}, where a mean is usual.`,
        path: [placeOf(root)],
        evidence: [fact("elements", String(n))],
      },
    ];
  },
});
