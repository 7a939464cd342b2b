/** The tensor or node that a function of the inspector is asked about. */

import { Node } from "../../tape/graph/node.ts";
import { GradError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Returns the node that recorded a tensor, or the node itself. @throws GradError when nothing was recorded. */
export function requireNode(name: string, target: Tensor | Node): Node {
  const node = target instanceof Tensor ? target.gradFn : target;
  if (node instanceof Node) return node;
  throw new GradError(
    name,
    "the tensor was not computed from tensors that require a gradient, so nothing was recorded",
  );
}
