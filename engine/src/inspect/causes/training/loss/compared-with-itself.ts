/** A loss that compares a tensor with itself. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const comparedWithItself: TrainingCause = trainingCause({
  id: "compared-with-itself",
  certainty: "structure",
  symptoms: ["not learning", "zero"],
  title: "The loss compares a tensor with itself",
  mechanism:
    "Prediction and target of the loss are the same tensor, or the target is the detached prediction, as after a variable was overwritten or two names were mixed up. The loss is 0 from the beginning, whatever the weights.",
  remedy: "Compare the output with the targets.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, prediction, others, calls }) => {
      const same = calls[0].inputs.filter((x) => x === prediction).length > 1;
      const [target] = others;
      const isDetached =
        target !== undefined &&
        !target.requiresGrad &&
        target.storage === prediction.storage &&
        target.offset === prediction.offset &&
        target.numel() === prediction.numel();
      if (!(same && others.length === 0) && !isDetached) return [];
      return [
        fault({
          sentence: `${name} compares the output ${shapeText(prediction.shape)} with itself: the loss is 0 whatever the weights are.`,
          fix: "Give the loss the targets as its second argument.",
          evidence: { loss: name, "target is": isDetached ? "the detached prediction" : "the prediction" },
          path: [placeOf(calls[0])],
        }),
      ];
    }),
});
