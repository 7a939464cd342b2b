/** PyTorch's ops of antialiased resampling by the sizes and factors of each dimension, which `interpolate` covers for users. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { resampledTo, sizesAndFactors } from "./interpolation.ts";
import { antialiasedMatrix } from "./resample-matrices.ts";

/** Factors of the sizes: all in a list, or by dimension. */
interface AntialiasedOptions {
  readonly scaleFactors?: readonly number[] | null;
  readonly scalesH?: number | null;
  readonly scalesW?: number | null;
}

/** An op of antialiased resampling; the sizes are `null` where `scaleFactors` gives them. */
type Upsample = (
  input: Tensor,
  outputSize: readonly number[] | null,
  alignCorners: boolean,
  options?: AntialiasedOptions,
) => Tensor;

/** Defines the op for a filter. */
const upsampleAntialiased = (filter: "linear" | "cubic", name: string, dotted: string): Upsample =>
  defineComposite(
    {
      name,
      torch: `ops.aten.${dotted}`,
      aliases: [dotted],
      access: "internal",
      signature: "input, outputSize, alignCorners, scaleFactors=null, scalesH=null, scalesW=null",
      tex: "y_i = \\textstyle\\sum_j A_{ij} x_j",
      samples: (r) => [
        { input: r.normal([1, 2, 7, 5]), outputSize: [3, 4], alignCorners: false, scalesH: 0.5, scalesW: 0.9 },
        { input: r.normal([1, 1, 4, 5]), outputSize: null, alignCorners: true, scaleFactors: [1.5, 0.5] },
      ],
    },
    (input, outputSize, alignCorners, { scaleFactors = null, scalesH = null, scalesW = null } = {}) => {
      const x = requireTensor(name, input);
      if (x.ndim !== 4) throw new ShapeError(name, "the input must be images [N, C, H, W]", [x.shape]);
      const [sizes, factors] = sizesAndFactors(name, x, { size: outputSize, scaleFactor: scaleFactors });
      return resampledTo(x, sizes, factors ?? [scalesH, scalesW], alignCorners, (r) => antialiasedMatrix(r, filter));
    },
  );

/** Returns images resampled linearly, filtered where they become smaller. */
export const upsampleBilinear2dAa: Upsample = upsampleAntialiased(
  "linear",
  "upsampleBilinear2dAa",
  "_upsample_bilinear2d_aa",
);

/** Returns images resampled by cubic convolution, filtered where they become smaller. */
export const upsampleBicubic2dAa: Upsample = upsampleAntialiased(
  "cubic",
  "upsampleBicubic2dAa",
  "_upsample_bicubic2d_aa",
);
