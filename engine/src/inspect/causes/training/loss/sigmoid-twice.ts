/** A bounded activation on logits, which a loss with its own softmax or sigmoid reads. */
import type { Head } from "../../../../tape/graph/op.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf, lossScopeOf } from "../../../diagnose/record/roles.ts";
import { fault, type TrainingCause, trainingCause } from "../shared.ts";

const ranges: Readonly<Partial<Record<Head, string>>> = { sigmoid: "0 to 1", tanh: "−1 to 1", softmax: "0 to 1" };

export const sigmoidTwice: TrainingCause = trainingCause({
  id: "sigmoid-twice",
  certainty: "structure",
  symptoms: ["not learning", "tiny"],
  title: "Sigmoid (or tanh) before a loss of logits",
  mechanism:
    "crossEntropy and binaryCrossEntropyWithLogits apply softmax or sigmoid themselves and expect unbounded logits. After a sigmoid, tanh or softmax in the model the logits lie in a small range, so that the probabilities cannot become certain, and gradients pass through two saturating functions. It is found where logSoftmax, softmax, logSigmoid or sigmoid reads the output of such a function directly.",
  remedy:
    "Remove the activation at the end of the model, or use the loss that expects probabilities (binaryCrossEntropy).",
  find: ({ first: { step, flow, passes } }) => {
    const wanted = new Set(passes.flatMap((p) => p.calls));
    return step.calls.flatMap((call) => {
      const head = headOf(call);
      if (head === null || head === "relu" || head === "tanh" || !wanted.has(call)) return [];
      const before = flow.origin(call.inputs[0]);
      const role = before === null ? null : headOf(before);
      if (before === null || role === null || ranges[role] === undefined) return [];
      const isSoftmaxTwice = role === "softmax" && (head === "softmax" || head === "logSoftmax");
      // attention and gates inside a model may apply softmax or sigmoid to bounded scores on purpose
      if (isSoftmaxTwice || lossScopeOf(call) === null) return [];
      const loss = lossScopeOf(call)?.name ?? call.op.name;
      return [
        fault({
          sentence: `${loss} expects logits and applies ${head === "logSoftmax" ? "softmax" : "sigmoid"} itself, but its input is the output of ${before.op.name}, from ${ranges[role]}.`,
          fix: `Remove the ${before.op.name} before ${loss}${role === "sigmoid" && head === "logSigmoid" ? ", or use binaryCrossEntropy, which expects probabilities" : ""}.`,
          evidence: { "range of the logits": ranges[role] },
          path: [placeOf(call), placeOf(before)],
        }),
      ];
    });
  },
});
