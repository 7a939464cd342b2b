/** Tensors expanded to, or arranged in, the shape of others. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastsTo, inferShape, type Shape, viewStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expand } from "./expand.ts";
import { listOf } from "./join.ts";
import { reshape, view } from "./reshape.ts";

/** Returns a view of `x` with the shape of another tensor. */
function expanded(op: string, x: Tensor, shape: Shape): Tensor {
  if (
    !broadcastsTo(
      x.shape,
      shape.map((n, d) => (n === -1 ? x.shape[d - shape.length + x.ndim] : n)),
    )
  )
    throw new ShapeError(op, "only dimensions of size 1 can be repeated", [x.shape, shape]);
  return expand(x, shape);
}

/**
 * Returns a view of shape `size` in which dimensions of size 1 are repeated and dimensions are added in front. Gradients are summed over the repetitions.
 * @throws ShapeError when a dimension of another size would be repeated.
 * @example broadcastTo(tensor([1, 2]), [2, 2]).toArray(); // [[1, 2], [1, 2]]
 */
export const broadcastTo: (input: Tensor, size: Shape) => Tensor = defineComposite(
  {
    name: "broadcastTo",
    torch: "broadcast_to",
    access: "method",
    signature: "input, size|shape",
    tex: "y = x \\text{, repeated}",
    samples: (r) => [{ input: r.normal([3, 1]), size: [2, 3, 4] }],
  },
  (input: Tensor, size: Shape): Tensor => expanded("broadcastTo", requireTensor("broadcastTo", input), size),
);

/**
 * Returns a view with the shape of `other`, in which dimensions of size 1 are repeated and dimensions are added in front.
 * @throws ShapeError when the shape does not broadcast to that of `other`.
 * @example expandAs(tensor([1, 2]), ones([2, 2])).toArray(); // [[1, 2], [1, 2]]
 */
export const expandAs: (input: Tensor, other: Tensor) => Tensor = defineComposite(
  {
    name: "expandAs",
    torch: "Tensor.expand_as",
    access: "method",
    signature: "input, other",
    tex: "y = x \\text{, repeated}",
    samples: (r) => [{ input: r.normal([3, 1]), other: r.normal([2, 3, 4]) }],
  },
  (input: Tensor, other: Tensor): Tensor =>
    expanded("expandAs", requireTensor("expandAs", input), requireTensor("expandAs", other).shape),
);

/**
 * Returns the elements, in row-major order, under the shape of `other`: a view where possible, else a copy.
 * @throws ShapeError when the number of elements differs.
 * @example reshapeAs(tensor([1, 2]), ones([2, 1])).toArray(); // [[1], [2]]
 */
export const reshapeAs: (input: Tensor, other: Tensor) => Tensor = defineComposite(
  {
    name: "reshapeAs",
    torch: "Tensor.reshape_as",
    access: "method",
    signature: "input, other",
    tex: "y = x \\text{, reshaped}",
    samples: (r) => [{ input: r.normal([2, 6]), other: r.normal([3, 4]) }],
  },
  (input: Tensor, other: Tensor): Tensor => {
    const x = requireTensor("reshapeAs", input);
    return reshape(x, inferShape("reshapeAs", requireTensor("reshapeAs", other).shape, x.shape));
  },
);

/**
 * Returns a view of the elements, in row-major order, under the shape of `other`.
 * @throws ShapeError when the number of elements differs, or when that would need a copy.
 * @example viewAs(tensor([1, 2]), ones([2, 1])).toArray(); // [[1], [2]]
 */
export const viewAs: (input: Tensor, other: Tensor) => Tensor = defineComposite(
  {
    name: "viewAs",
    torch: "Tensor.view_as",
    access: "method",
    signature: "input, other",
    tex: "y = x \\text{, reshaped}",
    samples: (r) => [{ input: r.normal([2, 6]), other: r.normal([3, 4]) }],
  },
  (input: Tensor, other: Tensor): Tensor => {
    const x = requireTensor("viewAs", input);
    const shape = inferShape("viewAs", requireTensor("viewAs", other).shape, x.shape);
    if (viewStrides(x.shape, x.strides, shape) === null)
      throw new ShapeError("viewAs", "the elements do not lie in memory as this view needs; use reshapeAs", [
        x.shape,
        shape,
      ]);
    return view(x, shape);
  },
);

/**
 * Returns views of all tensors under the shape that they broadcast to.
 * @throws ShapeError when the shapes do not broadcast.
 * @example broadcastTensors([ones([2, 1]), ones([3])]).map((x) => x.shape); // [[2, 3], [2, 3]]
 */
export const broadcastTensors: (tensors: readonly Tensor[]) => readonly Tensor[] = defineComposite(
  {
    name: "broadcastTensors",
    torch: "broadcast_tensors",
    access: "function",
    signature: "tensors",
    tex: "y_k = x_k \\text{, repeated}",
    samples: (r) => [{ tensors: [r.normal([2, 1]), r.normal([3])] }],
  },
  (tensors: readonly Tensor[]): readonly Tensor[] => {
    const list = listOf("broadcastTensors", tensors);
    const shape = broadcastShapes(
      "broadcastTensors",
      list.map((x) => x.shape),
    );
    return list.map((x) => expand(x, shape));
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view of another shape in which dimensions of size 1 are repeated. */
    broadcastTo(size: Shape): Tensor;
    /** Returns a view with the shape of `other`, in which dimensions of size 1 are repeated. */
    expandAs(other: Tensor): Tensor;
    /** Returns the elements under the shape of `other`: a view where possible, else a copy. */
    reshapeAs(other: Tensor): Tensor;
    /** Returns a view of the elements under the shape of `other`. */
    viewAs(other: Tensor): Tensor;
  }
}
