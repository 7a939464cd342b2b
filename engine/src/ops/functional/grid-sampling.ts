/** Sampling of images and volumes at the positions of a grid, with all modes. */

import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { floor, round } from "../elementwise/rounding.ts";
import { unsqueeze } from "../shape/expand.ts";
import { stack } from "../shape/join.ts";
import { reshape } from "../shape/reshape.ts";
import { select } from "../shape/window.ts";
import { constantOf } from "./constant-of.ts";
import { type GridAxis, type GridPadding, gridPositions } from "./grid-position.ts";
import { gridTaps } from "./grid-taps.ts";
import { tapSum } from "./tap-sums.ts";

/** The methods of `gridSample`; for volumes `"bilinear"` is trilinear. */
export type GridMode = "bilinear" | "nearest" | "bicubic";

/** Complete parameters of sampling. */
export interface GridSampling {
  readonly mode: GridMode;
  readonly padding: GridPadding;
  readonly alignCorners: boolean;
}

/** The elements around a position: their offsets from the integer below or nearest, and their weights by the rest. */
interface Kernel {
  readonly below: (position: Tensor) => Tensor;
  readonly offsets: readonly number[];
  readonly weights: (rest: Tensor) => readonly Tensor[];
}

/** Returns a polynomial of `t` with coefficients from the highest power to the constant. */
const polynomial = (t: Tensor, [first, ...others]: readonly number[]): Tensor =>
  others.reduce<Tensor | null>((sum, c) => add(sum === null ? mul(t, first) : mul(sum, t), c), null) as Tensor;

const kernels: Readonly<Record<GridMode, Kernel>> = {
  bilinear: { below: floor, offsets: [0, 1], weights: (t) => [sub(1, t), t] },
  nearest: { below: (x) => round(x), offsets: [0], weights: (t) => [constantOf(t, 1)] },
  // cubic convolution with a = -¾ at the distances 1 + t, t, 1 - t and 2 - t
  bicubic: {
    below: floor,
    offsets: [-1, 0, 1, 2],
    weights: (t) => {
      const s = sub(1, t);
      const near = [1.25, -2.25, 0, 1];
      const far = [-0.75, 1.5, -0.75, 0];
      return [polynomial(t, far), polynomial(t, near), polynomial(s, near), polynomial(s, far)];
    },
  },
};

/** Returns the products of one weight of each dimension, [N, P, T]. */
const outerProduct = (weights: readonly Tensor[]): Tensor =>
  weights.reduce((all, one) =>
    reshape(mul(unsqueeze(all, 3), unsqueeze(one, 2)), [...all.shape.slice(0, 2), all.shape[2] * one.shape[2]]),
  );

/** Checks the operands of a sampling. */
function checkOperands(op: string, input: Tensor, grid: Tensor, mode: GridMode): void {
  const [x, at] = [requireTensor(op, input), requireTensor(op, grid)];
  requireFloat(op, x.dtype);
  if (at.dtype !== x.dtype) throw new DTypeError(op, "input and grid must have one dtype", [x.dtype, at.dtype]);
  const rank = x.ndim - 2;
  if ((rank !== 2 && rank !== 3) || at.ndim !== x.ndim || at.shape[0] !== x.shape[0] || at.shape.at(-1) !== rank)
    throw new ShapeError(
      op,
      "expected images [N, C, H, W] and a grid [N, H', W', 2], or volumes and a grid [N, D', H', W', 3]",
      [x.shape, at.shape],
    );
  if (x.shape.slice(2).includes(0)) throw new ShapeError(op, "the spatial sizes must be at least 1", [x.shape]);
  if (mode === "bicubic" && rank !== 2) throw new ArgumentError(op, "mode bicubic is for images, not for volumes");
}

/**
 * Returns the images or volumes [N, C, …] at the positions of the grid [N, …, spatial dimensions], whose last dimension has the coordinates from the last spatial
 * dimension to the first.
 */
export function sampledAt(
  op: string,
  input: Tensor,
  grid: Tensor,
  { mode, padding, alignCorners }: GridSampling,
): Tensor {
  checkOperands(op, input, grid, mode);
  const [n, channels, ...sizes] = input.shape;
  const places = grid.shape.slice(1, -1);
  const points = reshape(grid, [n, sizeOf(places), sizes.length]);
  const axes = sizes.map((size): GridAxis => ({ size, padding, alignCorners }));
  // bicubic sampling pads the elements around a position instead of the position
  const padsElements = mode === "bicubic";
  const { below, offsets, weights } = kernels[mode];
  const positions = axes.map((axis, d) =>
    gridPositions(select(points, 2, sizes.length - 1 - d), padsElements ? { ...axis, padding: "zeros" } : axis),
  );
  const bases = positions.map(below);
  const taps = gridTaps(stack(bases, 2), { axes, offsets, padsElements });
  const factors = positions.map((position, d) => stack(weights(sub(position, bases[d])), 2));
  const sampled = tapSum(reshape(input, [n, channels, sizeOf(sizes)]), outerProduct(factors), taps);
  return reshape(sampled, [n, channels, ...places]);
}
