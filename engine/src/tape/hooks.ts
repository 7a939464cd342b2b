/** Looking at gradients, and replacing them, as backward forms them. */
import { GradError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { useAlgebra } from "./algebra.ts";
import { edgeOf, type GradHook, type HookHandle, type Node } from "./node.ts";

/** Runs the hooks of a node's outputs and keeps the gradients that were asked for. */
export function runHooks(node: Node, cotangents: (Tensor | null)[]): void {
  node.hooks?.forEach((hooks, i) => {
    for (const hook of hooks.slice()) {
      const g = cotangents[i];
      if (g === null || g === undefined) continue;
      const replaced = hook(g);
      if (replaced === undefined) continue;
      if (!sameShape(replaced.shape, g.shape))
        throw new ShapeError("registerHook", "a hook must return a gradient of the same shape", [
          g.shape,
          replaced.shape,
        ]);
      cotangents[i] = replaced;
    }
  });
  node.retained?.forEach((t, i) => {
    const g = cotangents[i];
    if (g) t.grad = t.grad === null ? g : useAlgebra().add(t.grad, g);
  });
}

/**
 * Calls `hook` with the gradient of `t` each time backward has formed it; a returned tensor replaces it.
 * @throws GradError when `t` does not require a gradient.
 */
export function registerHook(t: Tensor, hook: GradHook): HookHandle {
  const edge = edgeOf(t);
  if (edge === null) throw new GradError("registerHook", "the tensor does not require a gradient");
  edge.node.hooks ??= [];
  while (edge.node.hooks.length <= edge.index) edge.node.hooks.push([]);
  const list = edge.node.hooks[edge.index];
  list.push(hook);
  return {
    remove(): void {
      const at = list.indexOf(hook);
      if (at >= 0) list.splice(at, 1);
    },
  };
}

/** Keeps the gradient of a result in its `grad`, as leaves do. No effect on leaves. */
export function retainGrad(t: Tensor): void {
  if (!t.requiresGrad) throw new GradError("retainGrad", "the tensor does not require a gradient");
  if (t.gradFn === null) return;
  t.gradFn.retained ??= new Map();
  t.gradFn.retained.set(t.outputIndex, t);
}
