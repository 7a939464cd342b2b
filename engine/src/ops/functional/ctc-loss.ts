/** Connectionist temporal classification. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, Tensor } from "../../tensor/tensor.ts";
import { add, neg, sub } from "../elementwise/arithmetic.ts";
import { clampMin } from "../elementwise/clamp.ts";
import { gt } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { exp } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";
import { gather } from "../indexing/gather.ts";
import { sum } from "../reduce/sum.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { select } from "../shape/window.ts";
import { labelsOf } from "./ctc-labels.ts";
import { ctcLikelihood, never } from "./ctc-likelihood.ts";
import { type Reduction, reduced } from "./loss-reduction.ts";

/** Options of `ctcLoss`. */
export interface CTCLossOptions {
  /** Class of the blank; 0 by default. */
  readonly blank?: number;
  readonly reduction?: Reduction;
  /** Whether infinite losses, of targets that are longer than their input, count as 0. */
  readonly zeroInfinity?: boolean;
}

/** Returns a number of steps for each row. */
function lengthList(
  op: string,
  given: Tensor | readonly number[] | number,
  rows: number,
  most: number,
  what: string,
): number[] {
  if (given instanceof Tensor) requireIndices(op, given.dtype);
  const list = given instanceof Tensor ? Array.from(contiguousArray(given), Number) : [given].flat();
  if (list.length !== rows)
    throw new ShapeError(op, `${what} must have one number for each of ${rows} rows`, [[list.length]]);
  const wrong = list.find((n) => !Number.isInteger(n) || n < 0 || n > most);
  if (wrong !== undefined) throw new ArgumentError(op, `${what} must lie in 0 … ${most}, but contain ${wrong}`);
  return list;
}

/** Returns 0, with the gradient e^lp with respect to the log probabilities of the steps that count. */
function zeroWithGradient(lp: Tensor, inputLengths: readonly number[]): Tensor {
  const [steps, rows] = lp.shape;
  const counts = Uint8Array.from({ length: steps * rows }, (_, i) =>
    Math.floor(i / rows) < inputLengths[i % rows] ? 1 : 0,
  );
  const total = sum(where(fromArray(counts, "bool", [steps, rows, 1]), exp(lp), 0), [0, 2]);
  return sub(total, total.detach());
}

/**
 * Returns the connectionist temporal classification loss: the negative logarithm of the probability of all paths of the input that give the target, when repetitions and then blanks are removed.
 * `logProbs` [T, N, C], or [T, C] for one example, are the results of `logSoftmax`; `targets` [N, S], or all targets one behind the other, have classes other than the blank. The mean divides each loss by
 * the length of its target first. An impossible target has the loss ∞, or 0 with `zeroInfinity`, and the gradient 0. The gradient is that of PyTorch, which is the derivative for
 * changes that keep Σ eˣ = 1: it differs from the derivative by e^logProbs, as which `logSoftmax` makes no difference of. Source: Graves et al., 2006.
 * @throws ShapeError for wrong shapes; ArgumentError for lengths and classes out of range; DTypeError for probabilities that are not floats, and for targets that are not integers.
 * @example
 * const logProbs = tensor([[0.5, 0.5]], { dtype: "float64" }).log();
 * ctcLoss(logProbs, tensor([1], { dtype: "int32" }), [1], [1]).exp().item(); // 2
 */
export const ctcLoss: (
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Tensor | readonly number[] | number,
  targetLengths: Tensor | readonly number[] | number,
  options?: CTCLossOptions,
) => Tensor = defineComposite(
  {
    name: "ctcLoss",
    torch: "nn.functional.ctc_loss",
    aliases: ["ctc_loss"],
    access: "function",
    signature: 'logProbs, targets, inputLengths, targetLengths, blank=0, reduction="mean", zeroInfinity=false',
    dims: "logProbs: steps batch classes | steps classes; targets: batch labels= | labels=; inputLengths: batch | .; targetLengths: batch | .",
    tex: "\\ell = -\\ln \\textstyle\\sum_{\\pi \\to z} \\prod_t p_t(\\pi_t)",
    samples: (r) => [
      {
        logProbs: r.normal([4, 2, 3]),
        targets: r.integers([2, 2], 1, 3),
        inputLengths: [4, 3],
        targetLengths: [1, 1],
      },
      {
        logProbs: r.normal([5, 2, 3]),
        targets: r.integers([3], 0, 2),
        inputLengths: [5, 5],
        targetLengths: [1, 2],
        blank: 2,
        reduction: "none",
        zeroInfinity: true,
      },
      { logProbs: r.normal([3, 3]), targets: r.integers([1], 1, 3), inputLengths: 3, targetLengths: 1 },
    ],
  },
  (
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | readonly number[] | number,
    targetLengths: Tensor | readonly number[] | number,
    { blank = 0, reduction = "mean", zeroInfinity = false }: CTCLossOptions = {},
  ): Tensor => {
    const given = requireTensor("ctcLoss", logProbs);
    requireFloat("ctcLoss", given.dtype);
    if (given.ndim !== 2 && given.ndim !== 3)
      throw new ShapeError("ctcLoss", "logProbs must have the shape [T, N, C] or [T, C]", [given.shape]);
    const lp = given.ndim === 2 ? unsqueeze(given, 1) : given;
    const [steps, rows, classes] = lp.shape;
    if (!(Number.isInteger(blank) && blank >= 0 && blank < classes))
      throw new ArgumentError("ctcLoss", `blank must be one of ${classes} classes, but got ${blank}`);
    const inputs = lengthList("ctcLoss", inputLengths, rows, steps, "inputLengths");
    const lengths = lengthList("ctcLoss", targetLengths, rows, Number.MAX_SAFE_INTEGER, "targetLengths");
    const labels = labelsOf(requireTensor("ctcLoss", targets), lengths, inputs, classes, blank);
    const { states, skips, begins, ends } = labels;
    const emitted = gather(clampMin(lp, never), 2, expand(unsqueeze(states, 0), [steps, ...states.shape]));
    const loss = neg(ctcLikelihood([emitted, skips, begins, ends], inputs));
    const infinite = gt(loss, -never / 10);
    const losses = where(infinite, zeroInfinity ? 0 : Infinity, add(loss, zeroWithGradient(lp, inputs)));
    if (given.ndim === 2 && reduction !== "mean") return reduced("ctcLoss", select(losses, 0, 0), reduction);
    if (reduction !== "mean") return reduced("ctcLoss", losses, reduction);
    const divisors = Float64Array.from(lengths, (n) => Math.max(n, 1));
    return reduced("ctcLoss", div(losses, fromArray(divisors, "float64", [rows]).to(losses.dtype)), "mean");
  },
);
