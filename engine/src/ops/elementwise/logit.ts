/** The inverse of the logistic function, and the replacement of numbers that are not finite. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { castTo, mapper } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { type DType, floatResult } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { gt, isfinite, logicalOr, lt } from "./compare.ts";
import { div } from "./division.ts";
import { where } from "./where.ts";

/** Options of `logit`. */
export interface LogitOptions {
  /** Distance from 0 and 1 that the elements are clamped to; they are not clamped if it is `null`. */
  readonly eps?: number | null;
}

interface Clamp {
  readonly eps: number | null;
}

/** Returns g times the derivative, 1 / (x (1 - x)), of elements inside the range. Of others it is 0 if they are clamped, else NaN. */
function logitSlope(g: Tensor, x: Tensor, eps: number | null): Tensor {
  const outside = logicalOr(lt(x, eps ?? 0), gt(x, 1 - (eps ?? 0)));
  return where(outside, eps === null ? Number.NaN : 0, div(g, mul(x, sub(1, x))));
}

const logitOp: Run<Clamp> = defineOp<Clamp>({
  name: "logit",
  breaks: "logarithm",
  torch: "logit",
  aliases: ["special.logit"],
  access: "in-place",
  signature: "input, eps=null",
  label: () => "logit",
  tex: { forward: "y = \\ln \\frac{x}{1 - x}", vjp: "\\bar x = \\bar y / (x (1 - x))" },
  outputs: ([x]) => ({ shape: x.shape, dtype: floatResult(x.dtype) }),
  kernel: (out, [x], { params: { eps }, outputs: [{ dtype }] }) => {
    const clamped = (v: number): number => (eps === null ? v : v < eps ? eps : v > 1 - eps ? 1 - eps : v);
    mapper((v) => {
      const z = clamped(v);
      return Math.log(z / (1 - z));
    })(out, castTo(x, dtype));
  },
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x], params: { eps } }) => [logitSlope(g, x, eps)],
  jvp: ([dx], { inputs: [x], params: { eps } }) => logitSlope(dx as Tensor, x, eps),
  batch: "elementwise",
  samples: (r) => [
    { input: r.uniform([2, 3], 0.2, 0.8) },
    { input: r.uniform([3], 0.2, 0.8), eps: 0.1 },
    { input: r.uniform([3], -0.8, 0.05), eps: 0.1 },
  ],
  call: logit,
});

/**
 * Returns ln(x / (1 - x)) of each element, clamped to [eps, 1 - eps] if `eps` is given. Integers become float32. The gradient outside of [0, 1] is NaN, and that of
 * clamped elements is 0.
 * @example logit(tensor([0.5, 2]), { eps: 0.5 }).toArray(); // [0, 0]
 */
export function logit(input: Tensor, { eps = null }: LogitOptions = {}): Tensor {
  return logitOp([requireTensor("logit", input)], { eps });
}

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** Replacement of NaN; 0 by default. */
  readonly nan?: number | null;
  /** Replacement of ∞; the largest number of the dtype by default. */
  readonly posinf?: number | null;
  /** Replacement of -∞; the least number of the dtype by default. */
  readonly neginf?: number | null;
}

interface Replacements {
  readonly nan: number;
  readonly posinf: number | null;
  readonly neginf: number | null;
}

const largest = (dtype: DType): number => (dtype === "float64" ? Number.MAX_VALUE : 2 ** 127 * (2 - 2 ** -23));

const nanToNumOp: Run<Replacements> = defineOp<Replacements>({
  name: "nanToNum",
  torch: "nan_to_num",
  access: "in-place",
  signature: "input, nan=0, posinf=null, neginf=null",
  label: () => "nanToNum",
  tex: { forward: "y = [x \\text{ is finite}]\\, x", vjp: "\\bar x = [x \\text{ is finite}]\\, \\bar y" },
  outputs: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  kernel: (out, [x], { params: { nan, posinf, neginf }, outputs: [{ dtype }] }) => {
    const high = posinf ?? largest(dtype);
    const low = neginf ?? -largest(dtype);
    mapper((v) =>
      Number.isNaN(v) ? nan : v === Number.POSITIVE_INFINITY ? high : v === Number.NEGATIVE_INFINITY ? low : v,
    )(out, x);
  },
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x] }) => [where(isfinite(x), g, 0)],
  jvp: ([dx], { inputs: [x] }) => where(isfinite(x), dx as Tensor, 0),
  batch: "elementwise",
  samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([3]), nan: 1, posinf: 2, neginf: -2 }],
  call: nanToNum,
});

/**
 * Returns the elements with NaN, ∞ and -∞ replaced by finite numbers. The gradient of replaced elements is 0.
 * @example nanToNum(tensor([NaN, Infinity]), { posinf: 9 }).toArray(); // [0, 9]
 */
export function nanToNum(input: Tensor, { nan, posinf, neginf }: NanToNumOptions = {}): Tensor {
  return nanToNumOp([requireTensor("nanToNum", input)], {
    nan: nan ?? 0,
    posinf: posinf ?? null,
    neginf: neginf ?? null,
  });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns ln(x / (1 - x)) of each element. */
    logit(options?: LogitOptions): Tensor;
    /** Replaces each element by ln(x / (1 - x)). */
    logit_(options?: LogitOptions): Tensor;
    /** Returns the elements with NaN, ∞ and -∞ replaced. */
    nanToNum(options?: NanToNumOptions): Tensor;
    /** Replaces NaN, ∞ and -∞ by finite numbers. */
    nanToNum_(options?: NanToNumOptions): Tensor;
  }
}
