/** A gradient whose terms cancel, because the result does not change with the tensor. */
import { type Cause, type Draft, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { isZero } from "../gradient/numbers.ts";
import { opWords } from "../gradient/place.ts";
import { stoppedPassages } from "../gradient/stopped.ts";
import { num } from "../gradient/words.ts";

/** A sum that is smaller than this share of its terms has no digit that is not rounding. */
const rounding = { float32: 1e-5, float64: 1e-13 } as const;

export const cancels: Cause<GradientCase> = defineCause({
  id: "cancels",
  symptoms: ["zero", "tiny"],
  title: "The terms cancel",
  mechanism:
    "The loss does not change when the tensor does: a softmax does not see a constant that is added to all logits, a normalization does not see a shift or a scale. The terms of the gradient then add up to 0, or to rounding errors near 0. That is so by design for the bias of attention keys and for a bias before batch norm; the tensor is not needed.",
  remedy:
    "Leave the tensor out (bias: false), or accept that it does not learn. If it should matter, look for the op that makes the loss independent of it.",
  find(c) {
    const { flow, edge, formed } = c;
    if (flow === null || edge === null || formed === null || (c.state !== "zero" && c.state !== null)) return [];
    if (c.state === "zero") {
      const rows = stoppedPassages(c).filter(
        (p) =>
          p.node.op.batch !== "elementwise" &&
          (p.node.op.stops === "saturation" || p.node.op.stops === "normalization"),
      );
      const found = rows.filter((p) => {
        const y = flow.output(p.node);
        return y !== null && !isZero(flow.numbers(y)) && p.before.max - p.before.min <= 1e-6 * p.before.peak;
      });
      if (found.length > 0)
        return found.map((p) => ({
          kind: "question",
          share: p.share,
          sentence: `The gradient cancels at ${opWords(p.node)}: all its outputs get the same gradient, and their sum does not depend on its input.`,
          path: c.placesTo(p.node),
          evidence: [fact("gradient that comes to it", `${num(p.before.max)} for every element`)],
        }));
    }
    return cancelledSums(c);
  },
});

/** Returns the findings about the tensor's own use: a sum over a broadcast dimension whose terms cancel. */
function cancelledSums(c: GradientCase): Draft[] {
  const { flow, edge, formed, numbers, tensor } = c;
  if (flow === null || edge === null || formed === null || numbers === null) return [];
  const limit = tensor.dtype === "float64" ? rounding.float64 : rounding.float32;
  const own = c.passages.filter(
    (p) => p.node.edges[p.input]?.node === edge.node && p.cotangent.numel() > tensor.numel(),
  );
  const terms = own.reduce((sum, p) => sum + p.before.total, 0);
  if (own.length === 0 || terms === 0 || numbers.total > limit * terms) return [];
  // the cotangent reaches the tensor as it is, so that only its sum is 0
  if (own.some((p) => p.node.op.stops === "product" && p.input < 2)) return [];
  return [
    {
      kind: "fact",
      share: 1,
      sentence: `The gradient of ${c.name} cancels: the terms that ${opWords(own[0].node)} adds up are not 0, and their sum is.`,
      path: c.placesTo(own[0].node),
      evidence: [
        fact("sum of the magnitudes of the terms", num(terms)),
        fact("magnitude of the sum", num(numbers.total)),
      ],
      fix: "Leave the tensor out (bias: false), or accept that it does not learn: that is so by design for a bias before a normalization, and for the bias of attention keys.",
    },
  ];
}
