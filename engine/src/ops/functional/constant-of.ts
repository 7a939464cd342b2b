/** Constants that stay connected with a tensor on the tape. */
import { ones } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { where } from "../elementwise/where.ts";

/** Returns a tensor of the shape and dtype of `x` with one value, whose derivative with respect to `x` is 0, so that results require gradients where PyTorch's do. */
export const constantOf = (x: Tensor, value: number): Tensor => where(ones([], { dtype: "bool" }), value, x);
