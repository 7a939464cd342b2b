/** Steps that are too small or too large for the weight. */
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { num } from "../gradient/words.ts";

export const updateSize: Cause<GradientCase> = defineCause({
  id: "update-size",
  symptoms: ["not learning"],
  title: "The rate or the decay against the size of the weight",
  mechanism:
    "A step is about the rate times the gradient for SGD, and about the rate itself for each element for Adam. About a thousandth of the weight is usual. Far below, the weight does not move, and below 6e−8 of it a step is lost to rounding in float32; above its own size, the weight is thrown about. A weight decay that is larger than the gradient pulls it to 0.",
  remedy:
    "Choose the rate such that a step is about 1e−3 of the weight; lower the weight decay below the size of the gradients over that of the weights.",
  find(c) {
    const { optimizer, tensor, title, edge } = c;
    if (optimizer === null || edge === null || c.state !== null || !optimizer.parameters.includes(tensor)) return [];
    const { lr, weightDecay = 0 } = optimizer.settingsOf?.(tensor) ?? optimizer;
    const [w, g] = [c.tensorNumbers, c.gradNumbers];
    if (g === null || w.norm === 0) return [];
    const step = optimizer.isAdaptive === true ? lr * Math.sqrt(tensor.numel()) : lr * g.norm;
    const ratio = step / w.norm;
    const sizes = [
      fact("step over weight", num(ratio)),
      fact("rate", num(lr)),
      fact("norm of the weight", num(w.norm)),
      fact("norm of the gradient", num(g.norm)),
    ];
    if (lr === 0) return [{ sentence: `${title} is not updated: the learning rate is 0.`, evidence: sizes }];
    if (weightDecay > 0 && weightDecay * w.norm > 10 * g.norm && optimizer.isAdaptive !== true)
      return [
        {
          kind: "question",
          sentence: `${title} is pulled to 0: the weight decay is ${num((weightDecay * w.norm) / g.norm)} times the gradient.`,
          evidence: [...sizes, fact("weight decay", num(weightDecay))],
        },
      ];
    if (ratio < 1e-7)
      return [
        {
          kind: "question",
          sentence: `${title} hardly changes: a step is ${num(ratio)} of the weight, which rounding in float32 loses.`,
          evidence: sizes,
        },
      ];
    if (ratio > 1)
      return [
        {
          kind: "question",
          sentence: `${title} is thrown about: a step is ${num(ratio)} times the weight.`,
          evidence: sizes,
        },
      ];
    return [];
  },
});
