/** Applying the gradient rule of one node. */
import { isComplex } from "../../tensor/dtype.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";
import { usesFastPaths } from "../graph/fast-path.ts";
import type { Gradients } from "../graph/hooks.ts";
import { listeners, notifyRuleApplied } from "../graph/listener.ts";
import { isGradEnabled } from "../graph/mode.ts";
import type { Node } from "../graph/node.ts";
import { none } from "../graph/saved.ts";
import { runPosthooks } from "./hooks.ts";

/** Returns the result of the fast gradient rule, or of the rule of the op's record if the fast one is off or does not support the call. */
function applyRule(node: Node, cotangents: Gradients): Gradients {
  const { op } = node;
  if (op.vjp === "none") throw new GradError(op.name, "this op has no gradient");
  const g = cotangents[0] ?? useAlgebra().constant(node.outputMetas[0], 0);
  if (isComplex(g.dtype)) {
    if (op.holomorphic !== true) return op.vjp(g, node);
    // the gradient is multiplied by the conjugate of the derivative, by which the rule multiplies
    return op.vjp(useAlgebra().conj(g), node).map((h) => (h === null ? null : useAlgebra().conj(h)));
  }
  const fast = op.fastPath?.rule ?? null;
  // a real result of complex numbers, such as abs, has a real cotangent: fast rules are those of real inputs
  const isUsable =
    fast !== null && !isGradEnabled() && !g.storage.isBatched && usesFastPaths() && !isComplex(node.metas[0].dtype);
  return (isUsable ? fast(g, node) : null) ?? op.vjp(g, node);
}

/** Returns the contribution to an input's cotangent in the shape and dtype of the input: undoes broadcasting and casts. */
export function fitted(g: Tensor, { shape, dtype }: Meta): Tensor {
  const h = sameShape(g.shape, shape) ? g : useAlgebra().sumTo(g, shape);
  return h.dtype === dtype ? h : useAlgebra().to(h, dtype);
}

/** Returns the contributions of a node to the cotangents of its inputs: computed by its gradient rule, checked by listeners, replaced by its hooks. */
export function contributionsOf(node: Node, cotangents: (Tensor | null)[]): Gradients {
  node.cotangents = cotangents;
  const contributions = applyRule(node, cotangents);
  node.ran = true;
  const hasHooks = node.hooks !== null && node.hooks.post.length > 0;
  if (!hasHooks && listeners.ruleApplied.length === 0) return contributions;
  node.cotangents = none;
  return withHooks(node, cotangents, contributions);
}

/** Passes the contributions to listeners and then to the hooks of the node. Returns those that the hooks return. */
function withHooks(node: Node, cotangents: Gradients, contributions: Gradients): Gradients {
  const { edges, metas, hooks } = node;
  const all = edges.map((edge, i) => {
    const g = contributions[i] ?? null;
    return edge === null || g === null ? null : fitted(g, metas[i]);
  });
  notifyRuleApplied(node, cotangents, all);
  return hooks !== null && hooks.post.length > 0 ? runPosthooks(hooks, all, cotangents) : all;
}
