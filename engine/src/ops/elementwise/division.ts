/** Quotients and remainders. */
import { everyElement } from "../../dispatch/batched.ts";
import { binary, promotedDType, unary, zeroDerivative } from "../../dispatch/elementwise.ts";
import { type Operand, toOperand } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { isFloating, resultType, takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, neg } from "./arithmetic.ts";
import { divComplex, reciprocalComplex } from "./complex-numbers.ts";

/** The rounding of a quotient: toward zero, or down. */
export type RoundingMode = "trunc" | "floor";

/** Options of `div`. */
export interface DivOptions {
  /** Rounding of the quotient; none by default. */
  readonly roundingMode?: RoundingMode | null;
}

/** Samples whose divisors are away from 0. */
const apart = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]), other: r.uniform([2, 3], 0.5, 2) },
  { input: r.normal([3]), other: r.uniform([2, 1], -2, -0.5) },
];

const trueDiv = binary(
  {
    name: "div",
    breaks: "quotient",
    torch: "div",
    aliases: [
      "divide",
      "true_divide",
      "__div__",
      "__truediv__",
      "__rdiv__",
      "__rtruediv__",
      "__idiv__",
      "__itruediv__",
    ],
    access: "in-place",
    signature: "input, other, roundingMode=null",
    label: "÷",
    tex: { forward: "y = x / z", vjp: "\\bar x = \\bar y / z,\\ \\bar z = -\\bar y\\, y / z" },
    accumulation: "scale",
    f: (x, z) => x / z,
    complex: divComplex,
    result: (x, z) => {
      const dtype = promotedDType(x, z);
      return takesGradients(dtype) ? dtype : "float32";
    },
    saves: [{ inputs: [1] }, { inputs: [0, 1] }],
    partials: [{ select: (g, { inputs }) => div(g, inputs[1]) }, ({ inputs: [x, z] }) => neg(div(div(x, z), z))],
    samples: (r) => [...apart(r), { input: r.normal([]), other: r.uniform([3], 1, 2), roundingMode: null }],
  },
  div,
);

/** Returns ⌊x / z⌋ as Python does. It is computed from the remainder, as rounding x / z could cross an integer. */
function floored(x: number, z: number): number {
  if (z === 0) return x / z;
  const rest = x % z;
  let q = (x - rest) / z;
  if (rest !== 0 && rest < 0 !== z < 0) q -= 1;
  if (q === 0) return x / z < 0 || Object.is(x / z, -0) ? -0 : 0;
  const floor = Math.floor(q);
  return q - floor > 0.5 ? floor + 1 : floor;
}

/** Returns ⌊x / z⌋ of BigInts. */
const floorDivideBigInts = (x: bigint, z: bigint): bigint => {
  const q = x / z;
  return x % z !== 0n && x < 0n !== z < 0n ? q - 1n : q;
};

/** Defines the op of a rounded quotient; `singles` is the function of float32. */
const rounding = (
  mode: RoundingMode,
  f: (x: number, z: number) => number,
  singles: (x: number, z: number) => number,
): ((input: Operand, other: Operand) => Tensor) =>
  binary(
    {
      name: mode === "floor" ? "floorDivide" : "truncDivide",
      torch: mode === "floor" ? "floor_divide" : "ops.aten.div.Tensor_mode",
      aliases: mode === "floor" ? ["__floordiv__", "__rfloordiv__", "__ifloordiv__"] : [],
      access: mode === "floor" ? "in-place" : "internal",
      stops: "step",
      label: "÷",
      tex: {
        forward: mode === "floor" ? "y = \\lfloor x / z \\rfloor" : "y = \\mathrm{trunc}(x / z)",
        vjp: "\\bar x = 0,\\ \\bar z = 0",
      },
      f,
      singles,
      bigints: mode === "floor" ? floorDivideBigInts : (x, z) => x / z,
      result: promotedDType,
      saves: {},
      partials: [zeroDerivative, zeroDerivative],
      samples: (r) => [{ input: r.distinct([2, 3]), other: r.uniform([3], 0.9, 0.95) }],
    },
    (input: Operand, other: Operand) => rounded(mode === "floor" ? "floorDivide" : "div", input, other, mode),
  );
const floorDiv = rounding("floor", floored, floored);
// PyTorch rounds the quotient to float32 before it truncates
const truncDiv = rounding(
  "trunc",
  (x, z) => Math.trunc(x / z),
  (x, z) => Math.trunc(Math.fround(x / z)),
);

/**
 * Returns the quotient of each pair of elements, with broadcasting and type promotion. Integers give float32 unless `roundingMode` is set. The gradient
 * of a rounded quotient is 0.
 * @throws ArgumentError when integers are divided by 0; DTypeError for a rounded quotient of bools.
 * @example div(7, tensor([2]), { roundingMode: "floor" }).toArray(); // [3]
 */
