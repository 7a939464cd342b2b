/** Softmax over the dimension of the examples. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf } from "../../../diagnose/record/roles.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const softmaxOverBatch: TrainingCause = trainingCause({
  id: "softmax-over-batch",
  certainty: "structure",
  symptoms: ["not learning", "tiny"],
  title: "Softmax over the batch",
  mechanism:
    "softmax or logSoftmax is applied over the dimension of the examples, so that the probabilities of one class add up to 1 over the batch, and each example's output depends on the others. It is found where the dimension of a softmax on the way to the loss is 0, the tensor has further dimensions, and the first dimension is that of the batch.",
  remedy: "Apply softmax over the classes: dim 1 for [batch, classes], or dim -1.",
  find: ({ first: { step, passes, batchSize, targets, flow } }) => {
    const wanted = new Set(passes.flatMap((p) => p.calls));
    const sizes = new Set([batchSize, ...targets.flatMap((t) => (t.ndim > 0 ? [t.shape[0]] : []))]);
    return step.calls.flatMap((call) => {
      const head = headOf(call);
      if ((head !== "softmax" && head !== "logSoftmax") || call.params !== 0 || !wanted.has(call)) return [];
      const { shape } = call.outputs[0];
      if (shape.length < 2 || shape[0] < 2 || !sizes.has(shape[0])) return [];
      // attention over the first dimension sums its product over the same dimension
      if (flow.consumers(call).some((c) => c.op.role === "product" || c.op.role === "sum")) return [];
      return [
        fault({
          sentence: `${call.op.name} is applied over dimension 0 of ${shapeText(shape)}, which holds the ${shape[0]} examples: the classes of one example do not compete, but the examples of a class do.`,
          fix: `Apply ${call.op.name} over the classes: dim ${shape.length === 2 ? "1" : "-1"}.`,
          evidence: { shape: shapeText(shape), dim: "0" },
          path: [placeOf(call)],
        }),
      ];
    });
  },
});
