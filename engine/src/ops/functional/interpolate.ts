/** Resampling of signals, images and volumes to another size. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { resampledTo, sizesAndFactors } from "./interpolation.ts";
import type { SparseMatrix } from "./resample.ts";
import {
  adaptiveMatrix,
  antialiasedMatrix,
  cubicMatrix,
  linearMatrix,
  nearestExactMatrix,
  nearestMatrix,
  type Resampling,
} from "./resample-matrices.ts";
import type { PerDim } from "./sliding.ts";

/** The methods of `interpolate`. */
export type InterpolateMode = "nearest" | "nearest-exact" | "linear" | "bilinear" | "bicubic" | "trilinear" | "area";

/** Options of `interpolate`. */
export interface InterpolateOptions {
  /** Spatial sizes of the result: one number for all dimensions, or one for each. Either this or `scaleFactor` is given. */
  readonly size?: PerDim | null;
  /** Factor of the spatial sizes, which are rounded down: one number for all dimensions, or one for each. */
  readonly scaleFactor?: PerDim | null;
  /** The method; `"nearest"` by default. */
  readonly mode?: InterpolateMode;
  /** Whether the corner elements of input and result are at the same positions, rather than their outer edges; for the modes with "linear" or "cubic" in their name. */
  readonly alignCorners?: boolean | null;
  /** Whether positions are computed from the sizes, instead of from `scaleFactor`, which differ where a size was rounded. */
  readonly recomputeScaleFactor?: boolean | null;
  /** Whether to filter before an image is made smaller; for `"bilinear"` and `"bicubic"`. */
  readonly antialias?: boolean;
}

/** A method: the numbers of spatial dimensions, and the matrix for one of them. */
interface Method {
  readonly ranks: readonly number[];
  readonly matrix: (r: Resampling) => SparseMatrix;
  readonly antialiased?: "linear" | "cubic";
}

const methods: Readonly<Record<InterpolateMode, Method>> = {
  nearest: { ranks: [1, 2, 3], matrix: nearestMatrix },
  "nearest-exact": { ranks: [1, 2, 3], matrix: nearestExactMatrix },
  linear: { ranks: [1], matrix: linearMatrix },
  bilinear: { ranks: [2], matrix: linearMatrix, antialiased: "linear" },
  bicubic: { ranks: [2], matrix: cubicMatrix, antialiased: "cubic" },
  trilinear: { ranks: [3], matrix: linearMatrix },
  area: { ranks: [1, 2, 3], matrix: ({ n, size }) => adaptiveMatrix(n, size) },
};

/** Checks the shape of the input of a method. */
function checkInput(op: string, x: Tensor, mode: string, ranks: readonly number[]): void {
  requireFloat(op, x.dtype);
  if (!ranks.includes(x.ndim - 2))
    throw new ShapeError(
      op,
      `mode "${mode}" needs an input of ${ranks.map((r) => r + 2).join(", ")} dimensions ([N, C, …])`,
      [x.shape],
    );
  if (x.shape[1] === 0) throw new ShapeError(op, "the input must have channels", [x.shape]);
}

/** Runs `interpolate` under the name of a function. */
function interpolated(op: string, input: Tensor, options: InterpolateOptions): Tensor {
  const { mode = "nearest", alignCorners = null, recomputeScaleFactor = false, antialias = false } = options;
  const x = requireTensor(op, input);
  if (!Object.hasOwn(methods, mode))
    throw new ArgumentError(
      op,
      `mode must be one of ${Object.keys(methods).join(", ")}, but got ${JSON.stringify(mode)}`,
    );
  const method = methods[mode];
  if (alignCorners !== null && !/linear|cubic/.test(mode))
    throw new ArgumentError(
      op,
      `alignCorners is for the modes linear, bilinear, bicubic and trilinear, not for ${mode}`,
    );
  if (antialias && method.antialiased === undefined)
    throw new ArgumentError(op, `antialias is for the modes bilinear and bicubic, not for ${mode}`);
  if (recomputeScaleFactor === true && options.size !== null && options.size !== undefined)
    throw new ArgumentError(op, "recomputeScaleFactor needs scaleFactor, not size");
  checkInput(op, x, mode, method.ranks);
  const [sizes, factors] = sizesAndFactors(op, x, options);
  const { antialiased: filter } = method;
  return resampledTo(
    x,
    sizes,
    recomputeScaleFactor === true ? null : factors,
    alignCorners === true,
    antialias && filter !== undefined ? (r) => antialiasedMatrix(r, filter) : method.matrix,
  );
}

/** The size by itself, or all options. */
type SizeOrOptions<O> = PerDim | null | O;

/** Returns the options of `f(x, size, more)`, or of `f(x, options)`. */
const withSize = <O extends { readonly size?: PerDim | null }>(second: SizeOrOptions<O> | undefined, more: O): O =>
  second === undefined || second === null
    ? more
    : typeof second === "number" || Array.isArray(second)
      ? { ...more, size: second as PerDim }
      : (second as O);

