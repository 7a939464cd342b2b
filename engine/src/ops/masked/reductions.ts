/** Sums, products and statistics of the elements that a mask selects. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { onesLike } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import { type Dims, normalizeDims } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { square, sub } from "../elementwise/arithmetic.ts";
import { clampMin } from "../elementwise/clamp.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { sqrt } from "../elementwise/exponential.ts";
import { prod } from "../reduce/prod.ts";
import { merge } from "../reduce/reduction.ts";
import { sum } from "../reduce/sum.ts";
import { filled, fullMask, inDType, type MaskedReduceOptions } from "./mask.ts";

/** A reduction over dimensions, over all by default. */
export type MaskedReduction = (
  input: Tensor,
  dim?: Dims | null | MaskedReduceOptions,
  options?: Omit<MaskedReduceOptions, "dim">,
) => Tensor;

/** Samples of masked reductions. */
export const maskedSamples = (r: SampleSource): Arguments[] => [
  { input: r.distinct([2, 3]) },
  { input: r.distinct([2, 3, 2]), dim: [0, -1], mask: r.integers([3, 1], 0, 2).add(1).to("bool"), keepdim: true },
  { input: r.distinct([2, 4]), dim: 1, mask: r.integers([4], 0, 2).cumsum(0).to("bool"), dtype: "float64" },
];

/** Defines a reduction of PyTorch's `masked`. */
export const reduction = (
  name: string,
  torch: string,
  tex: string,
  body: (x: Tensor, options: MaskedReduceOptions) => Tensor,
): MaskedReduction =>
  defineComposite(
    {
      name,
      torch: `masked.${torch}`,
      access: "function",
      signature: "input, dim=null, keepdim=false, dtype=null, mask=null",
      tex,
      samples: maskedSamples,
    },
    (input: Tensor, dim?: Dims | null | MaskedReduceOptions, options: Omit<MaskedReduceOptions, "dim"> = {}): Tensor =>
      body(requireTensor(name, input), merge<MaskedReduceOptions>(dim, options)),
  );

/**
 * Returns the sum over dimensions, over all by default, of the elements where the mask is true; 0 where there are none. Elements that are masked out have the gradient 0.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.sum(tensor([1, 2, 4]), { mask: tensor([true, false, true]) }).item(); // 5
 */
export const maskedSum: MaskedReduction = reduction(
  "maskedSum",
  "sum",
  "y = \\textstyle\\sum_i m_i x_i",
  (x, { mask, ...options }) => sum(filled("maskedSum", x, mask, 0), options),
);

/**
 * Returns the product over dimensions, over all by default, of the elements where the mask is true; 1 where there are none. Elements that are masked out have the gradient 0.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.prod(tensor([3, 2, 4]), { mask: tensor([true, false, true]) }).item(); // 12
 */
export const maskedProd: MaskedReduction = reduction(
  "maskedProd",
  "prod",
  "y = \\textstyle\\prod_{m_i} x_i",
  (x, { dim, keepdim = false, dtype = null, mask }) => {
    const dims = normalizeDims("maskedProd", dim, x.ndim);
    const full = inDType(filled("maskedProd", x, mask, 1), dtype);
    // from the last dimension, as the positions of those in front stay
    return dims.length === 0 ? prod(full) : dims.reduceRight((y, d) => prod(y, { dim: d, keepdim }), full);
  },
);

/** Returns the number of elements that count, over dimensions. */
const countOf = (op: string, x: Tensor, { mask, dim, keepdim }: MaskedReduceOptions): Tensor =>
  sum(mask ? fullMask(op, x, mask) : onesLike(x.detach(), { dtype: "bool" }), {
    dim: dim ?? null,
    keepdim: keepdim ?? false,
  });

/**
 * Returns the mean over dimensions, over all by default, of the elements where the mask is true; NaN where there are none. Elements that are masked out have the gradient 0.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.mean(tensor([1, 2, 5]), { mask: tensor([true, false, true]) }).item(); // 3
 */
