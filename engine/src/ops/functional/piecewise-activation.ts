/** Activation functions made of pieces of lines. */
import { unary } from "../../dispatch/elementwise.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { ge, gt, le, logicalAnd, logicalOr, lt } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { parametric } from "./parametric.ts";

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** Factor of negative elements; 0.01 by default. */
  readonly negativeSlope?: number;
}

const leakyReluOp = parametric<{ readonly slope: number }>({
  name: "leakyRelu",
  torch: "nn.functional.leaky_relu",
  access: "function",
  signature: "input, negativeSlope=0.01",
  tex: {
    forward: "y = \\max(x, 0) + a \\min(x, 0)",
    vjp: "\\bar x = ([x > 0] + a\\, [x \\le 0])\\, \\bar y",
  },
  f:
    ({ slope }) =>
    (x) =>
      x > 0 ? x : x * slope,
  through: (g, x, { slope }) => where(gt(x, 0), g, mul(g, slope)),
  samples: (r) => [{ input: r.distinct([2, 3]) }, { input: r.distinct([4]), negativeSlope: 0.2 }],
  call: leakyRelu,
});

/**
 * Returns x where x > 0, else `negativeSlope` times x. The gradient at 0 is `negativeSlope`.
 * @throws DTypeError for integers and bools.
 * @example leakyRelu(tensor([-2, 3]), { negativeSlope: 0.5 }).toArray(); // [-1, 3]
 */
export function leakyRelu(input: Tensor, { negativeSlope = 0.01 }: LeakyReluOptions = {}): Tensor {
  return leakyReluOp([requireTensor("leakyRelu", input)], { slope: negativeSlope });
}

/** The limits of `hardtanh`. */
type Limits = { readonly min: number; readonly max: number };

/** Returns min where x is below it, max where x is above it, and otherwise x, also NaN. */
const limited =
  ({ min, max }: Limits) =>
  (x: number): number =>
    x < min ? min : x > max ? max : x;

/** Returns the cotangent strictly between the limits. */
const between = (g: Tensor, x: Tensor, { min, max }: Limits): Tensor => where(logicalOr(le(x, min), ge(x, max)), 0, g);

const hardtanhOp = parametric<Limits>({
  name: "hardtanh",
  stops: "bounds",
  torch: "nn.functional.hardtanh",
  access: "function",
  signature: "input, minVal=-1, maxVal=1",
  tex: { forward: "y = \\min(\\max(x, a), b)", vjp: "\\bar x = [a < x < b]\\, \\bar y" },
  keepsFinite: "both",
  integers: true,
  f: limited,
  through: between,
  samples: (r) => [{ input: r.distinct([2, 3]) }, { input: r.distinct([6]), minVal: -0.05, maxVal: 0.05 }],
  call: hardtanh,
});

/** Options of `hardtanh`. */
export interface HardtanhOptions {
  /** Smallest result; -1 by default. */
  readonly minVal?: number;
  /** Largest result; 1 by default. */
  readonly maxVal?: number;
}

/**
 * Returns each element limited to [minVal, maxVal]. The gradient at both limits is 0, unlike that of `clamp`.
 * @throws ArgumentError when minVal > maxVal; DTypeError for bools.
 * @example hardtanh(tensor([-2, 0.5, 3])).toArray(); // [-1, 0.5, 1]
 */
export function hardtanh(input: Tensor, { minVal = -1, maxVal = 1 }: HardtanhOptions = {}): Tensor {
  if (minVal > maxVal)
    throw new ArgumentError("hardtanh", `minVal must not exceed maxVal, but got ${minVal} and ${maxVal}`);
  return hardtanhOp([requireTensor("hardtanh", input)], { min: minVal, max: maxVal });
}

const relu6Op = parametric<Limits>({
  name: "relu6",
  stops: "bounds",
  torch: "nn.functional.relu6",
  access: "function",
  signature: "input",
  tex: { forward: "y = \\min(\\max(x, 0), 6)", vjp: "\\bar x = [0 < x < 6]\\, \\bar y" },
  keepsFinite: "both",
  integers: true,
  f: limited,
  through: between,
  samples: (r) => [{ input: mul(r.distinct([2, 4]), 15) }],
  call: relu6,
});

/**
 * Returns min(max(x, 0), 6) of each element. The gradient at 0 and at 6 is 0.
 * @throws DTypeError for bools.
 * @example relu6(tensor([-1, 3, 8])).toArray(); // [0, 3, 6]
 */
export function relu6(input: Tensor): Tensor {
  return relu6Op([requireTensor("relu6", input)], { min: 0, max: 6 });
}

/**
 * Returns min(max(x + 3, 0), 6) / 6 of each element, an approximation of the logistic function by lines. The gradient at -3 and at 3 is 0.
 * @throws DTypeError for integers and bools.
 * @example hardsigmoid(tensor([-4, 0, 4])).toArray(); // [0, 0.5, 1]
 */
export const hardsigmoid: (input: Tensor) => Tensor = unary({
  name: "hardsigmoid",
  stops: "bounds",
  torch: "nn.functional.hardsigmoid",
  access: "function",
  tex: { forward: "y = \\min(\\max(x + 3, 0), 6) / 6", vjp: "\\bar x = [-3 < x < 3]\\, \\bar y / 6" },
  keepsFinite: "both",
  f: (x) => limited({ min: 0, max: 6 })(x + 3) / 6,
  result: "floats",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => where(logicalAnd(gt(x, -3), lt(x, 3)), div(g, 6), 0) },
  domain: [-2.8, 2.8],
  samples: (r) => [{ input: r.uniform([3], 3.2, 5) }],
});

