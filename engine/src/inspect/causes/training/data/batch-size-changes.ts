/** A reshape that turns the examples of a batch into another number of them. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const batchSizeChanges: TrainingCause = trainingCause({
  id: "batch-size-changes",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "A reshape changes the number of examples",
  mechanism:
    "reshape([-1, n]) with an n that is not the number of features of an example gives more or fewer rows than there are examples. The loss then refuses the targets, whose number is that of the examples. It is found where a loss throws an error for its shapes, and a reshape in the model has changed the first dimension.",
  remedy: "Keep the batch: x.reshape([x.shape[0], -1]) or nn.Flatten.",
  find: ({ error, last }) => {
    const { step, batchSize } = last;
    if (error === null || batchSize === null || !/shape/i.test(`${error.name} ${error.message}`)) return [];
    const call = step.calls.find(
      (c) =>
        c.op.role === "reshape" &&
        last.isInModel(c) &&
        c.inputs[0].shape[0] === batchSize &&
        c.outputs[0].shape[0] !== batchSize &&
        c.outputs[0].ndim < c.inputs[0].ndim,
    );
    if (call === undefined) return [];
    const rows = call.outputs[0].shape[0];
    // rows of time steps are no fault by themselves, as their targets are flattened too
    if (rows === undefined || step.calls.at(-1) === undefined) return [];
    return [
      fault({
        sentence: `${call.op.name} turns ${shapeText(call.inputs[0].shape)} into ${shapeText(call.outputs[0].shape)}: ${batchSize} examples become ${rows} rows, and the loss refuses the targets.`,
        fix: `Keep the batch: reshape([${batchSize}, -1]), or nn.Flatten, and give the next layer ${call.inputs[0].numel() / batchSize} inputs.`,
        evidence: { error: error.message.slice(0, 160), examples: String(batchSize), rows: String(rows) },
        path: [placeOf(call)],
      }),
    ];
  },
});
