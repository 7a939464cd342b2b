/** Bilinear maps. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { matmul } from "../linalg/matmul.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";

/** Options of `bilinear`. */
export interface BilinearOptions {
  /** Vector [K] that is added to the results. */
  readonly bias?: Tensor | null;
}

/**
 * Returns yₖ = Σ xᵢ Wₖᵢⱼ zⱼ + bₖ for vectors x [..., I] and z [..., J], a weight [K, I, J] and a bias [K]: [..., K].
 * @throws ShapeError when the sizes do not fit.
 * @example bilinear(tensor([1, 2]), tensor([3]), tensor([[[1], [1]]])).toArray(); // [9]
 */
export const bilinear: (
  input1: Tensor,
  input2: Tensor,
  weight: Tensor,
  bias?: Tensor | null | BilinearOptions,
) => Tensor = defineComposite(
  {
    name: "bilinear",
    torch: "nn.functional.bilinear",
    aliases: ["bilinear"],
    access: "function",
    signature: "input1, input2, weight, bias=null",
    dims: "input1: ... features=i; input2: ... features=j; weight: outputs=out features=i features=j; bias: outputs=out",
    tex: "y_k = \\textstyle\\sum_{ij} x_i W_{kij} z_j + b_k",
    samples: (r) => [
      { input1: r.normal([2, 3]), input2: r.normal([2, 4]), weight: r.normal([2, 3, 4]), bias: r.normal([2]) },
      { input1: r.normal([3]), input2: r.normal([2]), weight: r.normal([1, 3, 2]) },
    ],
  },
  (input1: Tensor, input2: Tensor, weight: Tensor, given: Tensor | null | BilinearOptions = null): Tensor => {
    const [x, z, w] = [input1, input2, weight].map((t) => requireTensor("bilinear", t));
    const bias = given === null || given instanceof Tensor ? given : (given.bias ?? null);
    const [batch, i, j] = [x.shape.slice(0, -1), x.shape.at(-1), z.shape.at(-1)];
    if (x.ndim === 0 || z.ndim === 0 || !sameShape(batch, z.shape.slice(0, -1)))
      throw new ShapeError("bilinear", "both inputs must be vectors with the same dimensions in front", [
        x.shape,
        z.shape,
      ]);
    const [k] = w.shape;
    if (w.ndim !== 3 || w.shape[1] !== i || w.shape[2] !== j)
      throw new ShapeError("bilinear", `the weight must have the shape [K, ${i}, ${j}]`, [w.shape]);
    if (bias !== null && !sameShape(bias.shape, [k]))
      throw new ShapeError("bilinear", `the bias must have the shape [${k}]`, [bias.shape]);
    // xᵢ Wₖᵢⱼ as one product of matrices, then one small product for each member of the batch
    const n = batch.reduce((a, b) => a * b, 1);
    const left = matmul(reshape(x, [n, i]), reshape(permute(w, [1, 0, 2]), [i, k * j]));
    const y = reshape(matmul(reshape(left, [n, k, j]), reshape(z, [n, j, 1])), [...batch, k]);
    return bias === null ? y : add(y, bias);
  },
);
