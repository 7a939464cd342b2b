/** The Heaviside step function. */
import { binary } from "../../dispatch/elementwise.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

const heavisideOp = binary(
  {
    name: "heaviside",
    torch: "heaviside",
    access: "in-place",
    signature: "input, values",
    label: "H",
    tex: { forward: "y = [x > 0] + z\\, [x = 0]", vjp: "" },
    f: (x, z) => (x === 0 ? z : Number(x > 0)),
    bigints: (x, z) => (x === 0n ? z : x > 0n ? 1n : 0n),
    result: (x, z) => {
      if (x.dtype !== z.dtype)
        throw new DTypeError("heaviside", "both tensors must have one dtype", [x.dtype, z.dtype]);
      return x.dtype;
    },
    saves: {},
    partials: "none",
    samples: (r) => [
      { input: r.integers([2, 3], -1, 2), values: r.integers([3], 0, 9) },
      { input: r.normal([2, 3]), values: r.normal([3]) },
    ],
  },
  heaviside,
);

/**
 * Returns 0 for negative elements and NaN, 1 for positive ones, and the element of `values` for zeros, with broadcasting. The result has no gradient.
 * @throws DTypeError for tensors of different dtypes; ShapeError when the shapes do not broadcast.
 * @example heaviside(tensor([-2, 0, 3]), tensor([0.5])).toArray(); // [0, 0.5, 1]
 */
export function heaviside(input: Tensor, values: Tensor): Tensor {
  return heavisideOp(requireTensor("heaviside", input), requireTensor("heaviside", values));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns 0 for negative elements, 1 for positive ones, and the element of `values` for zeros. */
    heaviside(values: Tensor): Tensor;
  }
}
