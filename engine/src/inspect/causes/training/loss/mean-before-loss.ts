/** A mean over the batch before prediction and target are compared. */
import type { Call } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { isArranging, lossScopeOf } from "../../../diagnose/record/roles.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

/** Whether the op averages or sums over the first dimension. */
export function reducesBatch({ op, params, inputs }: Call): boolean {
  if (op.role !== "mean" && op.role !== "sum") return false;
  const dims = (params as { readonly dims?: readonly number[] | null }).dims ?? null;
  return inputs[0].ndim > 0 && (dims === null || dims.includes(0));
}

export const meanBeforeLoss: TrainingCause = trainingCause({
  id: "mean-before-loss",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Mean over the batch before the loss",
  mechanism:
    "Predictions are averaged over the examples before they are compared with targets, so only the average has to be right, and no example is learned. It is found where a mean or sum over the batch of the model's output, which no loss has read yet, enters a loss or is subtracted from data.",
  remedy: "Compare each prediction with its target, and average the losses.",
  find: ({ first }) => {
    const { batchSize, flow, lossUses, passes } = first;
    if (batchSize === null || batchSize < 2) return [];
    const outputs = new Set(first.outputs);
    /** Returns the reduction over the batch between the model's output and the tensor; `null` if there is none. */
    const reduction = (call: Call | null): Call | null => {
      for (let c = call; c !== null; ) {
        if (reducesBatch(c) && c.inputs[0].shape[0] === batchSize && lossScopeOf(c) === null) {
          const x = first.unarranged(c.inputs[0]);
          const origin = flow.producer(x);
          return outputs.has(x) || (origin !== null && first.isInModel(origin.call)) ? c : null;
        }
        if (!isArranging(c)) return null;
        c = flow.producer(c.inputs[0])?.call ?? null;
      }
      return null;
    };
    const fromLosses = lossUses.map(({ prediction }) => reduction(flow.producer(prediction)?.call ?? null));
    const differences = passes
      .flatMap((p) => p.calls)
      .filter(
        (c) =>
          c.op.accumulation === "sum" &&
          c.inputs.length === 2 &&
          lossScopeOf(c) === null &&
          !first.isInModel(c) &&
          c.inputs.some((x) => first.isData(x)),
      )
      .map((c) => {
        const prediction = c.inputs.find((x) => x.requiresGrad);
        return prediction === undefined ? null : reduction(flow.producer(prediction)?.call ?? null);
      });
    const found = [...fromLosses, ...differences].find((c) => c !== null) ?? null;
    if (found === null) return [];
    return [
      fault({
        sentence: `The predictions ${shapeText(found.inputs[0].shape)} are reduced over the ${batchSize} examples by ${found.op.name} before they are compared with the targets: only their average has to be right.`,
        fix: "Compare each prediction with its target first, and take the mean of the losses.",
        evidence: {
          "before the mean": shapeText(found.inputs[0].shape),
          "compared with the target": shapeText(found.outputs[0].shape),
        },
        path: [placeOf(found)],
      }),
    ];
  },
});
