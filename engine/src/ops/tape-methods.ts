/** Methods of tensors that change elements in place, and those of the tape. */
import type { Operand } from "../dispatch/operand.ts";
import { type BackwardOptions, backward } from "../tape/backward/backward.ts";
import { registerHook, registerPostAccumulateGradHook, retainGrad, retainsGrad } from "../tape/backward/register.ts";
import type { GradHook, HookHandle } from "../tape/graph/hooks.ts";
import type { Tensor } from "../tensor/tensor.ts";
import * as arithmetic from "./elementwise/arithmetic.ts";
import { type ClampOptions, clamp, limitsOf } from "./elementwise/clamp.ts";
import * as division from "./elementwise/division.ts";
import * as exponential from "./elementwise/exponential.ts";
import * as rounding from "./elementwise/rounding.ts";
import * as activation from "./functional/activation.ts";
import * as inplace from "./inplace.ts";

/**
 * In place: the elements change, also those of views, and so does the place on the tape, when one of the operands is on it.
 * GradError on leaves that require a gradient, and on expanded tensors, which only `fill_` and `zero_` change, and only off the tape.
 */
export interface TapeMethods {
  /** Adds `alpha * other` to the tensor's own elements. */
  add_(other: Operand, options?: arithmetic.AlphaOptions): Tensor;
  /** Subtracts `alpha * other` from the tensor's own elements. */
  sub_(other: Operand, options?: arithmetic.AlphaOptions): Tensor;
  /** Multiplies the tensor's own elements. */
  mul_(other: Operand): Tensor;
  /** Divides the tensor's own elements. */
  div_(other: Operand, options?: division.DivOptions): Tensor;
  /** Takes over the elements of another tensor, broadcast, or a number. */
  copy_(from: Operand): Tensor;
  /** Sets all elements to a number, or to the element of a 0-d tensor. */
  fill_(value: Operand): Tensor;
  /** Sets all elements to 0. */
  zero_(): Tensor;
  /** Raises every element to a power. */
  pow_(exponent: Operand): Tensor;
  /** Keeps elements within bounds. */
  clamp_(min?: Operand | null | ClampOptions, max?: Operand | null): Tensor;
  /** The op without the underscore, in place. */
  abs_(): Tensor;
  /** The op without the underscore, in place. */
  neg_(): Tensor;
  /** The op without the underscore, in place. */
  square_(): Tensor;
  /** The op without the underscore, in place. */
  reciprocal_(): Tensor;
  /** Rounds down, in place. */
  floor_(): Tensor;
  /** Rounds up, in place. */
  ceil_(): Tensor;
  /** Rounds toward 0, in place. */
  trunc_(): Tensor;
  /** Rounds to the nearest integer, or to `decimals`, in place. */
  round_(options?: rounding.RoundOptions): Tensor;
  /** The op without the underscore, in place. */
  exp_(): Tensor;
  /** The op without the underscore, in place. */
  log_(): Tensor;
  /** The op without the underscore, in place. */
  sqrt_(): Tensor;
  /** The op without the underscore, in place. */
  sin_(): Tensor;
  /** The op without the underscore, in place. */
  cos_(): Tensor;
  /** The op without the underscore, in place. */
  tanh_(): Tensor;
  /** The op without the underscore, in place. */
  sigmoid_(): Tensor;
  /** The op without the underscore, in place. */
  relu_(): Tensor;
  /**
   * Accumulates gradients in the leaves this was computed from. Without `gradient` it must be a scalar.
   * @throws GradError when it requires no gradient, or its graph was freed by an earlier call.
   */
  backward(gradient?: Tensor | null | BackwardOptions, options?: BackwardOptions): void;
  /** Calls the hook with the gradient each time it is formed; a returned tensor replaces it. */
  registerHook(hook: GradHook): HookHandle;
  /** Calls the hook with this leaf each time its gradient has been added to `grad`. */
  registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): HookHandle;
  /** Keeps the gradient of a result in `grad`. */
  retainGrad(): void;
  /** Whether `retainGrad` was called on this result. */
  retainsGrad(): boolean;
}

const isTensor = (x: object): x is Tensor => "storage" in x;

// biome-ignore format: one method a line
export const tapeMethods: TapeMethods & ThisType<Tensor> = {
  add_(other, options) { return inplace.addInPlace(this, other, options); },
  sub_(other, options) { return inplace.subInPlace(this, other, options); },
  mul_(other) { return inplace.mulInPlace(this, other); },
  div_(other, options) { return inplace.divInPlace(this, other, options); },
  copy_(from) { return inplace.copyInPlace(this, from); },
  fill_(value) { return inplace.fillInPlace(this, value); },
  zero_() { return inplace.zeroInPlace(this); },
  pow_(exponent) { return inplace.powInPlace(this, exponent); },
  clamp_(min, max) {
    // limits that are tensors may require a gradient
    const limits = limitsOf(min, max);
    const tensors = limits.filter((limit) => typeof limit === "object" && limit !== null);
    const clamped = (x: Tensor, ...given: Tensor[]): Tensor => {
      const [lo, hi] = limits.map((z) => (typeof z === "object" && z !== null ? given[tensors.indexOf(z)] : z));
      return clamp(x, lo, hi);
    };
    return inplace.inPlace("clamp_", clamped)(this, ...tensors);
  },
  abs_() { return inplace.inPlace("abs_", activation.abs)(this); },
  neg_() { return inplace.inPlace("neg_", arithmetic.neg)(this); },
  square_() { return inplace.inPlace("square_", arithmetic.square)(this); },
  reciprocal_() { return inplace.inPlace("reciprocal_", division.reciprocal)(this); },
  floor_() { return inplace.inPlace("floor_", rounding.floor)(this); },
  ceil_() { return inplace.inPlace("ceil_", rounding.ceil)(this); },
  trunc_() { return inplace.inPlace("trunc_", rounding.trunc)(this); },
  round_(options) { return inplace.inPlace("round_", (x) => rounding.round(x, options))(this); },
  exp_() { return inplace.inPlace("exp_", exponential.exp)(this); },
  log_() { return inplace.inPlace("log_", exponential.log)(this); },
  sqrt_() { return inplace.inPlace("sqrt_", exponential.sqrt)(this); },
  sin_() { return inplace.inPlace("sin_", exponential.sin)(this); },
  cos_() { return inplace.inPlace("cos_", exponential.cos)(this); },
  tanh_() { return inplace.inPlace("tanh_", exponential.tanh)(this); },
  sigmoid_() { return inplace.inPlace("sigmoid_", activation.sigmoid)(this); },
  relu_() { return inplace.inPlace("relu_", activation.relu)(this); },
  backward(gradient, options) {
    if (gradient === null || gradient === undefined) backward(this, null, options);
    else if (isTensor(gradient)) backward(this, gradient, options);
    else backward(this, null, gradient);
  },
  registerHook(hook) { return registerHook(this, hook); },
  registerPostAccumulateGradHook(hook) { return registerPostAccumulateGradHook(this, hook); },
  retainGrad() { retainGrad(this); },
  retainsGrad() { return retainsGrad(this); },
};