/**
 * Returns x min(max(x + 3, 0), 6) / 6 of each element. The gradient is 0 at -3, and 1 at 3. Source: Howard et al., 2019.
 * @throws DTypeError for integers and bools.
 * @example hardswish(tensor([0, 4])).toArray(); // [0, 4]
 */
export const hardswish: (input: Tensor) => Tensor = unary({
  name: "hardswish",
  stops: "bounds",
  torch: "nn.functional.hardswish",
  access: "function",
  tex: {
    forward: "y = x \\min(\\max(x + 3, 0), 6) / 6",
    vjp: "\\bar x = ([-3 < x < 3] (x / 3 + \\tfrac12) + [x \\ge 3])\\, \\bar y",
  },
  f: (x) => (x * limited({ min: 0, max: 6 })(x + 3)) / 6,
  result: "floats",
  saves: "x",
  derivative: {
    select: (g, { inputs: [x] }) =>
      where(le(x, -3), 0, where(lt(x, 3), mul(g, add(div(where(logicalAnd(gt(x, -3), lt(x, 3)), x, 0), 3), 0.5)), g)),
  },
  domain: [-2.8, 2.8],
  samples: (r) => [{ input: r.uniform([3], 3.2, 5) }],
});

/** Options of `softshrink` and `hardshrink`. */
export interface ShrinkOptions {
  /** Size of the elements that become 0; 0.5 by default. */
  readonly lambd?: number;
}

/** The parameter of shrinking. */
type Shrink = { readonly lambd: number };

/** Returns the cotangent where |x| > λ. */
const outside = (g: Tensor, x: Tensor, { lambd }: Shrink): Tensor =>
  where(logicalAnd(ge(x, -lambd), le(x, lambd)), 0, g);

const softshrinkOp = parametric<Shrink>({
  name: "softshrink",
  stops: "bounds",
  torch: "nn.functional.softshrink",
  access: "function",
  signature: "input, lambd=0.5",
  tex: {
    forward: "y = \\mathrm{sign}(x) \\max(|x| - \\lambda, 0)",
    vjp: "\\bar x = [|x| > \\lambda]\\, \\bar y",
  },
  f:
    ({ lambd }) =>
    (x) =>
      x > lambd ? x - lambd : x < -lambd ? x + lambd : Number.isNaN(x) ? x : 0,
  through: outside,
  samples: (r) => [{ input: mul(r.distinct([2, 3]), 3) }, { input: r.distinct([6]), lambd: 0.05 }],
  call: softshrink,
});

/**
 * Returns each element moved toward 0 by `lambd`, and 0 if its size is at most that. The gradient at both kinks is 0.
 * @throws ArgumentError for a negative `lambd`; DTypeError for integers and bools.
 * @example softshrink(tensor([-2, 0.2, 3])).toArray(); // [-1.5, 0, 2.5]
 */
export function softshrink(input: Tensor, { lambd = 0.5 }: ShrinkOptions = {}): Tensor {
  if (!(lambd >= 0)) throw new ArgumentError("softshrink", `lambd must not be negative, but got ${lambd}`);
  return softshrinkOp([requireTensor("softshrink", input)], { lambd });
}

const hardshrinkOp = parametric<Shrink>({
  name: "hardshrink",
  stops: "bounds",
  torch: "nn.functional.hardshrink",
  aliases: ["hardshrink"],
  access: "method",
  signature: "input, lambd=0.5",
  tex: { forward: "y = [|x| > \\lambda]\\, x", vjp: "\\bar x = [|x| > \\lambda]\\, \\bar y" },
  keepsFinite: "both",
  f:
    ({ lambd }) =>
    (x) =>
      x >= -lambd && x <= lambd ? 0 : x,
  through: outside,
  samples: (r) => [{ input: mul(r.distinct([2, 3]), 3) }, { input: r.distinct([6]), lambd: 0.05 }],
  call: hardshrink,
});

/**
 * Returns each element, and 0 if its size is at most `lambd`. The gradient at both steps is 0.
 * @throws DTypeError for integers and bools.
 * @example hardshrink(tensor([-2, 0.2, 3])).toArray(); // [-2, 0, 3]
 */
export function hardshrink(input: Tensor, { lambd = 0.5 }: ShrinkOptions = {}): Tensor {
  return hardshrinkOp([requireTensor("hardshrink", input)], { lambd });
}

const thresholdOp = parametric<{ readonly limit: number; readonly value: number }>({
  name: "threshold",
  stops: "bounds",
  torch: "nn.functional.threshold",
  aliases: ["threshold"],
  access: "function",
  signature: "input, threshold, value",
  tex: { forward: "y = [x > t]\\, x + [x \\le t]\\, v", vjp: "\\bar x = [x > t]\\, \\bar y" },
  keepsFinite: "both",
  integers: true,
  f:
    ({ limit, value }) =>
    (x) =>
      x <= limit ? value : x,
  through: (g, x, { limit }) => where(le(x, limit), 0, g),
  samples: (r) => [{ input: r.distinct([2, 3]), threshold: 0.05, value: 4 }],
  call: threshold,
});

/**
 * Returns x where x exceeds the threshold, else `value`. The gradient at the threshold is 0.
 * @throws DTypeError for bools.
 * @example threshold(tensor([-2, 3]), 1, 7).toArray(); // [7, 3]
 */
export function threshold(input: Tensor, threshold: number, value: number): Tensor {
  return thresholdOp([requireTensor("threshold", input)], { limit: threshold, value });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns each element, and 0 if its size is at most `lambd`. The gradient at both steps is 0. */
    hardshrink(options?: ShrinkOptions): Tensor;
  }
}
