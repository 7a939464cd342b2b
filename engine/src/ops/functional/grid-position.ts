/** Positions in an image from the coordinates of a grid, in [-1, 1] from edge to edge, with padding. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { mapper } from "../../dispatch/loops.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { Kernel, OpSpec, OutputRule } from "../../dispatch/spec.ts";
import { zerosLike } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";

/** The elements outside of an image: 0, those of the edge, or the mirror image. */
export type GridPadding = "zeros" | "border" | "reflection";

/** The coordinates of one dimension of an image. */
export interface GridAxis {
  /** Number of elements. */
  readonly size: number;
  readonly padding: GridPadding;
  /** Whether -1 and 1 are the centres of the first and last elements, rather than their outer edges. */
  readonly alignCorners: boolean;
}

/** A value and its derivative. */
type Sloped = readonly [value: number, slope: number];

/** Returns a position limited to the image. The slope is 0 at the limits too, as in PyTorch. */
const limited = (position: number, size: number): Sloped =>
  position <= 0 ? [0, 0] : position >= size - 1 ? [size - 1, 0] : [position, 1];

/** Returns a position reflected at the centres, or the outer edges, of the first and last elements. */
function reflected(position: number, { size, alignCorners }: GridAxis): Sloped {
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return [0, 0];
  const distance = Math.abs(position - low);
  const side = position < low ? -1 : 1;
  const rest = distance % span;
  return Math.floor(distance / span) % 2 === 0 ? [rest + low, side] : [span - rest + low, -side];
}

/** Returns a position in the image, as an index that need not be an integer, with padding. */
export function padded(position: number, axis: GridAxis): Sloped {
  if (axis.padding === "zeros") return [position, 1];
  const [inside, slope] = axis.padding === "reflection" ? reflected(position, axis) : [position, 1];
  const [value, factor] = limited(inside, axis.size);
  return [value, slope * factor];
}

/** Returns the position of a coordinate. NaN counts as -1, as in PyTorch. */
function located(given: number, axis: GridAxis): Sloped {
  const { size, alignCorners } = axis;
  const coordinate = Number.isNaN(given) ? -1 : given;
  const scale = (alignCorners ? size - 1 : size) / 2;
  const [value, slope] = padded(alignCorners ? (coordinate + 1) * scale : ((coordinate + 1) * size - 1) / 2, axis);
  return [value, Number.isNaN(given) ? 0 : slope * scale];
}

/** The fields of a record that both ops share. */
type GridOp = Pick<
  OpSpec<GridAxis> & { readonly outputs: OutputRule<GridAxis>; readonly kernel: Kernel<GridAxis> },
  "name" | "access" | "signature" | "label" | "outputs" | "kernel" | "batch" | "samples" | "call"
>;

/** Coordinates away from kinks, of images of 3 to 5 elements. */
const sampleAxes: readonly GridAxis[] = [
  { size: 4, padding: "zeros", alignCorners: false },
  { size: 5, padding: "border", alignCorners: true },
  { size: 3, padding: "reflection", alignCorners: false },
];

/** Returns the fields that both ops share: each is an elementwise function of coordinates, the value or the slope. */
const gridOp = (name: string, part: 0 | 1, run: () => Run<GridAxis>): GridOp => ({
  name,
  access: "internal",
  signature: "input, axis",
  label: ({ size, padding }) => `${name} in ${size}, ${padding}`,
  outputs: ([x]) => {
    requireFloat(name, x.dtype);
    return x;
  },
  kernel: (out, [x], { params }) => mapper((v) => located(v, params)[part])(out, x),
  batch: ([x], _batched, params) => run()([x], params),
  samples: (r) => sampleAxes.map((axis) => ({ input: r.uniform([2, 3], 0.1, 0.3), axis })),
  call: (input: Tensor, axis: GridAxis) => run()([input], axis),
});

const slopesOp: Run<GridAxis> = defineOp<GridAxis>({
  ...gridOp("gridSlopes", 1, () => slopesOp),
  torch: "ops.aten.grid_sampler_slopes",
  tex: { forward: "y = p'(x)", vjp: "\\bar x = 0" },
  saves: {},
  vjp: (g) => [zerosLike(g)],
  jvp: ([dx]) => zerosLike(dx as Tensor),
});

const positionsOp: Run<GridAxis> = defineOp<GridAxis>({
  ...gridOp("gridPositions", 0, () => positionsOp),
  torch: "ops.aten.grid_sampler_positions",
  tex: { forward: "y = p(x)", vjp: "\\bar x = p'(x)\\, \\bar y" },
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x], params }) => [mul(g, slopesOp([x], params))],
  jvp: ([dx], { inputs: [x], params }) => mul(dx as Tensor, slopesOp([x], params)),
});

/** Returns the positions of coordinates on one dimension. */
export const gridPositions = (coordinates: Tensor, axis: GridAxis): Tensor => positionsOp([coordinates], axis);
