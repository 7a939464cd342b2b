/** Losses of probabilities. */
import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { zipper } from "../../dispatch/loops.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, requireBroadcast, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { clamp } from "../elementwise/clamp.ts";
import { div } from "../elementwise/division.ts";
import { exp, log, log1p } from "../elementwise/exponential.ts";
import { xlogy } from "../elementwise/log-add.ts";
import { sum } from "../reduce/sum.ts";
import { type Reduction, reduced } from "./loss-reduction.ts";

/** Returns the derivative of the cross-entropy of probability x and target z with respect to x, with a limit on the divisor. */
const slope = (x: Tensor, z: Tensor): Tensor => div(sub(x, z), clamp(mul(sub(1, x), x), 1e-12));

/** Returns the derivative with respect to the target, ln(1 - x) - ln x. */
const targetSlope = (x: Tensor): Tensor => sub(log1p(neg(x)), log(x));

/** Returns the cross-entropy of probability x and target z, with logarithms of at least -100. */
function crossEntropyOf(x: number, z: number): number {
  if (x < 0 || x > 1) return outside(x);
  return (z - 1) * Math.max(Math.log1p(-x), -100) - z * Math.max(Math.log(x), -100);
}

const crossEntropies = zipper(crossEntropyOf);

/** Throws the error for a number that is no probability. */
function outside(x: number): never {
  throw new ArgumentError("binaryCrossEntropy", `probabilities must lie in [0, 1], but got ${x}`);
}

/** The op of the cross-entropy of each probability and target. */
const bernoulliOp: Run<null> = defineOp<null>({
  name: "bernoulliNll",
  torch: "ops.aten.binary_cross_entropy",
  access: "internal",
  signature: "input, target",
  label: () => "−log p",
  tex: {
    forward: "y = -z \\ln x - (1 - z) \\ln(1 - x)",
    vjp: "\\bar x = (x - z) / (x (1 - x))\\, \\bar y,\\ \\bar z = \\ln((1 - x) / x)\\, \\bar y",
  },
  outputs: ([x, z]) => ({ shape: broadcastShapes("binaryCrossEntropy", [x.shape, z.shape]), dtype: x.dtype }),
  kernel: (out, [x, z], { inputs, outputs: [y] }) =>
    crossEntropies(out, x, z, inputs[0].shape, inputs[1].shape, y.shape),
  saves: [{ inputs: [0, 1] }, { inputs: [0] }],
  vjp: (g, { inputs, needs }) => [
    needs[0] ? mul(g, slope(inputs[0], inputs[1])) : null,
    needs[1] ? mul(g, targetSlope(inputs[0])) : null,
  ],
  jvp: ([dx, dz], { inputs }) => {
    const first = dx === null ? null : mul(dx, slope(inputs[0], inputs[1]));
    const second = dz === null ? null : mul(dz, targetSlope(inputs[0]));
    return first === null ? (second as Tensor) : second === null ? first : add(first, second);
  },
  batch: "elementwise",
  samples: (r) => [{ input: r.uniform([2, 3], 0.1, 0.9), target: r.uniform([2, 3], 0, 1) }],
  call: (input: Tensor, target: Tensor) => bernoulliOp([input, target], null),
});

/** Options of `binaryCrossEntropy`. */
export interface BCEOptions {
  /** Factors of the losses, which broadcast to the shape of the input. */
  readonly weight?: Tensor | null;
  readonly reduction?: Reduction;
}

/**
 * Returns the mean of the cross-entropies of probabilities and targets in [0, 1], or their sum, or each. Logarithms below -100 count as -100, and the gradient
 * divides by at least 1e-12, so that both stay finite. `binaryCrossEntropyWithLogits` is more accurate where the probabilities come from a sigmoid.
 * @throws ArgumentError for a probability outside of [0, 1]; ShapeError when the shapes differ, or when the weight does not broadcast to them; DTypeError for
 * integers and bools.
 * @example binaryCrossEntropy(tensor([0.5]), tensor([1])).item(); // 0.6931…
 */
