/** A loss that is maximized. */
import { elements } from "../../../../tensor/strided.ts";
import type { Tensor } from "../../../../tensor/tensor.ts";
import type { Call } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { lossScopeOf } from "../../../diagnose/record/roles.ts";
import type { StepView } from "../../../diagnose/record/step-view.ts";
import { errorsByHand } from "../errors-by-hand.ts";
import { type Found, fault, show, type TrainingCause, trainingCause } from "../shared.ts";

/** Losses whose smallest value is 0. */
const nonNegative: ReadonlySet<string> = new Set([
  "crossEntropy",
  "nllLoss",
  "binaryCrossEntropy",
  "binaryCrossEntropyWithLogits",
  "mseLoss",
  "l1Loss",
  "smoothL1Loss",
  "huberLoss",
  "tripletMarginLoss",
]);

/** Returns the finding for a loss that the program computes from ops, if all errors in it grow. */
function ofErrors(view: StepView): Found[] {
  const errors = errorsByHand(view);
  if (errors.length === 0 || errors.some((e) => !e.grows)) return [];
  const [{ call, name }] = errors;
  const [{ pass, calls }] = view.passes;
  return [
    fault({
      sentence: `Each step makes ${name} larger: it enters the loss with the wrong sign.`,
      fix: "Change the sign of the loss: minimize the error, or the negative logarithm of the probability.",
      evidence: { loss: show(pass.loss) },
      path: [...calls.filter((c) => c.index > call.index).slice(-1), call].map((c) => placeOf(c)),
    }),
  ];
}

export const lossSign: TrainingCause = trainingCause({
  id: "loss-sign",
  certainty: "structure",
  symptoms: ["not learning", "huge"],
  title: "The loss has the wrong sign",
  mechanism:
    "An error such as crossEntropy or mseLoss enters the loss with a negative factor, so that minimizing the loss makes the error larger without bound. It is found where the gradient that arrives at the value of such a loss is negative, the loss is the only one of the step, and nothing else limits it; also for squares and magnitudes of differences from data, and for the logarithm of the right class, in a loss that is computed from ops.",
  remedy: "Remove the minus sign.",
  find: ({ first }) => {
    const { passes, lossUses } = first;
    // adversarial training maximizes a loss on purpose, in a pass of its own
    if (passes.length !== 1) return [];
    const negative = lossUses.flatMap((use) => {
      const last: Call | undefined = use.calls.at(-1);
      const g: Tensor | null | undefined = last?.node?.watched?.cotangents?.[0];
      if (last === undefined || !g || !nonNegative.has(use.name)) return [];
      const values = elements(g);
      // nllLoss is at least 0 for logarithms of probabilities only
      if (elements(last.outputs[0]).some((v) => v < 0)) return [];
      return values.length > 0 && values.every((v) => v < 0) ? [{ use, last, factor: values[0] }] : [];
    });
    const others = lossUses.length - negative.length;
    if (lossUses.length === 0) return ofErrors(first);
    if (negative.length === 0 || others > 0) return [];
    const [{ use, last, factor }] = negative;
    const later = passes[0].calls.filter((c) => lossScopeOf(c) === null && c.index > last.index);
    return [
      fault({
        sentence: `${use.name} enters the loss with the factor ${show(factor)}, so each step makes the error larger.`,
        fix: `Minimize ${use.name}: remove the minus sign.`,
        evidence: { "gradient at the error": show(factor), loss: show(passes[0].pass.loss) },
        path: [...later.slice(-1), last].map((c) => placeOf(c)),
      }),
    ];
  },
});
