/** Registering hooks on tensors, and retaining the gradients of results. */
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { addHook, type GradHook, type HookHandle } from "../graph/hooks.ts";
import { edgeOf, type Node } from "../graph/node.ts";
import { currentWalk, willVisit } from "./current-walk.ts";

/** Returns the list of hooks on the gradient of output `index`, creating it on first use. */
function hooksOnOutput(node: Node, index: number): GradHook[] {
  const { tensor } = node.ensureHooks();
  while (tensor.length <= index) tensor.push([]);
  return tensor[index];
}

/**
 * Registers a hook that each backward calls with the gradient of `t`. A tensor that it returns replaces the gradient.
 * @throws GradError when `t` does not require a gradient.
 */
export function registerHook(t: Tensor, hook: GradHook): HookHandle {
  const edge = edgeOf(t);
  if (edge === null) throw new GradError("registerHook", "the tensor does not require a gradient");
  return addHook(hooksOnOutput(edge.node, edge.index), hook);
}

/**
 * Registers a hook that is called with the leaf each time a gradient was accumulated in `leaf.grad`, such as an optimizer step that runs during backward.
 * @throws GradError when `leaf` is not a leaf that requires a gradient.
 */
export function registerPostAccumulateGradHook(leaf: Tensor, hook: (leaf: Tensor) => void): HookHandle {
  const edge = edgeOf(leaf);
  if (edge === null || !leaf.isLeaf)
    throw new GradError("registerPostAccumulateGradHook", "only a leaf that requires a gradient accumulates one");
  return addHook(edge.node.ensureHooks().accumulated, hook);
}

/** Retains the gradient of a result in its `grad` during backward. Does nothing for a leaf, whose gradient is always retained. */
export function retainGrad(t: Tensor): void {
  if (!t.requiresGrad) throw new GradError("retainGrad", "the tensor does not require a gradient");
  if (t.gradFn === null) return;
  t.gradFn.ensureHooks().retained.set(t.outputIndex, t);
}

/** Increments the version of a tensor, after its elements were changed without the engine, such as in an array that it shares. */
export function incrementVersion(t: Tensor): void {
  if (!t.storage.inference) t.storage.version++;
}

/** Whether the gradient of a result is retained in its `grad`. */
export const retainsGrad = (t: Tensor): boolean => t.gradFn?.hooks?.retained.has(t.outputIndex) ?? false;

/** Retains the gradient of `t` at its present edge, if it retained that at the edge `from`, before a change in place. */
export function moveRetained(t: Tensor, from: Edge | null): void {
  const retained = from?.node.hooks?.retained;
  if (from === null || retained?.get(from.index) !== t) return;
  retained.delete(from.index);
  retainGrad(t);
}

/**
 * Registers a hook that is called once in each backward that reaches any of the tensors. In mode `"all"` it gets the gradients of all tensors, `null` for those
 * that this backward does not reach, when the last one has been computed. In mode `"any"` it gets the first one.
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
/** Registers a hook that gets the first gradient that is computed in each backward. */
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: (grad: Tensor) => void,
  options: { readonly mode: "any" },
): HookHandle;
/** Registers a hook of either mode. */
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
    addHook(hooksOnOutput(node, index), (g) => {
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
