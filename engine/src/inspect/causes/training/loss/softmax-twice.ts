/** Softmax of probabilities: once at the head of the model, and again in the loss. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf, lossScopeOf } from "../../../diagnose/record/roles.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const softmaxTwice: TrainingCause = trainingCause({
  id: "softmax-twice",
  certainty: "structure",
  symptoms: ["not learning", "tiny"],
  title: "Softmax twice",
  mechanism:
    "A loss that applies softmax itself, such as crossEntropy, is given the output of a softmax. Probabilities differ by at most 1, so the second softmax is nearly even: the loss cannot fall far below that of chance, and the gradient is small. It is found where softmax or logSoftmax reads, over the same dimension, the output of a softmax.",
  remedy:
    "Give the loss the logits: remove the softmax at the end of the model, and apply it only where probabilities are shown.",
  find: ({ first: { step, flow, passes } }) => {
    const wanted = new Set(passes.flatMap((p) => p.calls));
    return step.calls.flatMap((call) => {
      const head = headOf(call);
      if ((head !== "softmax" && head !== "logSoftmax") || !wanted.has(call)) return [];
      const before = flow.origin(call.inputs[0]);
      if (before === null || headOf(before) !== "softmax" || before.outputs[0].ndim !== call.inputs[0].ndim) return [];
      if (before.params !== call.params) return [];
      const loss = lossScopeOf(call)?.name;
      return [
        fault({
          sentence: `The output of softmax is the input of ${loss ?? call.op.name}, which applies softmax again: probabilities are squeezed together, and the gradient shrinks.`,
          fix:
            loss === undefined
              ? "Keep only one of the two."
              : `Remove the softmax before ${loss}, which expects logits.`,
          evidence: {
            "input of the second softmax": `probabilities ${shapeText(call.inputs[0].shape)} that add up to 1`,
          },
          path: [placeOf(call), placeOf(before)],
        }),
      ];
    });
  },
});
