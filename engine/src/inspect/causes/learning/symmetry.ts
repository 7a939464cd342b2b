/** Units that are all alike. */

import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { type Cause, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { isFiniteThroughout, type Numbers } from "../gradient/numbers.ts";

/** Whether the rows of a matrix are all alike, up to rounding errors of its largest magnitude. */
function hasEqualRows(t: Tensor, numbers: Numbers): boolean {
  if (!isFiniteThroughout(numbers)) return false;
  const { peak } = numbers;
  const [rows, x] = [t.shape[0], readElements(t)];
  const width = x.length / rows;
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
  find(c) {
    const { tensor, gradient, numbers } = c;
    if (!c.isLeaf || tensor.ndim < 2 || tensor.shape[0] < 2 || tensor.numel() < 4) return [];
    if (c.state !== null || gradient === null || numbers === null) return [];
    if (!hasEqualRows(gradient, numbers) || !hasEqualRows(tensor, c.tensorNumbers)) return [];
    return [
      {
        sentence: `The gradient is the same for all ${tensor.shape[0]} units, whose weights are equal, so that they stay equal.`,
        evidence: [fact("units", String(tensor.shape[0])), fact("different rows of the weight", "1")],
      },
    ];
  },
});
