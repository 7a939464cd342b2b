/** binaryCrossEntropy of logits. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";

export const logitsIntoBce: TrainingCause = trainingCause({
  id: "logits-into-bce",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "binaryCrossEntropy of logits",
  mechanism: "binaryCrossEntropy expects probabilities from 0 to 1, and refuses logits with an error.",
  remedy: "Use binaryCrossEntropyWithLogits, or apply sigmoid before binaryCrossEntropy.",
  find: ({ error, last }) => {
    const [, value] = /probabilities must lie in \[0, 1\], but got ([^;\s]+)/.exec(error?.message ?? "") ?? [];
    if (value === undefined) return [];
    const call = last.step.calls.at(-1);
    return [
      fault({
        sentence: `binaryCrossEntropy expects probabilities, but the output of the model is ${value}: it is given logits.`,
        fix: "Use binaryCrossEntropyWithLogits, or end the model with a sigmoid.",
        evidence: { prediction: value },
        path: call === undefined ? [] : [placeOf(call)],
      }),
    ];
  },
});
