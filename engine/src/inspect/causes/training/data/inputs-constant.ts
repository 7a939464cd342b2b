/** Inputs of which all examples are equal. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, shapeText, show, type TrainingCause, trainingCause } from "../shared.ts";
import { readerOf } from "./values.ts";

export const constantInputs: TrainingCause = trainingCause({
  id: "inputs-constant",
  certainty: "structure",
  symptoms: ["not learning", "zero"],
  title: "All examples are equal",
  mechanism:
    "All rows of the input are equal although the targets differ, so that the model can only learn the mean of the targets: the input was overwritten, read from one place, or never filled.",
  remedy: "Look at the input: print a few examples.",
  find: ({ first, last }) => {
    for (const view of [first, last]) {
      const [target] = view.targets;
      const inputs = view.inputs.filter((t) => t.ndim > 0 && t.shape[0] >= 4 && t.numel() > 0);
      if (target === undefined || inputs.length === 0 || inputs.length < view.inputs.length) continue;
      const areEqual = inputs.every((t) => {
        const x = elements(t);
        const row = x.length / t.shape[0];
        return x.every((v, i) => v === x[i % row]);
      });
      const y = elements(target);
      const row = y.length / Math.max(target.shape[0] ?? 1, 1);
      if (!areEqual || target.shape[0] !== inputs[0].shape[0] || y.every((v, i) => v === y[i % row])) continue;
      const reader = readerOf(view, inputs[0]);
      return [
        fault({
          sentence: `All ${inputs[0].shape[0]} examples of the input ${shapeText(inputs[0].shape)} are equal, but their targets differ: nothing can be told apart.`,
          fix: "Look at how the input is made: it may be overwritten, or never filled.",
          evidence: { "value of the first example": show(elements(inputs[0])[0]) },
          path: reader === null ? [] : [placeOf(reader)],
        }),
      ];
    }
    return [];
  },
});
