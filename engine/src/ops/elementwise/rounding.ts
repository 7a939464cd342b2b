/** Rounding. The gradient is 0, at the steps too, as in PyTorch. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { type UnarySpec, unary, zeroDerivative } from "../../dispatch/elementwise.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** An elementwise function. */
type Unary = (input: Tensor) => Tensor;

/** Defines an op that rounds. */
const step = (
  name: string,
  forward: string,
  f: (x: number) => number,
  more: Pick<UnarySpec, "aliases" | "signature" | "samples" | "call"> = {},
): Unary =>
  unary({
    name,
    torch: name,
    access: "in-place",
    ...more,
    tex: { forward, vjp: "\\bar x = 0" },
    stops: "step",
    f,
    bigints: (x) => x,
    result: "same",
    saves: "none",
    derivative: zeroDerivative,
    domain: [0.1, 0.4],
  });

/**
 * Returns the greatest integer not above each element. The gradient is 0.
 * @example floor(tensor([-1.5, 2])).toArray(); // [-2, 2]
 */
export const floor: Unary = step("floor", "y = \\lfloor x \\rfloor", Math.floor);

/**
 * Returns the least integer not below each element. The gradient is 0.
 * @example ceil(tensor([-1.5, 2])).toArray(); // [-1, 2]
 */
export const ceil: Unary = step("ceil", "y = \\lceil x \\rceil", Math.ceil);

/**
 * Returns the integer part of each element. The gradient is 0.
 * @example trunc(tensor([-1.5, 2])).toArray(); // [-1, 2]
 */
export const trunc: Unary = step("trunc", "y = \\mathrm{trunc}(x)", Math.trunc, { aliases: ["fix"] });

/** Rounds to the nearest integer; halves go to the even neighbour. */
const toEven = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

/** The op of rounding to integers; `round` handles `decimals`. */
const roundToInteger: Unary = step("round", "y = \\mathrm{round}(x)", toEven, {
  aliases: ["special.round"],
  signature: "input, decimals=0",
  samples: (r) => [{ input: r.uniform([2, 3], 0.11, 0.14), decimals: 1 }],
  call: round,
});

/** Parameters of rounding to decimals. */
interface Decimals {
  readonly decimals: number;
}

const roundDecimalsOp: Run<Decimals> = defineOp<Decimals>({
  name: "roundDecimals",
  torch: "ops.aten.round.decimals",
  access: "internal",
  signature: "input, decimals",
  label: ({ decimals }) => `round to ${decimals} decimals`,
  tex: { forward: "y = 10^{-d}\\, \\mathrm{round}(10^d x)", vjp: "\\bar x = 0" },
  stops: "step",
  outputs: ([x]) => {
    requireFloat("round", x.dtype);
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [x], { params: { decimals }, outputs: [{ dtype }] }) => {
    // each step is rounded to the dtype, as in PyTorch: 1e30 to 20 decimals overflows in float32
    const to = dtype === "float32" ? Math.fround : (v: number): number => v;
    const power = to(10 ** Math.abs(decimals));
    for (let i = 0; i < x.length; i++)
      out[i] = decimals < 0 ? toEven(to(x[i] / power)) * power : toEven(to(x[i] * power)) / power;
  },
  saves: {},
  vjp: (_g, { metas: [x] }) => [zeros(x.shape, { dtype: x.dtype })],
  jvp: (_tangents, { metas: [x] }) => zeros(x.shape, { dtype: x.dtype }),
  batch: "elementwise",
  samples: (r) => [
    { input: r.uniform([2, 3], 0.11, 0.14), decimals: 1 },
    { input: r.uniform([3], 11, 14), decimals: -1 },
  ],
  call: (input: Tensor, decimals: number) => round(input, { decimals }),
});

/** Options of `round`. */
export interface RoundOptions {
  /** Digits kept after the decimal point; negative ones round to tens, hundreds and so on. Float tensors only, unless it is 0. */
  readonly decimals?: number;
}

/**
 * Returns each element rounded to the nearest integer, or to the nearest multiple of 10^-decimals; halves go to the even neighbour. The gradient is 0.
 * @throws DTypeError for bools, and for integers with `decimals`; ArgumentError when `decimals` is not an integer.
 * @example
 * round(tensor([0.5, 1.5, 2.4])).toArray(); // [0, 2, 2]
 * round(tensor([1.26, -3.14], { dtype: "float64" }), { decimals: 1 }).toArray(); // [1.3, -3.1]
 * round(tensor([1234, 1250]), { decimals: -2 }).toArray(); // [1200, 1200]
 */
export function round(input: Tensor, { decimals = 0 }: RoundOptions = {}): Tensor {
  if (!Number.isInteger(decimals))
    throw new ArgumentError("round", `decimals must be an integer, but got ${JSON.stringify(decimals)}`);
  return decimals === 0 ? roundToInteger(input) : roundDecimalsOp([requireTensor("round", input)], { decimals });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the greatest integer not above each element. The gradient is 0. */
    floor(): Tensor;
    /** Rounds each element down in place. */
    floor_(): Tensor;
    /** Returns the least integer not below each element. The gradient is 0. */
    ceil(): Tensor;
    /** Rounds each element up in place. */
    ceil_(): Tensor;
    /** Returns each element rounded to the nearest integer, or to `decimals`; halves go to the even neighbour. The gradient is 0. */
    round(options?: RoundOptions): Tensor;
    /** Rounds each element in place. */
    round_(options?: RoundOptions): Tensor;
    /** Returns the integer part of each element. The gradient is 0. */
    trunc(): Tensor;
    /** Rounds each element toward 0 in place. */
    trunc_(): Tensor;
  }
}
