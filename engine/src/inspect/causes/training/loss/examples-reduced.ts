/** A step that is selected, or a mean that is taken, along the dimension of the examples. */
import type { Tensor } from "../../../../tensor/tensor.ts";
import type { Call } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import type { StepView } from "../../../diagnose/record/step-view.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";
import { reducesBatch } from "./mean-before-loss.ts";

/** Whether the op takes one of several elements of a dimension. */
const selects = ({ op, inputs, outputs }: Call): boolean =>
  "view" in op && outputs[0].ndim === inputs[0].ndim - 1 && outputs[0].numel() < inputs[0].numel();

/** Whether the outputs depend on the inputs through one op alone. */
function isOnlyWay(view: StepView, outputs: readonly Tensor[], inputs: readonly Tensor[], through: Call): boolean {
  const seen = new Set<Call>([through]);
  const stack = [...outputs];
  let isReached = false;
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    if (inputs.includes(t)) return false;
    const call = view.flow.producer(t)?.call ?? null;
    if (call === through) isReached = true;
    if (call === null || seen.has(call)) continue;
    seen.add(call);
    stack.push(...call.inputs);
  }
  return isReached;
}

export const reducedExamples: TrainingCause = trainingCause({
  id: "examples-reduced",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A step or a mean is taken over the examples",
  mechanism:
    "The model selects the last element, or takes the mean, along the dimension of the examples where that of time was meant, as by select(0, -1) of a layer with batchFirst. Where a batch has as many examples as steps, shapes fit, and each row of the output is a time step of one example or of all of them together. It is found by running the model twice with another example: all that the output knows of the input passes through an op that removes the dimension of the examples.",
  remedy: "Select or average along the dimension of time, which is 1 with batchFirst.",
  find: (training) => {
    const found = training.mixing;
    if (found === null || found.call === null) return [];
    const { call, model, batch } = found;
    const isSelection = selects(call);
    if (!isSelection && !reducesBatch(call)) return [];
    const [from, to] = [call.inputs[0].shape, call.outputs[0].shape];
    if (from.length < 3 || from[0] !== batch) return [];
    const { first } = training;
    if (!isOnlyWay(first, first.outputs, first.inputs, call) || !first.modelCalls.includes(model)) return [];
    return [
      fault({
        sentence: `${call.op.name} from ${shapeText(from)} to ${shapeText(to)} ${isSelection ? "takes one of" : "reduces"} the ${batch} examples in place of the time steps, so that rows of the output do not belong to examples.`,
        fix: `${isSelection ? "Select" : "Reduce"} along dimension 1: the examples are along dimension 0.`,
        evidence: { from: shapeText(from), to: shapeText(to), examples: String(batch) },
        path: [placeOf(call)],
      }),
    ];
  },
});
