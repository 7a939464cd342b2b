/** Float targets that are no probabilities of classes. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, percent, show, type TrainingCause, trainingCause } from "../shared.ts";

export const targetProbabilities: TrainingCause = trainingCause({
  id: "targets-not-probabilities",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Float targets of crossEntropy that are no probabilities",
  mechanism:
    "crossEntropy takes float targets of the shape of the logits as probabilities of the classes. If they do not add up to 1 for an example, or some are negative, as for several labels at once or for regression targets, its minimum is not where the model should be.",
  remedy: "Use class indices, normalize the targets, or use binaryCrossEntropyWithLogits for several labels at once.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, prediction, others, calls }) => {
      if (name !== "crossEntropy" || prediction.ndim !== 2) return [];
      const target = others.find((t) => first.isData(t) && t.shape.join() === prediction.shape.join());
      if (target === undefined) return [];
      const x = elements(target);
      const [n, classes] = target.shape;
      const sums = Array.from({ length: n }, (_, i) =>
        x.slice(i * classes, (i + 1) * classes).reduce((a, b) => a + b, 0),
      );
      const wrong = sums.filter((s) => Math.abs(s - 1) > 0.02).length / n;
      if (wrong < 0.05 && !x.some((v) => v < 0)) return [];
      const most = sums.reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a), 1);
      return [
        fault({
          sentence: `crossEntropy takes float targets as probabilities of the classes, but those of ${percent(wrong)} of the examples do not add up to 1.`,
          fix: "For several labels at once use binaryCrossEntropyWithLogits; otherwise give class indices (int64), or normalize the targets.",
          evidence: { "sum of an example's targets": show(most) },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
