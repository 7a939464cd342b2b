/** Norms and logarithms of sums of exponentials of the elements that a mask selects. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { full } from "../../tensor/create.ts";
import { type Dims, normalizeDims } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { div } from "../elementwise/division.ts";
import { logaddexp } from "../elementwise/log-add.ts";
import { maximum } from "../elementwise/maximum.ts";
import { vectorNormAs } from "../linalg/vector-norm.ts";
import { logsumexp } from "../reduce/logsumexp.ts";
import { merge } from "../reduce/reduction.ts";
import { extremeOf, filled, inDType, type MaskedReduceOptions, type MaskOptions } from "./mask.ts";
import { type MaskedReduction, maskedSamples, reduction } from "./reductions.ts";

/** Options of `masked.norm`. */
export interface MaskedNormOptions extends MaskedReduceOptions {
  /** Order p of the norm, also ±Infinity; 2 by default. */
  readonly ord?: number | null;
}

/** Returns the norm of the elements that count. */
function normOf(op: string, input: Tensor, { ord, mask, ...options }: MaskedNormOptions): Tensor {
  const x = requireTensor(op, input);
  requireFloat(op, x.dtype);
  const order = ord ?? 2;
  return vectorNormAs(op, filled(op, x, mask, order === Number.NEGATIVE_INFINITY ? Infinity : 0), order, options);
}

/**
 * Returns the norm of order p over dimensions, over all by default, of the elements where the mask is true, as `linalg.vectorNorm` does; 0 where there are none, and ∞ for p = -∞.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.norm(tensor([3, 9, 4]), { mask: tensor([true, false, true]) }).item(); // 5
 */
export const maskedNorm: (
  input: Tensor,
  ord?: number | null | MaskedNormOptions,
  dim?: Dims | null | Omit<MaskedNormOptions, "ord">,
  options?: Omit<MaskedReduceOptions, "dim">,
) => Tensor = defineComposite(
  {
    name: "maskedNorm",
    torch: "masked.norm",
    access: "function",
    signature: "input, ord=2, dim=null, keepdim=false, dtype=null, mask=null",
    tex: "y = \\left(\\textstyle\\sum_i m_i |x_i|^p\\right)^{1/p}",
    samples: (r) => maskedSamples(r).map((sample) => ({ ...sample, ord: 3 })),
  },
  (
    input: Tensor,
    ord: number | null | MaskedNormOptions = null,
    dim?: Dims | null | Omit<MaskedNormOptions, "ord">,
    options: Omit<MaskedReduceOptions, "dim"> = {},
  ): Tensor => {
    const rest = merge<MaskedReduceOptions>(dim, options);
    return normOf(
      "maskedNorm",
      input,
      typeof ord === "object" && ord !== null ? { ...rest, ...ord } : { ...rest, ord },
    );
  },
);

/** Options of `masked.normalize`. */
export interface MaskedNormalizeOptions extends MaskOptions {
  /** The least divisor; 1e-12 by default. */
  readonly eps?: number;
}

/**
 * Returns the elements where the mask is true divided by their norm of order `ord` along `dim`, or by `eps` if that is larger, and 0 elsewhere.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.normalize(tensor([3, 9, 1]), 1, 0, { mask: tensor([true, false, true]) }).toArray(); // [0.75, 0, 0.25]
 */
export const maskedNormalize: (input: Tensor, ord: number, dim: number, options?: MaskedNormalizeOptions) => Tensor =
  defineComposite(
    {
      name: "maskedNormalize",
      torch: "masked.normalize",
      access: "function",
      signature: "input, ord, dim, eps=1e-12, dtype=null, mask=null",
      tex: "y_i = m_i x_i / \\max(\\lVert m \\odot x \\rVert_p, \\epsilon)",
      samples: (r) => [
        { input: r.normal([2, 3]), ord: 2, dim: 1 },
        { input: r.distinct([4]), ord: 3, dim: 0, eps: 0.01, dtype: "float64", mask: r.integers([4], 1, 2) },
      ],
    },
    (
      input: Tensor,
      ord: number,
      dim: number,
      { eps = 1e-12, dtype = null, mask = null }: MaskedNormalizeOptions = {},
    ): Tensor => {
      const norm = normOf("maskedNormalize", input, { ord, dim, keepdim: true, dtype, mask });
      return div(filled("maskedNormalize", input, mask, 0), maximum(norm, full([], eps, { dtype: norm.dtype })));
    },
  );

/**
 * Returns ln Σ eˣ over dimensions, over all by default, of the elements where the mask is true, without overflow; -∞ where there are none.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.logsumexp(tensor([1, 9]), { mask: tensor([true, false]) }).item(); // 1
 */
export const maskedLogsumexp: MaskedReduction = reduction(
  "maskedLogsumexp",
  "logsumexp",
  "y = \\ln \\textstyle\\sum_{m_i} e^{x_i}",
  (x, { dim, keepdim = false, dtype, mask }) =>
    inDType(
      logsumexp(
        filled("maskedLogsumexp", x, mask, extremeOf(x.dtype, false)),
        normalizeDims("maskedLogsumexp", dim, x.ndim),
        keepdim,
      ),
      dtype,
    ),
);

/** Options of `masked.logaddexp`. */
export interface MaskedLogaddexpOptions {
  /** Dtype of the result. */
  readonly dtype?: MaskOptions["dtype"];
  /** The elements of `input` that count; all by default. */
  readonly inputMask?: Tensor | null;
  /** The elements of `other` that count; all by default. */
  readonly otherMask?: Tensor | null;
}

/**
 * Returns ln(eˣ + eᶻ) of each pair of elements, with broadcasting, without overflow, where elements that are masked out are -∞.
 * @throws DTypeError for integers and bools; IndexError for a mask with more dimensions than its tensor; ShapeError when the shapes do not broadcast.
 * @example masked.logaddexp(tensor([1, 2]), tensor([9, 9]), { otherMask: tensor([false, false]) }).toArray(); // [1, 2]
 */
export const maskedLogaddexp: (input: Tensor, other: Tensor, options?: MaskedLogaddexpOptions) => Tensor =
  defineComposite(
    {
      name: "maskedLogaddexp",
      torch: "masked.logaddexp",
      access: "function",
      signature: "input, other, dtype=null, inputMask=null, otherMask=null",
      tex: "y = \\ln(m e^x + n e^z)",
      samples: (r) => [
        { input: r.normal([2, 3]), other: r.normal([3]) },
        {
          input: r.normal([3]),
          other: r.normal([3]),
          dtype: "float64",
          inputMask: r.integers([3], 1, 2).to("bool"),
          otherMask: r.integers([3], 1, 2).to("bool"),
        },
      ],
    },
    (input: Tensor, other: Tensor, options: MaskedLogaddexpOptions = {}): Tensor => {
      const masks = [options.inputMask, options.otherMask];
      const [x, z] = [input, other].map((t, i) => {
        const given = requireTensor("maskedLogaddexp", t);
        requireFloat("maskedLogaddexp", given.dtype);
        return filled("maskedLogaddexp", given, masks[i], Number.NEGATIVE_INFINITY);
      });
      return inDType(logaddexp(x, z), options.dtype ?? x.dtype);
    },
  );
