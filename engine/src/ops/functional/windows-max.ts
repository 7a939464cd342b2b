/** The largest elements of windows with given bounds, which need not have one size: the op behind adaptive and fractional max pooling. */
import { defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { SampleSource } from "../../dispatch/spec.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { addedAt, atPositions } from "./max-positions.ts";
import { spatial } from "./pooling.ts";
import { mergeBatch, splitBatch } from "./sliding.ts";

/** Parameters of the op. */
export interface WindowsMax {
  /** Number of windows on each spatial dimension. */
  readonly size: Shape;
}

/** Returns three sizes, of which the missing first ones are 1. */
export const threeOf = (sizes: Shape): readonly [number, number, number] => {
  const [width, height = 1, depth = 1] = sizes.toReversed();
  return [depth, height, width];
};

/** Returns the first element and the end of window i of a dimension. */
type Bounds = (dim: 0 | 1 | 2, i: number) => readonly [start: number, end: number];

/** Calls `visit` for the elements of the windows of one plane. */
function visitWindows(
  [depth, height, width]: readonly [number, number, number],
  [, rows, columns]: readonly [number, number, number],
  bounds: Bounds,
  visit: (place: number, position: number) => void,
): void {
  for (let place = 0; place < depth * height * width; place++) {
    const [d0, d1] = bounds(0, Math.floor(place / (height * width)));
    const [h0, h1] = bounds(1, Math.floor(place / width) % height);
    const [w0, w1] = bounds(2, place % width);
    for (let d = d0; d < d1; d++)
      for (let h = h0; h < h1; h++) for (let w = w0; w < w1; w++) visit(place, (d * rows + h) * columns + w);
  }
}

/** Returns the bounds of the windows of a plane, from the elements of the second input. */
function boundsOf(array: NumericArray, plane: number, [depth, height, width]: readonly number[]): Bounds {
  const total = depth + height + width;
  const firsts = [0, depth, depth + height];
  return (dim, i) => {
    const at = 2 * plane * total + firsts[dim] + i;
    return [array[at], array[at + total]];
  };
}

const windowsMaxOp: MultiRun<WindowsMax> = defineMultiOp<WindowsMax>({
  name: "windowsMax",
  stops: "choice",
  torch: "ops.aten.adaptive_max_pool3d",
  access: "internal",
  signature: "input, bounds, size",
  label: ({ size }) => `max to ${size.join("×")}`,
  tex: {
    forward: "y_p = \\max_{i \\in W_p} x_i",
    vjp: "\\bar x_i = \\textstyle\\sum_{p:\\, i = \\arg\\max} \\bar y_p",
  },
  outputs: ([x], { size }) => {
    requireFloat("windowsMax", x.dtype);
    const shape = [...x.shape.slice(0, 2), ...size];
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: "int64" },
    ];
  },
  kernel: (values, [x, bounds], { params: { size }, inputs: [mx, mb], outs: [, indices] }) => {
    const input = threeOf(spatial(mx.shape));
    const [n, places] = [sizeOf(input), sizeOf(size)];
    indices.fill(-1);
    for (let plane = 0; plane < mx.shape[0] * mx.shape[1]; plane++)
      visitWindows(
        threeOf(size),
        input,
        boundsOf(bounds, mb.shape[0] === 1 ? 0 : plane, threeOf(size)),
        (place, position) => {
          const [v, at] = [x[plane * n + position], plane * places + place];
          // the first of equal ones; of several NaN the last
          if (!(v > values[at] || Number.isNaN(v) || indices[at] < 0)) return;
          values[at] = v;
          indices[at] = position;
        },
      );
  },
  saves: [{ outputs: [1] }, {}],
  vjp: (g, { outputs: [, indices], metas: [x] }) => [addedAt(x, indices, g), null],
  jvp: ([dx], { outputs: [, indices] }) => [atPositions(dx as Tensor, indices), indices],
  batch: ([x, bounds], [isBatched, haveBounds], params, size) => {
    const all = mergeBatch(isBatched ? x : expand(unsqueeze(x, 0), [size, ...x.shape]));
    const planes = (all.shape[0] * all.shape[1]) / size;
    const [count, total] = [bounds.shape.at(-3) as number, bounds.shape.at(-1) as number];
    const isShared = !haveBounds && count === 1;
    const each = haveBounds ? bounds : unsqueeze(bounds, 0);
    const merged = isShared ? bounds : reshape(expand(each, [size, planes, 2, total]), [size * planes, 2, total]);
    return windowsMaxOp([all, merged], params).map((y) => splitBatch(y, size));
  },
  samples: (r) => [
    { input: r.distinct([2, 2, 4, 5]), bounds: sampleBounds(r, 1), size: [2, 1] },
    { input: r.distinct([2, 2, 4, 5]), bounds: sampleBounds(r, 4), size: [2, 1] },
  ],
  call: (input: Tensor, bounds: Tensor, size: Shape) => windowsMaxOp([input, bounds], { size }),
});

/** Returns bounds of two windows of one row or two, and of one window of two columns; the missing dimension has one window of one element. */
function sampleBounds(r: SampleSource, planes: number): Tensor {
  const each = Array.from({ length: planes }, () => {
    const starts = [0, ...[0, 1, 2].map((most) => r.generator.integer(0, most + 2))];
    return [...starts, ...starts.map((start, i) => start + (i > 1 ? 2 : 1))];
  });
  return fromArray(Int32Array.from(each.flat()), "int32", [planes, 2, 4]);
}

/**
 * Returns the largest elements of windows of [N, C, …], and their positions in the spatial dimensions. `bounds` [P, 2, windows of three dimensions] has
 * the first elements of the windows, and their ends; a missing first dimension has one window of one element. P is 1 where all planes have the same windows, or N C.
 */
export const windowsMax = (x: Tensor, bounds: Tensor, size: Shape): readonly Tensor[] =>
  windowsMaxOp([x, bounds], { size });
