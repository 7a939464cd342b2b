/** Sums and means that leave out NaN. */

import { anyElement } from "../../dispatch/batched.ts";
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { isFloating } from "../../tensor/dtype.ts";
import type { Dims } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { isnan, logicalNot } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { merge, reduceParams, reduceSamples } from "./reduction.ts";
import { type SumOptions, sum } from "./sum.ts";
import { sumOver } from "./sum-over.ts";

type NanReduction = (input: Tensor, dim?: Dims | null | SumOptions, keepdim?: boolean | SumOptions) => Tensor;

/** Returns the sum without NaN over the dimensions, where none means all. */
function sumWithoutNaN(input: Tensor, o: SumOptions): Tensor {
  const x = o.dtype ? to(input, o.dtype) : input;
  if (isFloating(x.dtype) && !x.storage.isBatched) {
    // a sum is a number where no element is NaN
    const total = sum(x, { ...o, dim: o.dim ?? null, keepdim: o.keepdim ?? false });
    if (!anyElement(total, Number.isNaN)) return total;
  }
  return sum(isFloating(x.dtype) ? where(isnan(x), 0, x) : x, {
    ...o,
    dim: o.dim ?? null,
    keepdim: o.keepdim ?? false,
  });
}

const samples = (r: SampleSource): Arguments[] => [...reduceSamples(r), { input: r.normal([3]), dtype: "float64" }];

/**
 * Returns the sum over dimensions, over all by default, in which NaN counts as 0. Integers and bools give int64. The gradient of NaN is 0.
 * @throws IndexError for a dimension out of range.
 * @example nansum(tensor([1, NaN, 2])).item(); // 3
 */
export const nansum: NanReduction = defineComposite(
  {
    name: "nansum",
    torch: "nansum",
    access: "method",
    signature: "input, dim=null, keepdim=false, dtype=null",
    tex: "y = \\textstyle\\sum_{x_i \\ne \\mathrm{NaN}} x_i",
    samples,
  },
  (input: Tensor, dim?: Dims | null | SumOptions, keepdim: boolean | SumOptions = {}): Tensor =>
    sumWithoutNaN(requireTensor("nansum", input), merge(dim, keepdim)),
);

/**
 * Returns the mean over dimensions, over all by default, of the elements that are not NaN; NaN where there are none. The gradient of NaN is 0.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example nanmean(tensor([1, NaN, 2])).item(); // 1.5
 */
export const nanmean: NanReduction = defineComposite(
  {
    name: "nanmean",
    torch: "nanmean",
    access: "method",
    signature: "input, dim=null, keepdim=false, dtype=null",
    tex: "y = \\textstyle\\sum_{x_i \\ne \\mathrm{NaN}} x_i / \\sum_{x_i \\ne \\mathrm{NaN}} 1",
    samples,
  },
  (input: Tensor, dim?: Dims | null | SumOptions, keepdim: boolean | SumOptions = {}): Tensor => {
    const o = merge(dim, keepdim);
    const x = requireTensor("nanmean", input);
    requireFloat("nanmean", x.dtype);
    const total = sumWithoutNaN(x, o);
    return div(total, sumOver(to(logicalNot(isnan(x)), total.dtype), reduceParams("nanmean", x, o)));
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the sum over dimensions, in which NaN counts as 0. */
    nansum(dim?: Dims | null | SumOptions, keepdim?: boolean | SumOptions): Tensor;
    /** Returns the mean over dimensions of the elements that are not NaN. */
    nanmean(dim?: Dims | null | SumOptions, keepdim?: boolean | SumOptions): Tensor;
  }
}
