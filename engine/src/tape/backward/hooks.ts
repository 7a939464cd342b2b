/** Running the hooks of a node during a walk. They run as user code: the gradients that they see are exposed, and the walk owns nothing that they allocate. */
import { GradError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";
import type { Gradients, NodeHooks } from "../graph/hooks.ts";
import { withGradMode } from "../graph/mode.ts";
import { runUserCode } from "../graph/user-code.ts";

function replace(what: string, before: Tensor, after: Tensor): Tensor {
  if (!sameShape(after.shape, before.shape))
    throw new ShapeError(what, "a hook must return a gradient of the same shape", [before.shape, after.shape]);
  return after;
}

/** Returns the gradients that a hook returned, or those before if it returned none. @throws if their number or a shape differs. */
export function replaceAll(what: string, before: Gradients, after: Gradients | undefined | void): Gradients {
  if (after === undefined) return before;
  if (after.length !== before.length)
    throw new GradError(what, `a hook must return ${before.length} gradients, but returned ${after.length}`);
  return after.map((g, i) => {
    const old = before[i];
    return g === null || old === null ? g : replace(what, old, g);
  });
}

/** Runs the hooks on the gradients of a node's outputs, in order of registration, and then retains the gradients of the tensors that asked for it. */
export const runTensorHooks = (hooks: NodeHooks, cotangents: (Tensor | null)[]): void =>
  runUserCode(cotangents, () => callTensorHooks(hooks, cotangents));

function callTensorHooks({ tensor, retained }: NodeHooks, cotangents: (Tensor | null)[]): void {
  tensor.forEach((hooks, i) => {
    for (const hook of hooks.slice()) {
      const g = cotangents[i];
      if (g === null || g === undefined) continue;
      const replaced = hook(g);
      if (replaced !== undefined) cotangents[i] = replace("registerHook", g, replaced);
    }
  });
  retained.forEach((t, i) => {
    const g = cotangents[i];
    if (!g) return;
    const { add, clone } = useAlgebra();
    // copied, as hooks, leaves and other results may hold the same cotangent
    t.grad = t.grad === null ? clone(g) : add(t.grad, g);
  });
}

/** Runs the hooks before the gradient rule, each on the gradients that the previous one left. */
export function runPrehooks({ pre }: NodeHooks, cotangents: (Tensor | null)[]): void {
  runUserCode(cotangents, () => {
    for (const hook of pre.slice())
      replaceAll("registerPrehook", cotangents, hook(cotangents.slice())).forEach((g, i) => {
        cotangents[i] = g;
      });
  });
}

/** Runs the hooks after the gradient rule. Returns the gradients to propagate. */
export function runPosthooks({ post }: NodeHooks, gradInputs: Gradients, gradOutputs: Gradients): Gradients {
  return runUserCode([...gradInputs, ...gradOutputs], () => {
    let now = gradInputs;
    for (const hook of post.slice()) now = replaceAll("registerHook", now, hook(now.slice(), gradOutputs.slice()));
    return now;
  });
}

/** Runs the hooks of a leaf after a gradient was accumulated in its `grad`. */
export function runAccumulatedHooks({ accumulated }: NodeHooks, leaf: Tensor): void {
  runUserCode([], () => {
    for (const hook of accumulated.slice()) withGradMode(false, () => hook(leaf));
  });
}
