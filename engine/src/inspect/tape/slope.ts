/** The local slope dy/dx of elementwise ops. */

import { registered } from "../../dispatch/registry.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import type { Node } from "../../tape/graph/node.ts";
import { keepsTensors } from "../../tape/graph/watched.ts";
import { ones } from "../../tensor/create.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Returns dy/dx of an elementwise op with one input: its gradient rule with a cotangent of ones. `null` for other ops, and for nodes that are not watched. */
export function localSlope(node: Node): Tensor | null {
  const { op, watched, metas, outputMetas } = node;
  if (
    !keepsTensors(watched) ||
    op.vjp === "none" ||
    op.custom === true ||
    metas.length !== 1 ||
    !sameShape(metas[0].shape, outputMetas[0].shape)
  )
    return null;
  const spec = registered.get(op.name)?.spec;
  if (!spec || spec.batch !== "elementwise" || "view" in spec) return null;
  const rule = op.vjp;
  const g = ones(outputMetas[0].shape, { dtype: outputMetas[0].dtype });
  const tensors = watched.saved.map((s) => s.tensor);
  return noGrad(
    () =>
      rule(g, {
        params: node.params,
        inputs: tensors,
        output: tensors[tensors.length - 1],
        outputs: tensors.slice(-1),
        metas,
        outputMetas,
        needs: [true],
        cotangents: [g],
      })[0],
  );
}
