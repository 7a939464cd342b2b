/** Softmax over a single class. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf } from "../../../diagnose/record/roles.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const softmaxOfOne: TrainingCause = trainingCause({
  id: "softmax-of-one",
  certainty: "structure",
  symptoms: ["zero", "not learning"],
  title: "Softmax over one class",
  mechanism:
    "Softmax over a dimension of size 1 is 1 for any input, and its gradient is 0. It happens with one output for two classes, or with softmax over the wrong dimension.",
  remedy: "Use one output with binaryCrossEntropyWithLogits, or two outputs with crossEntropy.",
  find: ({ first: { step, passes } }) => {
    const wanted = new Set(passes.flatMap((p) => p.calls));
    return step.calls.flatMap((call) => {
      const head = headOf(call);
      if ((head !== "softmax" && head !== "logSoftmax") || !wanted.has(call) || call.node === null) return [];
      const [{ shape }] = call.outputs;
      const dim = call.params as number;
      if (shape[dim] !== 1) return [];
      return [
        fault({
          sentence: `${call.op.name} over a dimension of size 1 is ${head === "softmax" ? 1 : 0} for any input, so its gradient is 0.`,
          fix: "For two classes use one output with binaryCrossEntropyWithLogits, or two outputs with crossEntropy.",
          evidence: { shape: shapeText(shape), dim: String(dim) },
          path: [placeOf(call)],
        }),
      ];
    });
  },
});
