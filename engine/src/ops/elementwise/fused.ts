/** Arithmetic of three tensors in one call, interpolation, and scaling by powers of two. */
import { defineComposite } from "../../dispatch/define.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { floatResult, isComplex, isFloating, resultType, takesGradients } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type AlphaOptions, add, mul, sub } from "./arithmetic.ts";
import { to } from "./convert.ts";
import { div } from "./division.ts";
import { interpolated } from "./interpolation.ts";
import { exp2 } from "./logarithm-bases.ts";
import { pow } from "./power.ts";
import { areSameFloats, productSum } from "./product-sum.ts";

/** Options of `addcmul` and `addcdiv`. */
export interface ValueOptions {
  /** Factor of the product or quotient; 1 by default. */
  readonly value?: number;
}

/**
 * Returns `input + value * tensor1 * tensor2`, with broadcasting.
 * @throws ShapeError when the shapes do not broadcast.
 * @example addcmul(tensor([1]), tensor([2]), tensor([3]), { value: 10 }).toArray(); // [61]
 */
export const addcmul: (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: ValueOptions) => Tensor =
  defineComposite(
    {
      name: "addcmul",
      torch: "addcmul",
      access: "in-place",
      signature: "input, tensor1, tensor2, value=1",
      tex: "y = x + v\\, a\\, b",
      samples: (r) => [
        { input: r.normal([2, 3]), tensor1: r.normal([3]), tensor2: r.normal([2, 1]) },
        { input: r.normal([3]), tensor1: r.normal([3]), tensor2: r.normal([]), value: -0.5 },
      ],
    },
    (input: Tensor, tensor1: Tensor, tensor2: Tensor, { value = 1 }: ValueOptions = {}): Tensor => {
      const operands = [input, tensor1, tensor2].map((t) => requireTensor("addcmul", t));
      if (areSameFloats(operands)) return productSum(input, tensor1, tensor2, value);
      const product = mul(tensor1, tensor2);
      if (resultType([input, product]) === "bool") throw new DTypeError("addcmul", "expected numbers", ["bools"]);
      return add(input, value === 1 ? product : mul(product, value));
    },
  );

/**
 * Returns `input + value * tensor1 / tensor2`, with broadcasting.
 * @throws DTypeError when both `tensor1` and `tensor2` are integers; ShapeError when the shapes do not broadcast.
 * @example addcdiv(tensor([1]), tensor([6]), tensor([3]), { value: 10 }).toArray(); // [21]
 */
export const addcdiv: (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: ValueOptions) => Tensor =
  defineComposite(
    {
      name: "addcdiv",
      torch: "addcdiv",
      access: "in-place",
      signature: "input, tensor1, tensor2, value=1",
      tex: "y = x + v\\, a / b",
      samples: (r) => [
        { input: r.normal([2, 3]), tensor1: r.normal([3]), tensor2: r.uniform([2, 1], 0.5, 2) },
        { input: r.normal([3]), tensor1: r.normal([3]), tensor2: r.uniform([], 0.5, 2), value: -0.5 },
      ],
    },
    (input: Tensor, tensor1: Tensor, tensor2: Tensor, { value = 1 }: ValueOptions = {}): Tensor => {
      if (!takesGradients(tensor1.dtype) && !takesGradients(tensor2.dtype))
        throw new DTypeError(
          "addcdiv",
          "the quotient of two integer tensors is not supported; make one of them float",
          [tensor1.dtype, tensor2.dtype],
        );
      const quotient = div(tensor1, tensor2);
      return add(input, value === 1 ? quotient : mul(quotient, value));
    },
  );

/**
 * Returns the linear interpolation `input + weight * (end - input)`, with broadcasting.
 * @throws DTypeError when the dtypes differ; ShapeError when the shapes do not broadcast.
 * @example lerp(tensor([0]), tensor([10]), 0.5).toArray(); // [5]
 */
