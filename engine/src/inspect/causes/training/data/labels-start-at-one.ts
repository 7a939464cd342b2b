/** Class labels that begin with 1, with an output more than classes. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { question, type TrainingCause, trainingCause } from "../shared.ts";
import { isLabelType } from "./class-labels.ts";

export const unusedClassZero: TrainingCause = trainingCause({
  id: "labels-start-at-one",
  certainty: "data",
  symptoms: ["not learning"],
  title: "Labels that begin with 1",
  mechanism:
    "The labels of all examples are from 1 to the last output, and class 0 never occurs: one output too many hides labels that begin with 1.",
  remedy: "Subtract 1 from the labels, and remove the output.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, prediction, others, calls }) => {
      if (name !== "crossEntropy" && name !== "nllLoss") return [];
      const target = others.find((t) => isLabelType(t.dtype) && first.isData(t));
      if (target === undefined || prediction.ndim !== 2) return [];
      const labels = elements(target);
      const classes = prediction.shape[1];
      const seen = new Set(labels);
      if (labels.length < 4 * classes || seen.size !== classes - 1 || seen.has(0) || classes < 3) return [];
      return [
        question({
          sentence: `The labels of ${labels.length} examples are from 1 to ${classes - 1}, and class 0 of ${classes} outputs never occurs: do they begin with 1?`,
          fix: "Subtract 1 from the labels, and remove the output that is never used.",
          evidence: { classes: String(classes), "labels that occur": [...seen].sort((a, b) => a - b).join(", ") },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
