/** `func`: derivatives and batches as transforms of functions, which compose in any order. */
export { functionalCall } from "./nn/base/functional-call.ts";
export { type CustomJvp, type CustomVjp, customJvp, customVjp, type JvpRule } from "./transforms/custom-derivatives.ts";
export {
  hessian,
  hvp,
  type JacobianOf,
  type JacobianOptions,
  jacfwd,
  jacrev,
  vhp,
} from "./transforms/jacobian.ts";
export { jvp, linearize } from "./transforms/jvp.ts";
export { taylor } from "./transforms/taylor.ts";
export { type Chosen, type GradTransformOptions, grad, valueAndGrad, vjp } from "./transforms/vjp.ts";
export { type Axes, type Randomness, type VmapOptions, vmap } from "./transforms/vmap.ts";
