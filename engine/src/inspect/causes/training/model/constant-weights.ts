/** Layers whose weights all have one value in the beginning. */
import { type NumericArray, takesGradients } from "../../../../tensor/dtype.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { isAffine } from "../../../diagnose/record/roles.ts";
import { namesText, question, show, type TrainingCause, trainingCause } from "../shared.ts";

/** Whether all elements have the value of the first one. */
function isConstant(x: NumericArray): boolean {
  for (let i = 1; i < x.length; i++) if (x[i] !== x[0]) return false;
  return true;
}

export const constantWeights: TrainingCause = trainingCause({
  id: "constant-weights",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "All weights of a layer have one value",
  mechanism:
    "The weights of a layer are filled with one number in place of random ones. All its units compute the same from their inputs, and differ by their biases alone; where these are equal too, the units stay equal for ever. It is found in the values before the first step of matrices with several inputs and units; weights of 0 are a cause of their own.",
  remedy:
    "Initialize weights with random numbers: nn.init.kaimingUniform_ or xavierUniform_. A constant is for biases.",
  find: ({ first, parameters, steps }) => {
    const found = parameters.flatMap((p) => {
      const { tensor, index, isOptimized } = p;
      const isMatrix = tensor.ndim >= 2 && tensor.shape[0] >= 2 && tensor.numel() >= 2 * tensor.shape[0];
      if (!isMatrix || !isOptimized || !takesGradients(tensor.dtype)) return [];
      const weights = steps[0].before[index].elements;
      const [value] = weights;
      if (!(value !== 0) || !isConstant(weights)) return [];
      const call = first.step.calls.find(
        (c) => c.node !== null && isAffine(c) && c.inputs.some((x) => x.storage === tensor.storage),
      );
      return call === undefined ? [] : [{ name: p.name, call, value }];
    });
    if (found.length === 0) return [];
    return [
      question({
        sentence: `All weights of ${namesText(found.map((f) => f.name))} are ${show(found[0].value)} before the first step, so that the units of a layer compute the same, up to their biases.`,
        fix: "Initialize the weights with random numbers, as by nn.init.kaimingUniform_, or leave them as the layer makes them.",
        evidence: { value: show(found[0].value), weights: String(found.length) },
        path: found.slice(0, 2).map((f) => placeOf(f.call)),
      }),
    ];
  },
});
