/** New tensors for what a fast gradient rule works out. */
import type { Meta } from "../tape/node.ts";
import { sizeOf } from "../tensor/shape.ts";
import { allocateDirty } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A tensor of the shape and dtype, with anything in it. */
export const resultLike = ({ shape, dtype }: Meta): Tensor => new Tensor(allocateDirty(dtype, sizeOf(shape)), shape);
