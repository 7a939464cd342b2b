/** klDiv of probabilities. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";

export const klWithoutLog: TrainingCause = trainingCause({
  id: "kl-without-log",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "klDiv of probabilities",
  mechanism:
    "klDiv expects the logarithm of the predicted probabilities as its first argument. Given the probabilities themselves, it is linear in them, so that its minimum is not where prediction and target agree. It is found by the numbers: the input is not negative, lies in [0, 1] and adds up to 1 over the last dimension.",
  remedy: "Give klDiv logSoftmax of the logits as input.",
  find: ({ first: { lossUses } }) =>
    lossUses.flatMap(({ name, prediction, calls }) => {
      if (name !== "klDiv" || prediction.ndim === 0) return [];
      const x = elements(prediction);
      const n = prediction.shape[prediction.ndim - 1];
      const sums = Array.from({ length: Math.min(64, x.length / n) }, (_, i) =>
        x.slice(i * n, (i + 1) * n).reduce((a, b) => a + b, 0),
      );
      if (x.some((v) => v < 0 || v > 1) || n < 2 || sums.some((s) => Math.abs(s - 1) > 1e-2)) return [];
      return [
        fault({
          sentence: "klDiv expects the logarithm of the predicted probabilities, but is given the probabilities.",
          fix: "Replace softmax by logSoftmax before klDiv.",
          evidence: { "sum of the input over the last dimension": show(sums[0]) },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
