/** The largest and smallest elements that a mask selects, and medians. */
import { anyElement } from "../../dispatch/batched.ts";
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { SampleSource } from "../../dispatch/spec.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";
import { mergeAlong } from "../reduce/along.ts";
import { argmax, argmin } from "../reduce/argmax.ts";
import { amax, amin } from "../reduce/max.ts";
import { nanmedian } from "../sort/median.ts";
import { extremeOf, filled, inDType, type MaskOptions } from "./mask.ts";
import { type MaskedReduction, maskedSamples, reduction } from "./reductions.ts";

/** Options of masked reductions along one dimension. */
export interface MaskedAlongOptions extends MaskOptions {
  /** Dimension to reduce. */
  readonly dim?: number | null;
  /** Whether the dimension is kept with size 1. */
  readonly keepdim?: boolean;
}

type Along = (
  input: Tensor,
  dim?: number | null | MaskedAlongOptions,
  options?: Omit<MaskedAlongOptions, "dim">,
) => Tensor;

/**
 * Returns the largest element over dimensions, over all by default, of those where the mask is true, in the dtype of the input or `dtype`; -∞, or the least integer, where there are none.
 * Equal elements share the gradient.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.amax(tensor([1, 9, 3]), { mask: tensor([true, false, true]) }).item(); // 3
 */
export const maskedAmax: MaskedReduction = reduction(
  "maskedAmax",
  "amax",
  "y = \\max_{m_i} x_i",
  (x, { dim, keepdim, dtype, mask }) =>
    inDType(
      amax(filled("maskedAmax", x, mask, extremeOf(x.dtype, false)), { dim: dim ?? null, keepdim: keepdim ?? false }),
      dtype,
    ),
);

/**
 * Returns the smallest element over dimensions, over all by default, of those where the mask is true, in the dtype of the input or `dtype`; ∞, or the largest integer, where there are none.
 * Equal elements share the gradient.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.amin(tensor([5, 1, 3]), { mask: tensor([true, false, true]) }).item(); // 3
 */
export const maskedAmin: MaskedReduction = reduction(
  "maskedAmin",
  "amin",
  "y = \\min_{m_i} x_i",
  (x, { dim, keepdim, dtype, mask }) =>
    inDType(
      amin(filled("maskedAmin", x, mask, extremeOf(x.dtype, true)), { dim: dim ?? null, keepdim: keepdim ?? false }),
      dtype,
    ),
);

/** Samples of reductions along one dimension. */
const samples = (r: SampleSource) => maskedSamples(r).map((sample) => ({ ...sample, dim: "dim" in sample ? 1 : 0 }));

/** Defines `argmax` or `argmin`. */
const argExtreme = (name: string, torch: "argmax" | "argmin"): Along =>
  defineComposite(
    {
      name,
      torch: `masked.${torch}`,
      access: "function",
      signature: "input, dim=null, keepdim=false, dtype=null, mask=null",
      tex: `y = \\arg\\${torch === "argmax" ? "max" : "min"}_{m_i} x_i`,
      samples,
    },
    (
      input: Tensor,
      dim?: number | null | MaskedAlongOptions,
      options: Omit<MaskedAlongOptions, "dim"> = {},
    ): Tensor => {
      const x = requireTensor(name, input);
      const { dtype, mask, ...along } = mergeAlong(dim, options) as MaskedAlongOptions;
      const full = filled(name, x, mask, extremeOf(x.dtype, torch === "argmin"));
      return to((torch === "argmax" ? argmax : argmin)(full, along), dtype ?? x.dtype);
    },
  );

/**
 * Returns the index of the largest element of the flattened tensor, or along `dim`, of those where the mask is true. The result has the dtype of the input, or `dtype`, as in PyTorch.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.argmax(tensor([1, 9, 3]), { mask: tensor([true, false, true]) }).item(); // 2
 */
export const maskedArgmax: Along = argExtreme("maskedArgmax", "argmax");

/**
 * Returns the index of the smallest element of the flattened tensor, or along `dim`, of those where the mask is true. The result has the dtype of the input, or `dtype`, as in PyTorch.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.argmin(tensor([5, 1, 3]), { mask: tensor([true, false, true]) }).item(); // 2
 */
export const maskedArgmin: Along = argExtreme("maskedArgmin", "argmin");

/**
 * Returns the median along `dim`, the last one by default, of the elements where the mask is true; of an even number of elements the lower one of the two in the middle. NaN where there are
 * none. The element of the median gets the gradient.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input; DTypeError for integers of which none is left along a line.
 * @example masked.median(tensor([1, 9, 3, 5]), { mask: tensor([true, false, true, true]) }).item(); // 3
 */
export const maskedMedian: Along = defineComposite(
  {
    name: "maskedMedian",
    torch: "masked.median",
    access: "function",
    signature: "input, dim=-1, keepdim=false, dtype=null, mask=null",
    tex: "y = \\mathrm{median}_{m_i}\\, x_i",
    samples,
  },
  (input: Tensor, dim?: number | null | MaskedAlongOptions, options: Omit<MaskedAlongOptions, "dim"> = {}): Tensor => {
    const x = requireTensor("maskedMedian", input);
    const { dim: at, keepdim = false, dtype, mask } = mergeAlong(dim, options) as MaskedAlongOptions;
    const floats = isFloating(x.dtype) ? x : to(x, "float32");
    const { values } = nanmedian(filled("maskedMedian", floats, mask, Number.NaN), { dim: at ?? -1, keepdim });
    if (isFloating(x.dtype)) return values;
    if (anyElement(values, Number.isNaN))
      throw new DTypeError("maskedMedian", "expected floats, as all elements of a line are masked out", [x.dtype]);
    return to(values, dtype ?? x.dtype);
  },
);
