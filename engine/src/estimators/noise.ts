/** Random tensors in the shape and dtype of another tensor. */
import { rand, randn } from "../tensor/create.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Returns standard normal numbers, drawn by the default generator if none is given. */
export const normalLike = ({ shape, dtype }: Tensor, generator: Generator | undefined): Tensor =>
  randn(shape, generator === undefined ? { dtype } : { dtype, generator });

/** Returns uniform numbers from the open interval (0, 1), so that their logarithm is finite. */
export function uniformLike({ shape, dtype }: Tensor, generator: Generator | undefined): Tensor {
  const u = rand(shape, generator === undefined ? { dtype } : { dtype, generator });
  return u.mul(1 - 1e-7).add(5e-8);
}

/** Returns standard Gumbel noise, -log(-log u). The argmax of logits plus such noise is a sample of their softmax. */
export const gumbelLike = (like: Tensor, generator: Generator | undefined): Tensor =>
  uniformLike(like, generator).log().neg().log().neg();
