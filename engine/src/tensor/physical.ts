/** The physical tensors of batched ones. */
import type { Storage } from "./storage/storage.ts";
import type { Tensor } from "./tensor.ts";

/** The storage of a tensor inside `vmap`, with the tensor that has the batch dimension. */
type Batched = Storage & { readonly value: Tensor };

/** Returns the tensor with a batch dimension for each level of `vmap` at which it is batched, or the tensor itself if it is not batched. */
export function physicalOf(t: Tensor): Tensor {
  const { storage } = t;
  return storage.isBatched ? physicalOf((storage as Batched).value) : t;
}
