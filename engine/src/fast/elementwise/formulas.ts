/** Elementwise functions of one tensor and up to three numbers. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as Form from "../abi/codes/elementwise-form.ts";
import * as Formula from "../abi/codes/formula.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, isFloat, isFloat32, resultAddressOf } from "../wasm/operands.ts";
import { computeBoundTime, minSharedElements, minWasmElements, shareElements } from "./job.ts";

type FormulaName = keyof typeof Formula;

/** The numbers of a formula. */
type Numbers = readonly number[];

/** The numbers of a formula from the parameters of its op; `null` where the reference kernel is needed. */
type NumbersOf = (params: never, x: Strided) => Numbers | null;

const none: NumbersOf = () => [];

/** Returns the largest number of a tensor's dtype. */
const largest = (x: Strided): number => (isFloat32(x) ? 2 ** 127 * (2 - 2 ** -23) : Number.MAX_VALUE);

/** Rounds numbers that elements are compared with to the dtype, as PyTorch does. */
const rounded = (x: Strided, ...numbers: Numbers): Numbers => (isFloat32(x) ? numbers.map(Math.fround) : numbers);

/** The formula of each op, and its numbers. */
const formulas: Readonly<Record<string, readonly [formula: FormulaName, numbers: NumbersOf]>> = {
  silu: ["silu", none],
  mish: ["mish", none],
  softplus: [
    "softplus",
    ({ beta, threshold }: { readonly beta: number; readonly threshold: number }) => [beta, threshold],
  ],
  logSigmoid: ["logSigmoid", none],
  ...Object.fromEntries(
    ["elu", "selu", "celu"].map((name) => [
      name,
      [
        "exponentialLinear",
        (p: { readonly positive: number; readonly negative: number; readonly rate: number }) => [
          p.positive,
          p.negative,
          p.rate,
        ],
      ],
    ]),
  ),
  expm1: ["expm1", none],
  log1p: ["log1p", none],
  logit: [
    "logit",
    ({ eps }: { readonly eps: number | null }, x) =>
      eps === null ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : rounded(x, eps, 1 - eps),
  ],
  leakyRelu: ["leakyRelu", ({ slope }: { readonly slope: number }) => [slope]],
  ...Object.fromEntries(
    ["hardtanh", "relu6"].map((name) => [
      name,
      ["limit", ({ min, max }: { readonly min: number; readonly max: number }) => [min, max]],
    ]),
  ),
  hardsigmoid: ["hardsigmoid", none],
  hardswish: ["hardswish", none],
  softshrink: ["softshrink", ({ lambd }: { readonly lambd: number }) => [lambd]],
  hardshrink: ["hardshrink", ({ lambd }: { readonly lambd: number }) => [lambd]],
  threshold: ["threshold", ({ limit, value }: { readonly limit: number; readonly value: number }) => [limit, value]],
  frac: ["frac", none],
  deg2rad: ["scale", () => [Math.PI / 180]],
  rad2deg: ["scale", () => [180 / Math.PI]],
  nanToNum: [
    "nanToNum",
    (p: { readonly nan: number; readonly posinf: number | null; readonly neginf: number | null }, x) => [
      p.nan,
      p.posinf ?? largest(x),
      p.neginf ?? -largest(x),
    ],
  ],
  angle: ["angle", none],
  entr: ["entr", none],
  huber: ["huber", ({ delta }: { readonly delta: number }, x) => rounded(x, delta)],
  sinh: ["sinh", none],
  cosh: ["cosh", none],
};

const formula =
  (name: FormulaName, numbersOf: NumbersOf): FastKernel =>
  ([out], [x], params) => {
    const n = out.storage.length;
    const wasm = kernelsFor(n, minWasmElements);
    if (wasm === null || !isFloat(x) || x.storage.dtype !== out.storage.dtype) return false;
    const numbers = numbersOf(params as never, x);
    if (numbers === null) return false;
    const [p = 0, q = 0, r = 0] = numbers;
    const [from, to] = [addressOf(x), resultAddressOf(out)];
    const isShared =
      isFloat32(x) &&
      n >= minSharedElements &&
      shareElements(wasm, Form.formula, Formula[name], n, computeBoundTime, from, 0, to, numbers);
    if (!isShared) kernelsOf(wasm, x)[name](n, from, p, q, r, to);
    return finishKernel();
  };

/** The fast kernel of the limits `min` and `max`, for ops that are composed of it. */
export const limit: FastKernel = formula(...formulas["hardtanh"]);

for (const [op, [name, numbersOf]] of Object.entries(formulas)) {
  registerFastKernel(op, formula(name, numbersOf));
}
