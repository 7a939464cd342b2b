/** A layer of sequences that takes the examples for time steps. */
import { MultiheadAttention } from "../../../../nn/layers/attention.ts";
import { RecurrentBase } from "../../../../nn/layers/recurrent/base.ts";
import type { ModuleCall } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { tensorsIn } from "../../../diagnose/record/step-view.ts";
import { fault, question, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

/** Returns the nearest call of a layer of sequences, from the one in which an op ran outwards; `null` outside of any. */
function sequenceLayer(call: ModuleCall | null): ModuleCall | null {
  for (let m = call; m !== null; m = m.parent)
    if (m.module instanceof RecurrentBase || m.module instanceof MultiheadAttention) return m;
  return null;
}

export const recurrentOverBatch: TrainingCause = trainingCause({
  id: "recurrent-over-batch",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A recurrent or attention layer runs over the batch",
  mechanism:
    "nn.RNN, nn.GRU, nn.LSTM, nn.MultiheadAttention and the layers of a transformer take [time, batch, features] unless batchFirst is set. Given [batch, time, features], they run over the examples as if these were time steps, so that each example depends on those before it; given [batch, features], they take the batch for one sequence. It is found by running the model twice with a different example.",
  remedy: "Pass { batchFirst: true }, or transpose the input.",
  find: (training) => {
    const found = training.mixing;
    const layer = sequenceLayer(found?.call?.module ?? null);
    if (found === null || layer === null) return [];
    const { batch, call } = found;
    const name = layer.module.constructor.name;
    const [input] = tensorsIn(layer.inputs);
    if (input === undefined || input.ndim < 2) return [];
    const isOneSequence = input.ndim === 2;
    return [
      // one long sequence may have a target for each of its steps
      (isOneSequence ? question : fault)({
        sentence: isOneSequence
          ? `${name} takes the input ${shapeText(input.shape)} for one sequence of ${input.shape[0]} steps, but its rows seem to be ${batch} examples.`
          : `${name} takes [time, batch, features], but the first dimension of its input ${shapeText(input.shape)} holds the ${batch} examples: it runs over the examples as if they were time steps.`,
        fix: isOneSequence
          ? "Give each example a dimension of time: [batch, time, features] with { batchFirst: true }."
          : `Create ${name} with { batchFirst: true }, or transpose(0, 1) its input.`,
        evidence: { input: shapeText(input.shape), examples: String(batch) },
        path: call === null ? [] : [placeOf(call)],
      }),
    ];
  },
});