export function div(input: Operand, other: Operand, { roundingMode = null }: DivOptions = {}): Tensor {
  if (roundingMode === null) return trueDiv(input, other);
  if (roundingMode !== "floor" && roundingMode !== "trunc")
    throw new ArgumentError(
      "div",
      `roundingMode must be null, "trunc" or "floor", but got ${JSON.stringify(roundingMode)}`,
    );
  return rounded("div", input, other, roundingMode);
}

/** Returns rounded quotients. */
function rounded(op: string, input: Operand, other: Operand, mode: RoundingMode): Tensor {
  const [x, z] = [toOperand(op, input), toOperand(op, other)];
  const dtype = resultType([x, z]);
  if (dtype === "bool") throw new DTypeError(op, "bools have no rounded quotient", [x.dtype, z.dtype]);
  if (!isFloating(dtype) && everyElement(z).includes(0)) throw new ArgumentError(op, "integer division by zero");
  return mode === "floor" ? floorDiv(x, z) : truncDiv(x, z);
}

/**
 * Returns ⌊input / other⌋ of each pair of elements, with broadcasting and type promotion, as Python's `//`. The gradient is 0.
 * @throws ArgumentError when integers are divided by 0; DTypeError for bools.
 * @example floorDivide(tensor([-7, 7]), 2).toArray(); // [-4, 3]
 */
export function floorDivide(input: Operand, other: Operand): Tensor {
  return rounded("floorDivide", input, other, "floor");
}

const remainderOp = binary(
  {
    name: "remainder",
    torch: "remainder",
    aliases: ["__mod__", "__rmod__", "__imod__"],
    access: "in-place",
    label: "mod",
    tex: {
      forward: "y = x - z \\lfloor x / z \\rfloor",
      vjp: "\\bar x = \\bar y,\\ \\bar z = -\\lfloor x / z \\rfloor\\, \\bar y",
    },
    f: (x, z) => {
      const rest = x % z;
      return rest !== 0 && rest < 0 !== z < 0 ? rest + z : rest;
    },
    bigints: (x, z) => x - z * floorDivideBigInts(x, z),
    result: promotedDType,
    saves: [{}, { inputs: [0, 1] }],
    partials: [1, ({ inputs: [x, z] }) => neg(floorDiv(x, z))],
    samples: (r) => [
      { input: r.distinct([2, 3]), other: r.uniform([3], 0.9, 0.95) },
      { input: r.uniform([3], 5.1, 5.4), other: -2 },
    ],
  },
  remainder,
);

/**
 * Returns the remainder of division, which has the sign of `other`, as Python's `%`.
 * @throws ArgumentError when integers are divided by 0; DTypeError for bools and for two numbers.
 * @example remainder(tensor([-3, 5]), 4).toArray(); // [1, 1]
 */
export function remainder(input: Operand, other: Operand): Tensor {
  if (typeof input === "number" && typeof other === "number")
    throw new DTypeError("remainder", "at least one operand must be a tensor", ["two numbers"]);
  const [x, z] = [toOperand("remainder", input), toOperand("remainder", other)];
  if (resultType([x, z]) === "bool") throw new DTypeError("remainder", "bools have no remainder", [x.dtype, z.dtype]);
  if (!isFloating(resultType([x, z])) && everyElement(z).includes(0))
    throw new ArgumentError("remainder", "integer division by zero");
  return remainderOp(x, z);
}

/**
 * Returns 1 / x of each element. Integers become float32.
 * @example reciprocal(tensor([4])).toArray(); // [0.25]
 */
export const reciprocal: (input: Tensor) => Tensor = unary({
  name: "reciprocal",
  breaks: "quotient",
  torch: "reciprocal",
  access: "in-place",
  label: "1/x",
  tex: { forward: "y = 1 / x", vjp: "\\bar x = -\\bar y\\, y^2" },
  f: (x) => 1 / x,
  complex: reciprocalComplex,
  result: "float",
  saves: "y",
  derivative: ({ output }) => neg(mul(output, output)),
  domain: [0.5, 2],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the quotient of each pair of elements; integers give float32 unless `roundingMode` is set. */
    div(other: Operand, options?: DivOptions): Tensor;
    /** Divides each element in place. */
    div_(other: Operand, options?: DivOptions): Tensor;
    /** Returns ⌊x / z⌋ of each pair of elements. */
    floorDivide(other: Operand): Tensor;
    /** Returns the remainder of division, which has the sign of `other`. */
    remainder(other: Operand): Tensor;
    /** Returns 1 / x of each element. */
    reciprocal(): Tensor;
    /** Replaces each element by 1 / x. */
    reciprocal_(): Tensor;
  }
}