/**
 * Returns signals [N, C, L], images [N, C, H, W] or volumes [N, C, D, H, W] with their spatial dimensions resampled to `size`, or by `scaleFactor`. Mode
 * `"nearest"` takes the element at ⌊i n / n′⌋, `"nearest-exact"` that at ⌊(i + ½) n / n′⌋; `"linear"` (signals), `"bilinear"` (images) and `"trilinear"` (volumes)
 * interpolate linearly between neighbours, `"bicubic"` (images) by cubic convolution with a = -¾; `"area"` takes the mean of the elements of each window. All are
 * linear in the input, and so are their own tangents. With `antialias`, a smaller image is filtered as in Pillow.
 * @throws ArgumentError unless one of `size` and `scaleFactor` is given, and for options that the mode does not have; ShapeError for another number of dimensions,
 * and for sizes of 0; DTypeError for integers and bools.
 * @example
 * interpolate(tensor([[[1, 2]]]), 4).toArray(); // [[[1, 1, 2, 2]]]
 * interpolate(tensor([[[1, 3]]]), { size: 3, mode: "linear", alignCorners: true }).toArray(); // [[[1, 2, 3]]]
 */
export const interpolate: (
  input: Tensor,
  size?: PerDim | null | InterpolateOptions,
  options?: InterpolateOptions,
) => Tensor = defineComposite(
  {
    name: "interpolate",
    torch: "nn.functional.interpolate",
    access: "function",
    signature:
      'input, size=null, scaleFactor=null, mode="nearest", alignCorners=null, recomputeScaleFactor=null, antialias=false',
    tex: "y_i = \\textstyle\\sum_j A_{ij} x_j",
    samples: (r) => [
      { input: r.normal([2, 1, 3]), size: [5] },
      { input: r.normal([1, 2, 3, 4]), scaleFactor: [1.7, 0.6], mode: "bilinear" },
      {
        input: r.normal([1, 2, 3, 4]),
        scaleFactor: 1.7,
        mode: "bicubic",
        alignCorners: true,
        recomputeScaleFactor: true,
      },
      { input: r.normal([1, 1, 7, 5]), size: 3, mode: "bilinear", alignCorners: false, antialias: true },
      { input: r.normal([1, 2, 2, 3, 4]), size: [3, 2, 5], mode: "trilinear" },
      { input: r.normal([1, 2, 5]), size: 3, mode: "area" },
    ],
  },
  (input: Tensor, size?: PerDim | null | InterpolateOptions, options: InterpolateOptions = {}): Tensor =>
    interpolated("interpolate", input, withSize(size, options)),
);

/** Options of `upsampleNearest` and `upsampleBilinear`. */
export type UpsampleOptions = Pick<InterpolateOptions, "size" | "scaleFactor">;

/**
 * Returns signals, images or volumes resampled to `size`, or by `scaleFactor`: `interpolate` with mode `"nearest"`.
 * @throws ArgumentError unless one of `size` and `scaleFactor` is given; ShapeError for another number of dimensions than 3, 4 or 5, and for sizes of 0.
 * @example upsampleNearest(tensor([[[1, 2]]]), 4).toArray(); // [[[1, 1, 2, 2]]]
 */
export const upsampleNearest: (
  input: Tensor,
  size?: PerDim | null | UpsampleOptions,
  options?: UpsampleOptions,
) => Tensor = defineComposite(
  {
    name: "upsampleNearest",
    torch: "nn.functional.upsample_nearest",
    access: "function",
    signature: "input, size=null, scaleFactor=null",
    tex: "y_i = x_{\\lfloor i n / n' \\rfloor}",
    samples: (r) => [
      { input: r.normal([2, 1, 3]), size: 5 },
      { input: r.normal([1, 2, 2, 3]), scaleFactor: 2 },
    ],
  },
  (input: Tensor, size?: PerDim | null | UpsampleOptions, options: UpsampleOptions = {}): Tensor =>
    interpolated("upsampleNearest", input, withSize(size, options)),
);

/**
 * Returns images resampled to `size`, or by `scaleFactor`: `interpolate` with mode `"bilinear"` and aligned corners.
 * @throws ArgumentError unless one of `size` and `scaleFactor` is given; ShapeError for another number of dimensions than 4, and for sizes of 0.
 * @example upsampleBilinear(tensor([[[[1, 3]]]]), [1, 3]).toArray(); // [[[[1, 2, 3]]]]
 */
export const upsampleBilinear: (
  input: Tensor,
  size?: PerDim | null | UpsampleOptions,
  options?: UpsampleOptions,
) => Tensor = defineComposite(
  {
    name: "upsampleBilinear",
    torch: "nn.functional.upsample_bilinear",
    access: "function",
    signature: "input, size=null, scaleFactor=null",
    tex: "y_i = (1 - t_i)\\, x_{j_i} + t_i\\, x_{j_i + 1}",
    samples: (r) => [
      { input: r.normal([1, 2, 2, 3]), size: [3, 4] },
      { input: r.normal([1, 2, 2, 3]), scaleFactor: 2 },
    ],
  },
  (input: Tensor, size?: PerDim | null | UpsampleOptions, options: UpsampleOptions = {}): Tensor =>
    interpolated("upsampleBilinear", input, { ...withSize(size, options), mode: "bilinear", alignCorners: true }),
);
