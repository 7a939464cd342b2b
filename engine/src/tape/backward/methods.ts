/** The methods of tensors that work on the tape. */
import { addMethods } from "../../tensor/methods.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { GradHook, HookHandle } from "../graph/hooks.ts";
import { type BackwardOptions, backward } from "./backward.ts";
import { registerHook, registerPostAccumulateGradHook, retainGrad, retainsGrad } from "./register.ts";

const isTensor = (x: object): x is Tensor => "storage" in x;

addMethods({
  backward(gradient, options) {
    if (gradient === null || gradient === undefined) backward(this, null, options);
    else if (isTensor(gradient)) backward(this, gradient, options);
    else backward(this, null, gradient);
  },
  registerHook(hook) {
    return registerHook(this, hook);
  },
  registerPostAccumulateGradHook(hook) {
    return registerPostAccumulateGradHook(this, hook);
  },
  retainGrad() {
    retainGrad(this);
  },
  retainsGrad() {
    return retainsGrad(this);
  },
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Adds d(this)/d(leaf) to the `grad` of each leaf that the tensor was computed from. `gradient` is the cotangent of the tensor, of its shape; a scalar
     * needs none, as its cotangent is 1.
     * @throws GradError when the tensor requires no gradient, or when its graph was freed by an earlier call.
     */
    backward(gradient?: Tensor | null | BackwardOptions, options?: BackwardOptions): void;
    /**
     * Calls `hook` with the gradient of the tensor each time a backward walk has formed it; a returned tensor replaces it.
     * @throws GradError when the tensor requires no gradient.
     */
    registerHook(hook: GradHook): HookHandle;
    /**
     * Calls `hook` with the leaf each time a gradient has been added to its `grad`.
     * @throws GradError when the tensor is not a leaf that requires a gradient.
     */
    registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): HookHandle;
    /** Keeps the gradient of a result in its `grad`, as leaves do. It has no effect on leaves. */
    retainGrad(): void;
    /** Returns whether backward keeps the gradient of the result in its `grad`. */
    retainsGrad(): boolean;
  }
}
