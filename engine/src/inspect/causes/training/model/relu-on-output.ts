/** A relu on logits or on the prediction of a regression. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf, lossScopeOf } from "../../../diagnose/record/roles.ts";
import { fault, percent, type TrainingCause, trainingCause } from "../shared.ts";

export const reluOnOutput: TrainingCause = trainingCause({
  id: "relu-on-output",
  certainty: "structure",
  symptoms: ["not learning", "zero"],
  title: "Relu on the output",
  mechanism:
    "The last op of the model is a relu, and its output is used as logits or probabilities, or is compared with targets that are negative. Values below 0 are cut off: logits of wrong classes cannot be pushed down, negative targets cannot be reached, and outputs at 0 get no gradient. It is found where a loss of logits or probabilities reads a relu, or a regression loss reads a relu and some targets are negative.",
  remedy: "Remove the activation after the last layer; probabilities need a sigmoid.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, prediction, others }) => {
      const before = first.flow.origin(prediction);
      if (before === null || headOf(before) !== "relu" || lossScopeOf(before) !== null || !first.isInModel(before))
        return [];
      const zeros = elements(before.outputs[0]).filter((v) => v === 0).length / before.outputs[0].numel();
      const needsLogits = name === "crossEntropy" || name === "binaryCrossEntropyWithLogits";
      const negative = others.slice(0, 1).some((t) => first.isData(t) && elements(t).some((v) => v < 0));
      const needsProbabilities = name === "binaryCrossEntropy";
      if (!needsLogits && !needsProbabilities && !negative) return [];
      return [
        fault({
          sentence: needsLogits
            ? `The last op of the model is relu, so the logits that ${name} reads cannot be negative, and those at 0 get no gradient.`
            : needsProbabilities
              ? "The last op of the model is relu, but binaryCrossEntropy reads probabilities: outputs at 0 get no gradient, and those above 1 are refused."
              : `The last op of the model is relu, so the prediction cannot be negative, but targets of ${name} are.`,
          fix: needsProbabilities
            ? "Put a sigmoid in its place, or remove it and use binaryCrossEntropyWithLogits."
            : "Remove the relu after the last layer.",
          evidence: { "outputs at 0": percent(zeros) },
          path: [placeOf(before)],
        }),
      ];
    }),
});
