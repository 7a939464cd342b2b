/** Classes of which one has nearly all examples. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { countedTargets } from "../../../diagnose/record/step-view.ts";
import { percent, question, show, type TrainingCause, trainingCause } from "../shared.ts";
import { isLabelType } from "./class-labels.ts";

export const classImbalance: TrainingCause = trainingCause({
  id: "class-imbalance",
  certainty: "data",
  symptoms: ["not learning"],
  title: "Class imbalance",
  mechanism:
    "Nearly all examples have one class, and the model answers that class for all of them, which gives a high accuracy and a low loss without any learning from the input.",
  remedy:
    "Weight the classes in the loss, sample the rare classes more often, and measure recall or balanced accuracy.",
  find: ({ last }) =>
    last.lossUses.flatMap((use) => {
      const { name, prediction, others, calls } = use;
      const target = others.find((t) => last.isData(t));
      if (target === undefined || target.numel() < 40) return [];
      const labels = countedTargets(use, target);
      const isClasses =
        (name === "crossEntropy" || name === "nllLoss") && prediction.ndim === 2 && isLabelType(target.dtype);
      const isBinary = name.startsWith("binaryCrossEntropy") && labels.every((v) => v === 0 || v === 1);
      if (!isClasses && !isBinary) return [];
      const counts = new Map<number, number>();
      for (const v of labels) counts.set(v, (counts.get(v) ?? 0) + 1);
      if (counts.size < 2) return [];
      const [major, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
      const share = count / labels.length;
      const answers = answersOf(elements(prediction), isClasses ? prediction.shape[1] : 1, name);
      const answered = answers.filter((v) => v === major).length / answers.length;
      if (share < 0.85 || answered < 0.99) return [];
      return [
        question({
          share,
          sentence: `${percent(share)} of the targets are ${show(major)}, and the model answers ${show(major)} for ${percent(answered)} of the examples: a low loss without learning from the input.`,
          fix: "Weight the classes in the loss (weight, posWeight) or sample the rare ones more often, and look at recall instead of accuracy.",
          evidence: { "most frequent target": `${show(major)}, ${percent(share)}`, "answered so": percent(answered) },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});

/** Returns the class with the largest output of each example; for one output, whether it is above the threshold. */
function answersOf(x: Float64Array, classes: number, loss: string): number[] {
  if (classes === 1) return Array.from(x, (v) => (v > (loss === "binaryCrossEntropy" ? 0.5 : 0) ? 1 : 0));
  return Array.from({ length: x.length / classes }, (_, i) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (x[i * classes + c] > x[i * classes + best]) best = c;
    return best;
  });
}
