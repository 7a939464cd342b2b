/** A model of sequences whose targets are its own inputs. */
import { question, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const targetIsInput: TrainingCause = trainingCause({
  id: "target-is-input",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The targets are not shifted",
  mechanism:
    "The target of each step is the element that the model is given in the same step, although the model reads from left to right as if it predicted the next one: it has only to copy its input. It is found where integer targets are the inputs, and outputs do not depend on later inputs.",
  remedy:
    "Compare the output of each step with the next element: logits of all steps but the last, targets from the second on.",
  find: ({ leak, first }) =>
    leak === null || leak.target !== "own" || leak.seesFuture || first.targets.some((t) => t.dtype.startsWith("float"))
      ? []
      : [
          question({
            sentence: `The targets are the inputs ${shapeText(leak.input)} themselves, and the output of each step knows the input of that step: the model has only to copy it.`,
            fix: "Shift the targets by one: outputs.narrow(1, 0, T - 1) against ids.narrow(1, 1, T - 1).",
            evidence: { targets: "equal to the inputs" },
          }),
        ],
});
