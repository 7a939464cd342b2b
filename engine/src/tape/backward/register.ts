/** Hooks on tensors: where they are registered. */
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { addHook, type GradHook, type HookHandle } from "../graph/hooks.ts";
import { edgeOf, type Node } from "../graph/node.ts";
import { currentWalk, willVisit } from "./walk.ts";

/** The list of hooks on the gradient of output `index`. */
function onOutput(node: Node, index: number): GradHook[] {
  const { tensor } = node.ensureHooks();
  while (tensor.length <= index) tensor.push([]);
  return tensor[index];
}

/**
 * Calls `hook` with the gradient of `t` each time backward has formed it; a returned tensor replaces it.
 * @throws GradError when `t` does not require a gradient.
 */
export function registerHook(t: Tensor, hook: GradHook): HookHandle {
  const edge = edgeOf(t);
  if (edge === null) throw new GradError("registerHook", "the tensor does not require a gradient");
  return addHook(onOutput(edge.node, edge.index), hook);
}

/**
 * Calls `hook` with the leaf each time its gradient has been added to `leaf.grad`, as for an optimizer's step within backward.
 * @throws GradError when `leaf` is not a leaf that requires a gradient.
 */
export function registerPostAccumulateGradHook(leaf: Tensor, hook: (leaf: Tensor) => void): HookHandle {
  const edge = edgeOf(leaf);
  if (edge === null || !leaf.isLeaf)
    throw new GradError("registerPostAccumulateGradHook", "only a leaf that requires a gradient accumulates one");
  return addHook(edge.node.ensureHooks().accumulated, hook);
}

/** Keeps the gradient of a result in its `grad`, as leaves do. No effect on leaves. */
export function retainGrad(t: Tensor): void {
  if (!t.requiresGrad) throw new GradError("retainGrad", "the tensor does not require a gradient");
  if (t.gradFn === null) return;
  t.gradFn.ensureHooks().retained.set(t.outputIndex, t);
}

/** Counts a change that was made behind the engine's back, as on an array that a tensor shares. */
export function incrementVersion(t: Tensor): void {
  if (!t.storage.inference) t.storage.version++;
}

/** Whether backward leaves the gradient of a result in its `grad`. */
export const retainsGrad = (t: Tensor): boolean => t.gradFn?.hooks?.retained.has(t.outputIndex) ?? false;

/** Retains the gradient of the new value of `t`, if `t` retained that of its value at the edge `from`. */
export function moveRetained(t: Tensor, from: Edge | null): void {
  const retained = from?.node.hooks?.retained;
  if (from === null || retained?.get(from.index) !== t) return;
  retained.delete(from.index);
  retainGrad(t);
}

/**
 * Calls `hook` in each backward that reaches any of the tensors. Mode `"all"`: once, with all their gradients, when the last one that this
 * backward comes to has been formed; `null` for those it does not come to. Mode `"any"`: once, with the first that is formed.
 * @throws GradError when a tensor does not require a gradient.
 * @example
 * const [a, b] = [tensor(2, { requiresGrad: true }), tensor(3, { requiresGrad: true })];
 * let sum = 0;
 * autograd.registerMultiGradHook([a, b], (grads) => {
 *   for (const g of grads) sum += g?.item() ?? 0;
 * });
 * a.mul(b).backward();
 * sum; // 5
 */
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: (grads: readonly (Tensor | null)[]) => void,
  options?: { readonly mode?: "all" },
): HookHandle;
/** In mode `"any"` the hook gets one gradient. */
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: (grad: Tensor) => void,
  options: { readonly mode: "any" },
): HookHandle;
/** The same, in the form that it is written in. */
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: ((grads: readonly (Tensor | null)[]) => void) | ((grad: Tensor) => void),
  { mode = "all" }: { readonly mode?: "all" | "any" } = {},
): HookHandle {
  const edges = tensors.map((t) => {
    const edge = edgeOf(t);
    if (edge === null) throw new GradError("registerMultiGradHook", "one of the tensors does not require a gradient");
    return edge;
  });
  let walk: number | null = null;
  let grads: (Tensor | null)[] = [];
  let missing = 0;
  const begin = (): void => {
    walk = currentWalk();
    grads = tensors.map(() => null);
    missing = edges.filter((e) => willVisit(e.node)).length;
  };
  const handles = edges.map(({ node, index }, i) =>
    addHook(onOutput(node, index), (g) => {
      const first = walk !== currentWalk();
      if (first) begin();
      if (mode === "any") {
        if (first) (hook as (grad: Tensor) => void)(g);
        return;
      }
      grads[i] = g;
      if (--missing === 0) (hook as (grads: readonly (Tensor | null)[]) => void)(grads);
    }),
  );
  return { remove: () => handles.forEach((h) => h.remove()) };
}
