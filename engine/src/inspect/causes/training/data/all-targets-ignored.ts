/** Batches whose class labels are all ignored or have weight 0. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";
import { isLabelType } from "./class-labels.ts";

export const allTargetsIgnored: TrainingCause = trainingCause({
  id: "all-targets-ignored",
  certainty: "structure",
  symptoms: ["not finite", "zero"],
  title: "All targets are ignored",
  mechanism:
    "Every target of the batch is the ignoreIndex, or has a class of weight 0, so the mean is taken over nothing: the loss is 0 / 0 = NaN.",
  remedy: "Skip batches without targets, and check that ignoreIndex is no class.",
  find: ({ steps, last }) => {
    if (!Number.isNaN(steps[steps.length - 1].losses[0] ?? 0)) return [];
    return last.lossUses.flatMap(({ name, prediction, others, calls }) => {
      if ((name !== "crossEntropy" && name !== "nllLoss") || elements(prediction).some((v) => !Number.isFinite(v)))
        return [];
      const target = others.find((t) => isLabelType(t.dtype));
      if (
        target === undefined ||
        target.numel() === 0 ||
        !Number.isNaN(elements(calls[calls.length - 1].outputs[0])[0])
      )
        return [];
      const values = [...new Set(elements(target))];
      return [
        fault({
          sentence: `All ${target.numel()} targets of a batch are ignored or have weight 0, so ${name} divides 0 by 0.`,
          fix: "Skip such batches, and check ignoreIndex and the weights of the classes.",
          evidence: { "targets of the batch": values.slice(0, 5).map(show).join(", ") },
          path: [placeOf(calls[calls.length - 1])],
        }),
      ];
    });
  },
});
