/** Initialization with constants and with identities. */

import { copyInPlace, fillInPlace } from "../../ops/elementwise/assign.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { eye } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { contiguousStrides } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/**
 * Fills a tensor with one value, and returns it.
 * @example nn.init.constant_(zeros([2]), 0.5).toArray(); // [0.5, 0.5]
 */
export function constant_(t: Tensor, value: number): Tensor {
  return noGrad(() => fillInPlace(t, value));
}

/**
 * Fills a tensor with ones, and returns it.
 * @example nn.init.ones_(zeros([2])).toArray(); // [1, 1]
 */
export function ones_(t: Tensor): Tensor {
  return constant_(t, 1);
}

/**
 * Fills a tensor with zeros, and returns it.
 * @example nn.init.zeros_(ones([2])).toArray(); // [0, 0]
 */
export function zeros_(t: Tensor): Tensor {
  return constant_(t, 0);
}

/**
 * Fills a matrix with ones on the diagonal and zeros elsewhere, so that a linear layer passes on as many inputs as it can, and returns it.
 * @throws ShapeError unless the tensor has 2 dimensions.
 * @example nn.init.eye_(zeros([2, 3])).toArray(); // [[1, 0, 0], [0, 1, 0]]
 */
export function eye_(t: Tensor): Tensor {
  if (t.ndim !== 2) throw new ShapeError("eye_", "the tensor must have 2 dimensions", [t.shape]);
  return noGrad(() => copyInPlace(t, eye(t.shape[0], t.shape[1])));
}

/**
 * Fills the weight of a convolution, [out, in / groups, …kernel], with the Dirac delta, so that each group of channels passes on as many input channels as it
 * can: the middle element of the kernel from channel i to channel i is 1, all others are 0. Returns the weight.
 * @throws ShapeError unless the weight has 3 to 5 dimensions; ArgumentError unless `groups` divides the output channels.
 * @example nn.init.dirac_(zeros([1, 1, 3])).toArray(); // [[[0, 1, 0]]]
 */
export function dirac_(t: Tensor, groups = 1): Tensor {
  if (t.ndim < 3 || t.ndim > 5)
    throw new ShapeError("dirac_", "the weight of a convolution must have 3 to 5 dimensions", [t.shape]);
  const [out, inputs, ...kernel] = t.shape;
  if (!Number.isInteger(groups) || groups < 1 || out % groups !== 0)
    throw new ArgumentError("dirac_", `groups must divide the ${out} output channels, but got ${groups}`);
  const strides = contiguousStrides(t.shape);
  const middle = kernel.reduce((sum, size, d) => sum + Math.floor(size / 2) * strides[d + 2], 0);
  const values = new Float64Array(t.numel());
  const perGroup = out / groups;
  if (values.length > 0)
    for (let g = 0; g < groups; g++)
      for (let i = 0; i < Math.min(perGroup, inputs); i++)
        values[(g * perGroup + i) * strides[0] + i * strides[1] + middle] = 1;
  return noGrad(() => copyInPlace(t, fromArray(values, "float64", t.shape)));
}
