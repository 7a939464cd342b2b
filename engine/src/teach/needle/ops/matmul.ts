/** The matrix product of the course. */
import { type Tensor, TensorOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";
import { sumTo, transpose } from "./shape.ts";

/**
 * Matrix product over the last two dimensions; those before are broadcast. Gradients: g bᵀ and aᵀ g, summed over broadcast dimensions.
 * @example new needle.ops.MatMul().call(new needle.Tensor([[1, 2]]), new needle.Tensor([[3], [4]])).numpy(); // [[11]]
 */
export class MatMul extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    return a.matmul(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = node.inputs as Tensor[];
    return [sumTo(matmul(g, transpose(b)), a.shape), sumTo(matmul(transpose(a), g), b.shape)];
  }
}

/**
 * Returns the matrix product over the last two dimensions; those before are broadcast.
 * @example needle.ops.matmul(new needle.Tensor([[1, 2]]), new needle.Tensor([[3], [4]])).numpy(); // [[11]]
 */
export const matmul = (a: Tensor, b: Tensor): Tensor => new MatMul().call(a, b);