export const binaryCrossEntropy: (input: Tensor, target: Tensor, options?: BCEOptions) => Tensor = defineComposite(
  {
    name: "binaryCrossEntropy",
    torch: "nn.functional.binary_cross_entropy",
    access: "function",
    signature: 'input, target, weight=null, reduction="mean"',
    dims: "input: ..=; target: ..=; weight: ..*",
    tex: "\\ell = -\\tfrac1n \\textstyle\\sum_i z_i \\ln x_i + (1 - z_i) \\ln(1 - x_i)",
    samples: (r) => [
      { input: r.uniform([2, 3], 0.1, 0.9), target: r.uniform([2, 3], 0, 1) },
      {
        input: r.uniform([2, 3], 0.1, 0.9),
        target: r.uniform([2, 3], 0, 1),
        weight: r.uniform([3], 0.5, 1),
        reduction: "sum",
      },
    ],
  },
  (input: Tensor, target: Tensor, { weight = null, reduction = "mean" }: BCEOptions = {}): Tensor => {
    const [x, z] = [requireTensor("binaryCrossEntropy", input), requireTensor("binaryCrossEntropy", target)];
    for (const { dtype } of [x, z]) requireFloat("binaryCrossEntropy", dtype);
    if (z.dtype !== x.dtype)
      throw new DTypeError("binaryCrossEntropy", "the target must have the dtype of the input", [z.dtype, x.dtype]);
    if (!sameShape(x.shape, z.shape))
      throw new ShapeError("binaryCrossEntropy", "the target must have the shape of the input", [x.shape, z.shape]);
    if (weight !== null) requireBroadcast("binaryCrossEntropy", "weight", weight.shape, z.shape);
    const losses = bernoulliOp([x, z], null);
    return reduced("binaryCrossEntropy", weight === null ? losses : mul(losses, weight), reduction);
  },
);

/** Options of `klDiv`. */
export interface KLDivOptions {
  /** The mean of all terms, their sum, none, or `"batchmean"`: the sum divided by the size of the batch, which is the divergence as it is defined. */
  readonly reduction?: Reduction | "batchmean";
  /** Whether the target is a logarithm of probabilities too. */
  readonly logTarget?: boolean;
}

/**
 * Returns the mean of the terms target (ln target - input) of the Kullback–Leibler divergence, where the input is a logarithm of probabilities; or their sum,
 * or each. The divergence itself is given by `reduction: "batchmean"`. Terms with target 0 are 0.
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bools.
 * @example klDiv(tensor([[Math.log(0.5), Math.log(0.5)]]), tensor([[1, 0]]), { reduction: "batchmean" }).item(); // 0.6931…
 */
export const klDiv: (input: Tensor, target: Tensor, options?: KLDivOptions) => Tensor = defineComposite(
  {
    name: "klDiv",
    torch: "nn.functional.kl_div",
    access: "function",
    signature: 'input, target, reduction="mean", logTarget=false',
    tex: "\\ell = \\tfrac1n \\textstyle\\sum_i z_i (\\ln z_i - x_i)",
    samples: (r) => [
      { input: r.normal([2, 3]), target: r.uniform([2, 3], 0.1, 1), reduction: "batchmean" },
      { input: r.normal([3]), target: r.normal([3]), logTarget: true },
    ],
  },
  (input: Tensor, target: Tensor, { reduction = "mean", logTarget = false }: KLDivOptions = {}): Tensor => {
    for (const x of [input, target]) requireFloat("klDiv", requireTensor("klDiv", x).dtype);
    const terms = logTarget ? mul(exp(target), sub(target, input)) : sub(xlogy(target, target), mul(target, input));
    if (reduction !== "batchmean") return reduced("klDiv", terms, reduction);
    return input.ndim === 0 ? sum(terms) : div(sum(terms), input.shape[0]);
  },
);
