/** Normalization over groups of one or two elements. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { fault, question, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const normOfOne: TrainingCause = trainingCause({
  id: "norm-over-one-element",
  certainty: "structure",
  symptoms: ["zero", "not learning"],
  title: "Normalization over a single element",
  mechanism:
    "A normalization subtracts the mean of a group of elements. In a group of one element the difference is always 0, whatever the input, and so is the gradient; in a batch of two examples batch normalization leaves only which one is larger. Batch normalization refuses a single element with an error.",
  remedy: "Normalize over more elements: a larger batch, or layer normalization over the features.",
  find: ({ first, error, last }) => {
    if (error !== null && /more than one element for each channel/.test(error.message)) {
      const call = last.step.calls.at(-1);
      return [
        fault({
          sentence:
            "Batch normalization is given a single element for each channel, whose variance is 0: the batch has one example.",
          fix: "Use batches of more than one example (dropLast in the loader), or eval mode, or layer normalization.",
          evidence: { error: error.message },
          path: call === undefined ? [] : [placeOf(call)],
        }),
      ];
    }
    return first.step.calls
      .flatMap((call) => {
        if (call.node === null) return [];
        const { shape } = call.inputs[0];
        const { role } = call.op;
        const trailing =
          role === "layerNorm" ? (call.params as { readonly dims: number; readonly centred: boolean }) : null;
        const group =
          trailing !== null && trailing.centred
            ? shape.slice(shape.length - trailing.dims).reduce((a, b) => a * b, 1)
            : role === "channelNorm"
              ? call.inputs[0].numel() / (shape[1] ?? 1)
              : Infinity;
        if (group > 2 || (group === 2 && role !== "channelNorm")) return [];
        return [
          (group === 1 ? fault : question)({
            sentence:
              group === 1
                ? `A normalization of ${shapeText(shape)} takes the mean of a single element, so its output is 0 for any input and no gradient passes.`
                : `Batch normalization of ${shapeText(shape)} takes statistics of two elements, so that only which one is larger is left.`,
            fix: "Normalize over more elements: a larger batch, or the dimension of the features.",
            evidence: { "elements in a group": String(group) },
            path: [placeOf(call)],
          }),
        ];
      })
      .slice(0, 1);
  },
});
