/** Elements at positions in the spatial dimensions of [N, C, …], as pooling returns them, and their transpose. */
import { zeros } from "../../tensor/create.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gather, scatterAdd } from "../indexing/gather.ts";
import { reshape } from "../shape/reshape.ts";
import { spatial } from "./pooling.ts";

/** Returns the tensor with its spatial dimensions merged. */
export const flattened = (t: Tensor): Tensor => reshape(t, [t.shape[0], t.shape[1], sizeOf(spatial(t.shape))]);

/** Returns the elements of `x` at the positions, in the shape of these. */
export const atPositions = (x: Tensor, positions: Tensor): Tensor =>
  reshape(gather(flattened(x), 2, flattened(positions)), positions.shape);

/** Returns zeros of the shape and dtype of `meta` to which each element of `g` is added at its position. */
export function addedAt(meta: Meta, positions: Tensor, g: Tensor): Tensor {
  const empty = zeros([meta.shape[0], meta.shape[1], sizeOf(spatial(meta.shape))], { dtype: meta.dtype });
  return reshape(scatterAdd(empty, 2, flattened(positions), flattened(g)), meta.shape);
}
