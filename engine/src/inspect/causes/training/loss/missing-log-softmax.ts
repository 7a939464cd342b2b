/** nllLoss of numbers that are no logarithms of probabilities. */
import { elements } from "../../../../tensor/strided.ts";
import type { Tensor } from "../../../../tensor/tensor.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf } from "../../../diagnose/record/roles.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";

/** Sums over the classes, of the numbers and of their exponentials, for the first examples. */
function classSums(t: Tensor): { plain: number[]; exponential: number[] } {
  const x = elements(t);
  const classes = t.ndim === 1 ? t.shape[0] : t.shape[1];
  const inner = t.ndim === 1 ? 1 : t.shape.slice(2).reduce((a, b) => a * b, 1);
  const lines = Math.min(64, x.length / Math.max(classes, 1));
  const plain: number[] = [];
  const exponential: number[] = [];
  for (let n = 0; n < lines; n++) {
    const from = Math.floor(n / inner) * classes * inner + (n % inner);
    let a = 0;
    let b = 0;
    for (let c = 0; c < classes; c++) {
      a += x[from + c * inner];
      b += Math.exp(x[from + c * inner]);
    }
    plain.push(a);
    exponential.push(b);
  }
  return { plain, exponential };
}

const allNear = (values: readonly number[], v: number): boolean => values.every((x) => Math.abs(x - v) < 1e-2);

export const missingLogSoftmax: TrainingCause = trainingCause({
  id: "missing-log-softmax",
  certainty: "structure",
  symptoms: ["not learning", "huge"],
  title: "nllLoss without logSoftmax",
  mechanism:
    "nllLoss only picks the entry of the right class, and expects logarithms of probabilities. Given logits, it falls without bound as all logits grow; given probabilities, it is between −1 and 0 and its gradient does not depend on how wrong the model is. It is found by the numbers: the exponentials of its input do not add up to 1 over the classes.",
  remedy: "Use crossEntropy on the logits, or logSoftmax before nllLoss.",
  find: ({ first: { lossUses, flow } }) =>
    lossUses.flatMap(({ name, prediction, calls }) => {
      if (name !== "nllLoss" || prediction.ndim === 0) return [];
      // over another dimension: that is another cause
      const before = flow.origin(prediction);
      if (before !== null && headOf(before) === "logSoftmax") return [];
      const { plain, exponential } = classSums(prediction);
      if (plain.length === 0 || exponential.some((v) => !Number.isFinite(v)) || allNear(exponential, 1)) return [];
      const areProbabilities = allNear(plain, 1) && elements(prediction).every((v) => v >= 0);
      return [
        fault({
          sentence: areProbabilities
            ? "nllLoss expects logarithms of probabilities, but is given probabilities: the logarithm is missing."
            : "nllLoss expects logarithms of probabilities, but is given logits: the loss falls without bound as they grow.",
          fix: areProbabilities
            ? "Replace softmax by logSoftmax, or give crossEntropy the logits."
            : "Use crossEntropy instead of nllLoss, or apply logSoftmax before it.",
          evidence: { "sum of exp(input) over the classes": `${show(exponential[0])} instead of 1` },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
