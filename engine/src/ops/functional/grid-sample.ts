/** Images and volumes at the positions of a grid, and grids of affine maps. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { linspace, ones } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { matmul } from "../linalg/matmul.ts";
import { expand } from "../shape/expand.ts";
import { stack } from "../shape/join.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import type { GridPadding } from "./grid-position.ts";
import { type GridMode, sampledAt } from "./grid-sampling.ts";
import { requireListable } from "./pooling.ts";

/** Options of `gridSample`. */
export interface GridSampleOptions {
  /** Linear interpolation (of volumes trilinear), the nearest element, or cubic convolution with a = -¾ (of images only). */
  readonly mode?: GridMode;
  /** The elements outside: 0, those of the edge, or the mirror image. */
  readonly paddingMode?: GridPadding;
  /** Whether the coordinates -1 and 1 are the centres of the first and last elements, rather than their outer edges; false by default. */
  readonly alignCorners?: boolean | null;
}

const modes: readonly string[] = ["bilinear", "nearest", "bicubic"];
const paddings: readonly string[] = ["zeros", "border", "reflection"];

/**
 * Returns images [N, C, H, W] at the positions of a grid [N, H′, W′, 2]: [N, C, H′, W′], or volumes at those of a grid [N, D′, H′, W′, 3]. The last dimension of the
 * grid has x, y (and z), in [-1, 1] from the left to the right edge of the image; NaN counts as -1. The gradient of the grid is that of the interpolation, and 0 in mode
 * `"nearest"`; at integer positions it is that towards larger ones, and where the padding `"border"` limits a position it is 0. Source: Jaderberg et al., 2015.
 * @throws ShapeError for operands of other shapes; ArgumentError for an unknown mode, and for mode `"bicubic"` of volumes; DTypeError for different dtypes, integers
 * and bools.
 * @example gridSample(tensor([[[[1, 3]]]]), tensor([[[[0, 0]]]])).toArray(); // [[[[2]]]]
 */
export const gridSample: (input: Tensor, grid: Tensor, options?: GridSampleOptions) => Tensor = defineComposite(
  {
    name: "gridSample",
    torch: "nn.functional.grid_sample",
    access: "function",
    signature: 'input, grid, mode="bilinear", paddingMode="zeros", alignCorners=null',
    dims: "input: batch channels height width | batch channels depth height width; grid: batch rows columns coordinates | batch depths rows columns coordinates",
    tex: "y_p = \\textstyle\\sum_t w_t(g_p)\\, x_{k_t(g_p)}",
    samples: (r) => [
      { input: r.normal([1, 2, 3, 4]), grid: r.uniform([1, 2, 1, 2], 0.1, 0.2) },
      {
        input: r.normal([1, 1, 4, 3]),
        grid: r.uniform([1, 1, 2, 2], 0.1, 0.15),
        mode: "bicubic",
        paddingMode: "border",
      },
      {
        input: r.normal([1, 1, 2, 3, 4]),
        grid: r.uniform([1, 1, 1, 2, 3], 0.15, 0.2),
        mode: "nearest",
        paddingMode: "reflection",
        alignCorners: true,
      },
    ],
  },
  (input: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor => {
    const { mode = "bilinear", paddingMode = "zeros", alignCorners = false } = options;
    if (!modes.includes(mode))
      throw new ArgumentError("gridSample", `mode must be one of ${modes.join(", ")}, but got ${JSON.stringify(mode)}`);
    if (!paddings.includes(paddingMode))
      throw new ArgumentError(
        "gridSample",
        `paddingMode must be one of ${paddings.join(", ")}, but got ${JSON.stringify(paddingMode)}`,
      );
    return sampledAt("gridSample", input, grid, { mode, padding: paddingMode, alignCorners: alignCorners === true });
  },
);

/** Returns the coordinates of `size` elements, in [-1, 1] between their centres or their outer edges. */
function coordinates(size: number, alignCorners: boolean, dtype: DType): Tensor {
  if (size === 1) return linspace(0, 0, 1, { dtype });
  const ends = linspace(-1, 1, size, { dtype });
  return alignCorners ? ends : mul(ends, (size - 1) / size);
}

/** Options of `affineGrid`. */
export interface AffineGridOptions {
  /** Whether the coordinates -1 and 1 are the centres of the first and last elements, rather than their outer edges; false by default. */
  readonly alignCorners?: boolean | null;
}

/**
 * Returns the grid [N, H, W, 2] of images of size [N, C, H, W] that affine maps `theta` [N, 2, 3] take the coordinates of the elements to, for `gridSample`; for
 * volumes of size [N, C, D, H, W] and maps [N, 3, 4] it is [N, D, H, W, 3]. Source: Jaderberg et al., 2015.
 * @throws ShapeError when the maps do not have the shape for the size; ArgumentError for a size that is not that of images or volumes; DTypeError for integers and
 * bools.
 * @example affineGrid(tensor([[[1, 0, 0], [0, 1, 0]]]), [1, 1, 1, 2]).toArray(); // [[[[-0.5, 0], [0.5, 0]]]]
 */
export const affineGrid: (theta: Tensor, size: Shape, options?: AffineGridOptions) => Tensor = defineComposite(
  {
    name: "affineGrid",
    torch: "nn.functional.affine_grid",
    aliases: ["affine_grid_generator"],
    access: "function",
    signature: "theta, size, alignCorners=null",
    tex: "g_p = \\theta\\, (x_p, y_p, 1)^\\top",
    samples: (r) => [
      { theta: r.normal([2, 2, 3]), size: [2, 1, 3, 2] },
      { theta: r.normal([1, 3, 4]), size: [1, 2, 2, 1, 3], alignCorners: true },
    ],
  },
  (theta: Tensor, size: Shape, { alignCorners = false }: AffineGridOptions = {}): Tensor => {
    const { shape, dtype } = requireTensor("affineGrid", theta);
    requireFloat("affineGrid", dtype);
    const [n, , ...sizes] = size;
    const rank = sizes.length;
    if ((rank !== 2 && rank !== 3) || !size.every((s) => Number.isInteger(s) && s > 0))
      throw new ArgumentError(
        "affineGrid",
        `size must be four or five positive integers, but got ${JSON.stringify(size)}`,
      );
    if (shape.length !== 3 || shape[0] !== n || shape[1] !== rank || shape[2] !== rank + 1)
      throw new ShapeError("affineGrid", `theta must be [${n}, ${rank}, ${rank + 1}]`, [shape]);
    requireListable("affineGrid", [n, ...sizes]);
    // x, y (and z), each along its dimension, and 1
    const axes = sizes.map((s, d) => {
      const along = reshape(coordinates(s, alignCorners === true, dtype), [
        s,
        ...new Array<number>(rank - 1 - d).fill(1),
      ]);
      return expand(along, sizes);
    });
    const base = reshape(stack([...axes.toReversed(), ones(sizes, { dtype })], rank), [-1, rank + 1]);
    return reshape(matmul(base, transpose(theta, 1, 2)), [n, ...sizes, rank]);
  },
);
