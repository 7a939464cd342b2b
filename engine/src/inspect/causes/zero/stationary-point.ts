/** A stationary point: the derivative of an op is 0 for the value it has. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { isZero } from "../gradient/numbers.ts";
import { opWords } from "../gradient/place.ts";
import { isStationary, stoppedPassages } from "../gradient/stopped.ts";
import { num, rangeWords } from "../gradient/words.ts";

export const stationary: Cause<GradientCase> = defineCause({
  id: "stationary-point",
  symptoms: ["zero"],
  title: "At a stationary point",
  mechanism:
    "The derivative of an op is 0 at the very value that it has, as that of x² at 0. Where a loss compares predictions with targets, this is the minimum: the prediction equals the target, and there is nothing left to learn.",
  remedy:
    "If the loss is at its minimum, nothing is to be done. Otherwise start from another value, such as small random numbers in place of zeros.",
  find(c) {
    if (c.state !== "zero" || c.flow === null) return [];
    const { flow } = c;
    return stoppedPassages(c).flatMap((p) => {
      const x = flow.input(p.node, p.input);
      if (x === null || !isStationary(c, p)) return [];
      const n = flow.numbers(x);
      return [
        {
          sentence: `The gradient meets a stationary point at ${opWords(p.node)}: its input is ${isZero(n) ? "0" : num(n.max)} throughout.`,
          kind: "question",
          share: p.share,
          path: c.placesTo(p.node),
          evidence: [fact("input", rangeWords(n))],
        },
      ];
    });
  },
});