export const lerp: (input: Tensor, end: Tensor, weight: Operand) => Tensor = defineComposite(
  {
    name: "lerp",
    torch: "lerp",
    access: "in-place",
    signature: "input, end, weight",
    tex: "y = x + w (z - x)",
    samples: (r) => [
      { input: r.normal([2, 3]), end: r.normal([3]), weight: 0.3 },
      { input: r.normal([3]), end: r.normal([3]), weight: r.uniform([2, 3], 0.1, 0.4) },
    ],
  },
  (input: Tensor, end: Tensor, weight: Operand): Tensor => {
    if (requireTensor("lerp", input).dtype !== requireTensor("lerp", end).dtype)
      throw new DTypeError("lerp", "input and end must have the same dtype", [input.dtype, end.dtype]);
    const isFloat = input.dtype === "float32" || input.dtype === "float64";
    if (isFloat && (typeof weight === "number" || (weight instanceof Tensor && weight.dtype === input.dtype)))
      return interpolated(input, end, toOperand("lerp", weight));
    return add(input, mul(sub(end, input), weight));
  },
);

/**
 * Returns `input * 2 ** other`, with broadcasting. Integers become float32.
 * @throws ShapeError when the shapes do not broadcast.
 * @example ldexp(tensor([3]), tensor([2], { dtype: "int32" })).toArray(); // [12]
 */
export const ldexp: (input: Tensor, other: Tensor) => Tensor = defineComposite(
  {
    name: "ldexp",
    torch: "ldexp",
    access: "in-place",
    signature: "input, other",
    tex: "y = x\\, 2^z",
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.normal([3]) },
      { input: r.normal([3]), other: r.normal([]) },
    ],
  },
  (input: Tensor, other: Tensor): Tensor => {
    const [x, exponent] = [requireTensor("ldexp", input), requireTensor("ldexp", other)];
    const dtype = floatResult(resultType([x, exponent]));
    return mul(x, exp2(isFloating(exponent.dtype) ? exponent : to(exponent, dtype)));
  },
);

/**
 * Returns `other - alpha * input`, with broadcasting and type promotion.
 * @throws DTypeError for bools; ShapeError when the shapes do not broadcast.
 * @example rsub(tensor([1]), 10).toArray(); // [9]
 */
export const rsub: (input: Tensor, other: Operand, options?: AlphaOptions) => Tensor = defineComposite(
  {
    name: "rsub",
    torch: "rsub",
    access: "function",
    signature: "input, other, alpha=1",
    tex: "y = z - \\alpha x",
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.normal([3]) },
      { input: r.normal([3]), other: 2, alpha: 0.5 },
    ],
  },
  (input: Tensor, other: Operand, options: AlphaOptions = {}): Tensor => sub(other, input, options),
);

/**
 * Returns `input` to the power of `exponent`, computed in float64, or in complex128, whatever the dtypes are, with broadcasting.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast.
 * @example floatPower(tensor([2], { dtype: "int32" }), -1).toArray(); // [0.5]
 */
export const floatPower: (input: Operand, exponent: Operand) => Tensor = defineComposite(
  {
    name: "floatPower",
    torch: "float_power",
    access: "in-place",
    signature: "input, exponent",
    tex: "y = x^z",
    samples: (r) => [
      { input: r.uniform([2, 3], 0.5, 2), exponent: r.normal([3]) },
      { input: r.uniform([3], 0.5, 2), exponent: 3 },
    ],
  },
  (input: Operand, exponent: Operand): Tensor => {
    if (typeof input === "number" && typeof exponent === "number")
      throw new DTypeError("floatPower", "at least one operand must be a tensor", ["two numbers"]);
    const wide = (x: Operand): Operand =>
      x instanceof Tensor ? to(x, isComplex(x.dtype) ? "complex128" : "float64") : x;
    return pow(wide(input), wide(exponent));
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns this tensor plus `value * tensor1 * tensor2`. */
    addcmul(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): Tensor;
    /** Adds `value * tensor1 * tensor2` in place. */
    addcmul_(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): Tensor;
    /** Returns this tensor plus `value * tensor1 / tensor2`. */
    addcdiv(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): Tensor;
    /** Adds `value * tensor1 / tensor2` in place. */
    addcdiv_(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): Tensor;
    /** Returns the linear interpolation to `end`. */
    lerp(end: Tensor, weight: Operand): Tensor;
    /** Interpolates to `end` in place. */
    lerp_(end: Tensor, weight: Operand): Tensor;
    /** Returns this tensor times 2 to the power of `other`. */
    ldexp(other: Tensor): Tensor;
    /** Multiplies each element by 2 to the power of `other`. */
    ldexp_(other: Tensor): Tensor;
    /** Returns the power, computed in float64. */
    floatPower(exponent: Operand): Tensor;
    /** Raises each element of a float64 tensor to a power. */
    floatPower_(exponent: Operand): Tensor;
  }
}
