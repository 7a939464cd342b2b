/** Binary targets in the range of another loss. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";
import { range } from "./targets.ts";

/** Losses of targets −1 and 1. */
const margins: ReadonlySet<string> = new Set([
  "softMarginLoss",
  "hingeEmbeddingLoss",
  "cosineEmbeddingLoss",
  "marginRankingLoss",
]);

export const binaryTargets: TrainingCause = trainingCause({
  id: "binary-target-range",
  certainty: "structure",
  symptoms: ["not learning", "huge"],
  title: "Binary targets in the range of another loss",
  mechanism:
    "Binary cross-entropy is defined for targets from 0 to 1. Labels of −1 and 1, or 1 and 2, or pixels from 0 to 255 make it unbounded below: it falls as the logits grow, whatever the input. Losses of margins expect −1 and 1: with labels of 0 and 1 the examples of label 0 have no influence.",
  remedy: "Map the labels to 0 and 1 for binary cross-entropy, and to −1 and 1 for softMarginLoss and its kin.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, others, calls }) => {
      if (margins.has(name)) {
        const signs = others.find((t) => first.isData(t) && t.numel() > 1);
        const labels = signs === undefined ? [] : [...new Set(elements(signs))].sort((a, b) => a - b);
        if (labels.join() !== "0,1") return [];
        return [
          fault({
            sentence: `${name} expects labels of −1 and 1, but they are 0 and 1: the examples of label 0 have no influence.`,
            fix: "Map the labels to −1 and 1: y.mul(2).sub(1); or use binaryCrossEntropyWithLogits.",
            evidence: { targets: "0 and 1" },
            path: [placeOf(calls[0])],
          }),
        ];
      }
      if (name !== "binaryCrossEntropyWithLogits" && name !== "binaryCrossEntropy") return [];
      const target = others.find((t) => first.isData(t) && t.numel() > 0);
      if (target === undefined) return [];
      const [min, max] = range(elements(target));
      if (!(min < 0 || max > 1)) return [];
      return [
        fault({
          sentence: `${name} expects targets from 0 to 1, but they are from ${show(min)} to ${show(max)}: the loss has no minimum.`,
          fix:
            min >= -1 && max <= 1
              ? "Map the labels −1 and 1 to 0 and 1, or use softMarginLoss."
              : "Map the targets to the range from 0 to 1.",
          evidence: { targets: `${show(min)} to ${show(max)}` },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
