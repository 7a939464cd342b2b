/** `func`: transforms of functions (derivatives, batching), which compose in any order, in the form of JAX and `torch.func`. */
export { functionalCall } from "./nn/base/functional-call.ts";
export { type CustomJvp, customJvp, type JvpRule } from "./transforms/custom-jvp.ts";
export { type CustomVjp, customVjp } from "./transforms/custom-vjp.ts";
export { type Chosen, type GradTransformOptions, grad, valueAndGrad } from "./transforms/grad.ts";
export { hessian, hvp, vhp } from "./transforms/hessian.ts";
export { type JacobianOf, type JacobianOptions, jacfwd, jacrev } from "./transforms/jacobian.ts";
export { jvp, linearize } from "./transforms/jvp.ts";
export { taylor } from "./transforms/taylor.ts";
export { vjp } from "./transforms/vjp.ts";
export { type Axes, type Randomness, type VmapOptions, vmap } from "./transforms/vmap.ts";
