/** The methods of tensors that run backward, register hooks and retain gradients. */
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
     * Computes the gradient of the tensor with respect to each leaf, and accumulates it in the `grad` of the leaf. `gradient` is the cotangent of the tensor, of its
     * shape; for a tensor of one element it is 1 by default.
     * @throws GradError if the tensor requires no gradient, or its graph was freed by an earlier call.
     */
    backward(gradient?: Tensor | null | BackwardOptions, options?: BackwardOptions): void;
    /**
     * Registers a hook that each backward calls with the gradient of the tensor. A tensor that it returns replaces the gradient.
     * @throws GradError if the tensor requires no gradient.
     */
    registerHook(hook: GradHook): HookHandle;
    /**
     * Registers a hook that is called with the leaf each time a gradient was accumulated in its `grad`.
     * @throws GradError if the tensor is not a leaf that requires a gradient.
     */
    registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): HookHandle;
    /** Retains the gradient of a result in its `grad` during backward. Does nothing for a leaf, whose gradient is always retained. */
    retainGrad(): void;
    /** Returns whether the gradient of a result is retained in its `grad`. */
    retainsGrad(): boolean;
  }
}
