/** A model that sees the next element which it predicts. */
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const seesFuture: TrainingCause = trainingCause({
  id: "sees-future",
  certainty: "dynamics",
  symptoms: ["not learning"],
  title: "The model sees the element that it predicts",
  mechanism:
    "The targets are the inputs one step later, and the output of a step depends on later inputs, as in a transformer without a causal mask or a recurrent layer in both directions. The loss falls quickly, since the answer only has to be copied, and the model can generate nothing. It is found by running the model twice with other last elements of the sequences.",
  remedy: "Use a causal mask, or a layer of one direction.",
  find: ({ leak }) =>
    leak === null || leak.target !== "next" || !leak.seesFuture
      ? []
      : [
          fault({
            sentence: `The targets are the inputs ${shapeText(leak.input)} one step later, and outputs of earlier steps change with a later input: the model sees what it predicts, and has only to copy it.`,
            fix: "Mask later steps (a causal mask in the attention), or use a layer of one direction.",
            evidence: {
              targets: "the inputs, one step later",
              test: "other last inputs change the outputs of earlier steps",
            },
          }),
        ],
});
