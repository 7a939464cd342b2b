/** Units that are all alike. */

import type { Tensor } from "../../../tensor/tensor.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { readElements } from "../gradient/numbers.ts";

/** Whether the rows of a matrix are all alike, or its columns, up to rounding; a constant tensor has both. */
function hasEqualRows(t: Tensor): boolean {
  const [rows, x] = [t.shape[0], readElements(t)];
  const width = x.length / rows;
  let peak = 0;
  for (let i = 0; i < x.length; i++) peak = Math.max(peak, Math.abs(x[i]));
  for (let i = width; i < x.length; i++) if (Math.abs(x[i] - x[i % width]) > 1e-5 * peak) return false;
  return peak > 0;
}

export const symmetry: Cause<GradientCase> = defineCause({
  id: "symmetry",
  symptoms: ["not learning"],
  title: "All units alike",
  mechanism:
    "Units with equal weights compute the same, get the same gradient, and stay equal for ever: a layer that is initialized with one constant has in effect a single unit.",
  remedy:
    "Initialize weights with random numbers (nn.init.kaimingUniform, xavierUniform); a constant is for biases and the factors of normalizations.",
  find({ tensor, gradient, state, isLeaf }) {
    if (state !== null || gradient === null || !isLeaf || tensor.ndim < 2 || tensor.shape[0] < 2 || tensor.numel() < 4)
      return [];
    if (!hasEqualRows(tensor) || !hasEqualRows(gradient)) return [];
    return [
      {
        sentence: `The gradient is the same for all ${tensor.shape[0]} units, whose weights are equal, so that they stay equal.`,
        evidence: [fact("units", String(tensor.shape[0])), fact("different rows of the weight", "1")],
      },
    ];
  },
});
