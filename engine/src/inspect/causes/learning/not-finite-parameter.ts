/** A parameter that has NaN or infinity itself. */
import { readElements } from "../../../tensor/strided.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { hasOnlyFinite } from "../gradient/numbers.ts";

export const notFiniteParameter: Cause<GradientCase> = defineCause({
  id: "not-finite-parameter",
  symptoms: ["not learning"],
  title: "The parameter itself is not finite",
  mechanism:
    "A step with an infinite gradient or rate has made the parameter NaN or infinite. No later gradient, however sound, makes it finite again.",
  remedy:
    "Start again from finite weights, and explain the first step whose gradient is not finite; clip gradients, or take a smaller rate.",
  find(c) {
    const { tensor, title } = c;
    if (!c.isLeaf || c.state === "not finite" || hasOnlyFinite(readElements(tensor))) return [];
    const n = c.tensorNumbers;
    return [
      {
        sentence: `${title} is not finite itself: ${n.nan} NaN and ${n.inf} infinite of ${n.count} elements.`,
        evidence: [fact("NaN", String(n.nan)), fact("infinite", String(n.inf))],
      },
    ];
  },
});