export const maskedMean: MaskedReduction = reduction(
  "maskedMean",
  "mean",
  "y = \\textstyle\\sum_i m_i x_i / \\sum_i m_i",
  (x, options) => {
    const dtype = options.dtype ?? x.dtype;
    if (!isFloating(dtype)) throw new DTypeError("maskedMean", "expected a float tensor", [dtype]);
    const { mask, ...rest } = options;
    return div(sum(filled("maskedMean", x, mask, 0), rest), countOf("maskedMean", x, options));
  },
);

/** Options of masked variances. */
export interface MaskedVarOptions extends MaskedReduceOptions {
  /** Whether to divide by n - 1, which is the default, or by n. */
  readonly unbiased?: boolean | null;
  /** The number that is subtracted from the number of elements; 1 by default. */
  readonly correction?: number | null;
}

type Variance = (
  input: Tensor,
  dim?: Dims | null | MaskedVarOptions,
  unbiased?: boolean | null | Omit<MaskedVarOptions, "dim">,
  options?: Omit<MaskedVarOptions, "dim" | "unbiased">,
) => Tensor;

/** Returns Σ (x - mean)² / max(n - correction, 0) of the elements that count. */
function varianceOf(op: string, x: Tensor, options: MaskedVarOptions): Tensor {
  const { dim, keepdim = false, mask, unbiased = null, correction = null } = options;
  if (unbiased !== null && correction !== null)
    throw new ArgumentError(op, "only one of unbiased and correction may be given");
  const dtype = options.dtype ?? (isFloating(x.dtype) ? x.dtype : "float32");
  const computed = isFloating(dtype) ? dtype : "float32";
  const total = (y: Tensor, keep: boolean): Tensor =>
    sum(filled(op, y, mask, 0), { dim: dim ?? null, keepdim: keep, dtype: computed });
  const mean = div(total(x, true), countOf(op, x, { ...options, keepdim: true }));
  // filled before the difference, so that NaN that is masked out has the gradient 0
  const spread = total(square(sub(filled(op, x, mask, 0), mean)), keepdim);
  const count = sub(to(countOf(op, x, options), computed), correction ?? (unbiased === false ? 0 : 1));
  return to(div(spread, clampMin(count, 0)), dtype);
}

/** Defines `var` or `std`. */
const variance = (name: string, torch: string, tex: string, finish: (y: Tensor) => Tensor): Variance =>
  defineComposite(
    {
      name,
      torch: `masked.${torch}`,
      access: "function",
      signature: "input, dim=null, unbiased=null, correction=null, keepdim=false, dtype=null, mask=null",
      tex,
      samples: (r) => [
        { input: r.distinct([2, 3]), unbiased: false },
        ...maskedSamples(r).map((sample) => ({ ...sample, correction: 0 })),
      ],
    },
    (
      input: Tensor,
      dim?: Dims | null | MaskedVarOptions,
      unbiased: boolean | null | Omit<MaskedVarOptions, "dim"> = null,
      options: Omit<MaskedVarOptions, "dim" | "unbiased"> = {},
    ): Tensor => {
      const named = typeof unbiased === "boolean" || unbiased === null ? { unbiased } : unbiased;
      const merged = merge<MaskedVarOptions>(dim, { ...options, ...named });
      return finish(varianceOf(name, requireTensor(name, input), merged));
    },
  );

/**
 * Returns the variance over dimensions, over all by default, of the elements where the mask is true: Σ (x - mean)² / (n - correction). NaN where there are none. Integers become
 * float32.
 * @throws ArgumentError for both `unbiased` and `correction`; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.var(tensor([1, 9, 3]), { mask: tensor([true, false, true]) }).item(); // 2
 */
export const maskedVar: Variance = variance(
  "maskedVar",
  "var",
  "y = \\tfrac{1}{n - c} \\textstyle\\sum_{m_i} (x_i - \\mu)^2",
  (y) => y,
);

/**
 * Returns the standard deviation over dimensions, over all by default, of the elements where the mask is true, the root of `masked.var`. NaN where there are none. Integers become
 * float32.
 * @throws ArgumentError for both `unbiased` and `correction`; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.std(tensor([1, 9, 5]), { mask: tensor([true, false, true]), correction: 0 }).item(); // 2
 */
export const maskedStd: Variance = variance(
  "maskedStd",
  "std",
  "y = \\sqrt{\\tfrac{1}{n - c} \\textstyle\\sum_{m_i} (x_i - \\mu)^2}",
  sqrt,
);
