/** `func`: derivatives and batches as transforms of functions, which compose in any order. */
export { functionalCall } from "./nn/base/functional-call.ts";
export { jvp, linearize } from "./transforms/forward.ts";
export {
  hessian,
  hvp,
  type JacobianOf,
  type JacobianOptions,
  jacfwd,
  jacrev,
  vhp,
} from "./transforms/jacobian.ts";
export { type CustomJvp, type CustomVjp, customJvp, customVjp, type JvpRule } from "./transforms/jax.ts";
export { type Chosen, type GradTransformOptions, grad, valueAndGrad, vjp } from "./transforms/reverse.ts";
export { taylor } from "./transforms/taylor.ts";
export { type Axes, type Randomness, type VmapOptions, vmap } from "./transforms/vmap.ts";
