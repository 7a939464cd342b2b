/** Gradients of elementwise functions of one tensor, in one pass. */
import { blank } from "../../dispatch/blank.ts";
import { type FastRule, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import * as Form from "../abi/codes/elementwise-form.ts";
import * as SlopeFormula from "../abi/codes/slope-formula.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, haveSameFloatDtype, isFloat32, resultAddressOf } from "../wasm/operands.ts";
import { computeBoundTime, minSharedElements, minWasmElements, shareElements } from "./job.ts";

type SlopeName = keyof typeof SlopeFormula;

/** The numbers of a formula, from the parameters of the op. */
type NumbersOf = (params: never) => readonly number[];

/** A gradient: its formula, the tensor that it reads, and its numbers. */
type Slope = readonly [formula: SlopeName, saved: "x" | "y", numbers?: NumbersOf];

const constant =
  (...numbers: readonly number[]): NumbersOf =>
  () =>
    numbers;

interface Linear {
  readonly positive: number;
  readonly negative: number;
  readonly rate: number;
}

const exponentialLinear: Readonly<Slope> = [
  "exponentialLinear",
  "x",
  ({ positive, negative, rate }: Linear) => [positive, negative * rate, rate],
];
const between: Readonly<Slope> = [
  "between",
  "x",
  ({ min, max }: { readonly min: number; readonly max: number }) => [min, max],
];
const outside: Readonly<Slope> = ["outside", "x", ({ lambd }: { readonly lambd: number }) => [lambd]];

const slopes: Readonly<Record<string, Slope>> = {
  silu: ["silu", "x"],
  mish: ["mish", "x"],
  softplus: [
    "softplus",
    "x",
    ({ beta, threshold }: { readonly beta: number; readonly threshold: number }) => [beta, threshold],
  ],
  logSigmoid: ["logSigmoid", "x"],
  elu: exponentialLinear,
  selu: exponentialLinear,
  celu: exponentialLinear,
  leakyRelu: ["leakyRelu", "x", ({ slope }: { readonly slope: number }) => [slope]],
  hardtanh: between,
  relu6: between,
  hardsigmoid: ["hardsigmoid", "x"],
  hardswish: ["hardswish", "x"],
  softshrink: outside,
  hardshrink: outside,
  threshold: ["threshold", "x", ({ limit }: { readonly limit: number }) => [limit]],
  abs: ["abs", "x"],
  huber: ["huber", "x", ({ delta }: { readonly delta: number }) => [delta, -delta]],
  log2: ["quotient", "x", constant(Math.LN2)],
  log10: ["quotient", "x", constant(Math.LN10)],
  log1p: ["log1p", "x"],
  exp2: ["product", "y", constant(Math.LN2)],
  expm1: ["increment", "y"],
  reciprocal: ["reciprocal", "y"],
  sqrt: ["sqrt", "y"],
  rsqrt: ["rsqrt", "y"],
  erf: ["gaussian", "x", constant(2 / Math.sqrt(Math.PI), -1)],
  erfc: ["gaussian", "x", constant(-2 / Math.sqrt(Math.PI), -1)],
  ndtr: ["gaussian", "x", constant(1 / Math.sqrt(2 * Math.PI), -0.5)],
  erfinv: ["gaussian", "y", constant(Math.sqrt(Math.PI) / 2, 1)],
  ndtri: ["gaussian", "y", constant(Math.sqrt(2 * Math.PI), 0.5)],
  tan: ["squareIncrement", "y"],
  asin: ["arcsine", "x", constant(1)],
  acos: ["arcsine", "x", constant(-1)],
  atan: ["atan", "x"],
  atanh: ["atanh", "x"],
  asinh: ["asinh", "x"],
  acosh: ["acosh", "x"],
  logit: [
    "logit",
    "x",
    ({ eps }: { readonly eps: number | null }) => [eps ?? 0, 1 - (eps ?? 0), eps === null ? Number.NaN : 0],
  ],
  nanToNum: ["finite", "x"],
};

/** Returns the cotangent times the derivative at a saved tensor; `null` where a kernel declines. */
export function throughSlope(name: SlopeName, g: Tensor, s: Tensor, numbers: readonly number[]): Tensor | null {
  const n = sizeOf(g.shape);
  const wasm = haveSameFloatDtype([g, s]) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return null;
  const dx = blank(g, null);
  const [p = 0, q = 0, r = 0] = numbers;
  const [from, by, to] = [addressOf(g), addressOf(s), resultAddressOf(dx)];
  const isShared =
    isFloat32(g) &&
    n >= minSharedElements &&
    shareElements(wasm, Form.slopeFormula, SlopeFormula[name], n, computeBoundTime, from, by, to, numbers);
  if (!isShared) kernelsOf(wasm, g)[`${name}SlopeFormula`](n, from, by, p, q, r, to);
  finishKernel();
  return dx;
}

const rule =
  ([name, saved, numbersOf]: Slope): FastRule =>
  (g, ctx) => {
    const dx = throughSlope(
      name,
      g,
      saved === "x" ? ctx.inputs[0] : ctx.output,
      numbersOf?.(ctx.params as never) ?? [],
    );
    return dx === null ? null : [dx];
  };

for (const [op, slope] of Object.entries(slopes)) {
  registerFastRule(op, rule(slope));
}
