/** An op whose derivative is 0 for these operands, and for which no other cause is known. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { isZero } from "../gradient/numbers.ts";
import { opWords } from "../gradient/place.ts";
import { isStationary, otherInputs, stoppedPassages } from "../gradient/stopped.ts";
import { rangeWords } from "../gradient/words.ts";

export const noSlope: Cause<GradientCase> = defineCause({
  id: "no-slope",
  symptoms: ["zero"],
  title: "An op whose derivative is 0 here",
  mechanism:
    "The cotangent that comes to the op is not 0, and the contribution of its gradient rule is. None of the known reasons applies to the op, so only the place is known.",
  remedy: "Look at the operands of the op at this line, and check its derivative there by gradcheck.",
  find(c) {
    if (c.state !== "zero" || c.flow === null) return [];
    const { flow } = c;
    return stoppedPassages(c).flatMap((p) => {
      const x = flow.input(p.node, p.input);
      const { stops } = p.node.op;
      const hasZeroInput = [x, ...otherInputs(c, p.node, p.input).map((o) => o.tensor)].some(
        (t) => t !== null && isZero(flow.numbers(t)),
      );
      if (stops !== undefined && (stops !== "product" || hasZeroInput)) return [];
      // where terms are added up, as for a bias, their sum may be 0 although none of them is
      if (isStationary(c, p) || (x !== null && p.cotangent.numel() > x.numel())) return [];
      return [
        {
          // a layer that begins with a state of 0 and takes one step gives the weights of the state nothing
          kind: p.node.op.role === "recurrent" && hasZeroInput ? "fact" : "fault",
          sentence: `The gradient stops at ${opWords(p.node)}, whose derivative is 0 for these operands.`,
          share: p.share,
          path: c.placesTo(p.node),
          evidence: x === null ? [] : [fact("input", rangeWords(flow.numbers(x)))],
        },
      ];
    });
  },
});
