/** A gradient that is small because the loss is near its minimum. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { opWords, placeOf } from "../gradient/place.ts";
import { mainWay } from "../gradient/rates.ts";
import { num } from "../gradient/words.ts";
import { isTiny } from "./limits.ts";

/** The share of its size that a gradient keeps at the loss itself, below which the loss is near its minimum. */
const atLoss = 1e-3;
/** The number of ops that count as the loss. */
const lossOps = 4;

export const nearMinimum: Cause<GradientCase> = defineCause({
  id: "near-minimum",
  symptoms: ["tiny"],
  title: "Near the minimum",
  mechanism:
    "The slope of a loss goes to 0 where predictions meet their targets. A gradient that is small from the first ops on is small because there is nothing left to learn, not because the model loses it.",
  remedy: "Nothing is to be done if the loss is as small as it should be.",
  find(c) {
    if (!isTiny(c)) return [];
    const way = mainWay(c);
    const first = way
      .slice(0, lossOps)
      .find((r) => r.rate !== null && r.rate < atLoss && r.node.op.stops === undefined && r.node.metas.length <= 2);
    if (first === undefined) return [];
    return [
      {
        kind: "fact",
        share: 1,
        sentence: `The gradient is small from the loss on: ${opWords(first.node)} multiplies it by ${num(first.rate ?? 0)}, as the predictions are close to their targets.`,
        path: [placeOf(first.node)],
        evidence: [fact("rate at the loss", num(first.rate ?? 0))],
      },
    ];
  },
});
