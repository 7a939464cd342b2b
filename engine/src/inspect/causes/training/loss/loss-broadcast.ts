/** A prediction and a target that broadcast against each other. */
import type { Call } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { lossScopeOf } from "../../../diagnose/record/roles.ts";
import type { StepView } from "../../../diagnose/record/step-view.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { regressions } from "./targets.ts";

/** Returns the shapes of the prediction and the target that an op combines. */
const operandsOf = (
  view: StepView,
  { inputs: [a, b] }: Call,
): [prediction: readonly number[], target: readonly number[]] =>
  view.isData(a) ? [b.shape, a.shape] : [a.shape, b.shape];

/** Whether two shapes have the same number of elements, and broadcast to a shape with more of them. */
function crosses(a: readonly number[], b: readonly number[], result: readonly number[]): boolean {
  const size = (shape: readonly number[]): number => shape.reduce((x, y) => x * y, 1);
  return size(a) > 1 && size(a) === size(b) && size(result) > size(a);
}

/** Whether a target [n] stands beside a prediction [n, n]: its numbers, one for each example, are repeated for all examples. */
const repeatsExamples = (prediction: readonly number[], target: readonly number[]): boolean =>
  target.length < prediction.length && target.length > 0 && prediction[0] > 1 && target[0] === prediction[0];

export const lossBroadcast: TrainingCause = trainingCause({
  id: "loss-broadcast",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Prediction and target broadcast against each other",
  mechanism:
    "A prediction [n, 1] and a target [n] broadcast to [n, n]: every prediction is compared with every target, and the best prediction is the mean of all targets. It is found where an elementwise op on the way to the loss, outside of the model, combines a prediction with data of as many elements, and its result has more; or where a regression loss repeats one target of each example for all examples, as for class indices [n] beside scores [n, n].",
  remedy: "Give both one shape: prediction.squeeze(1), or target.reshape(prediction.shape).",
  find: ({ first }) => {
    const found = first.passes
      .flatMap((p) => p.calls)
      .find((call) => {
        if (
          call.op.batch !== "elementwise" ||
          call.inputs.length !== 2 ||
          (first.isInModel(call) && lossScopeOf(call) === null)
        )
          return false;
        const [a, b] = call.inputs;
        return (
          (first.isData(a) || first.isData(b)) &&
          (a.requiresGrad || b.requiresGrad) &&
          (crosses(a.shape, b.shape, call.outputs[0].shape) ||
            (regressions.has(lossScopeOf(call)?.name ?? "") && repeatsExamples(...operandsOf(first, call))))
        );
      });
    if (found === undefined) return [];
    const [prediction, target] = operandsOf(first, found);
    const isCrossed = crosses(prediction, target, found.outputs[0].shape);
    const loss = lossScopeOf(found)?.name ?? found.op.name;
    return [
      fault({
        sentence: `In ${loss}, the prediction ${shapeText(prediction)} and the target ${shapeText(target)} broadcast to ${shapeText(found.outputs[0].shape)}: ${isCrossed ? "every prediction is compared with every target, and the model learns their mean" : "each example is compared with the targets of all examples"}.`,
        fix: isCrossed
          ? `Give both one shape, as by target.reshape([${prediction.join(", ")}]).`
          : "Give both one shape; for class indices use crossEntropy, or oneHot of them.",
        evidence: {
          prediction: shapeText(prediction),
          target: shapeText(target),
          compared: shapeText(found.outputs[0].shape),
        },
        path: [placeOf(found)],
      }),
    ];
  },
});
