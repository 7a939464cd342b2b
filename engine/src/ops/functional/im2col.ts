/** Windows of images as columns, and back. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { requireListable } from "./pooling.ts";
import { mergeBatch, onBatch, outputSizes, type PerDim, perDim, type Sliding, splitBatch, tapsOf } from "./sliding.ts";

/** Options of `im2col` and `col2im`. */
export interface UnfoldOptions {
  /** Distance between neighbouring elements of a window; 1 by default. */
  readonly dilation?: PerDim;
  /** Zeros added on both sides. */
  readonly padding?: PerDim;
  /** Distance between neighbouring windows; 1 by default. */
  readonly stride?: PerDim;
}

/** Parameters of the ops: the windows, their number on each dimension, and the sizes of the images. */
interface Columns extends Sliding {
  readonly size: Shape;
  readonly places: Shape;
}

/** Calls `visit` for the pairs of an element of the images and its element in the columns. */
function visitPairs(planes: number, p: Columns, visit: (pixel: number, entry: number) => void): void {
  const [n, cells, count] = [sizeOf(p.size), sizeOf(p.kernel), sizeOf(p.places)];
  const taps = tapsOf(p.size, p.places, p);
  for (let plane = 0; plane < planes; plane++)
    for (let t = 0; t < taps.x.length; t++)
      visit(plane * n + taps.x[t], (plane * cells + taps.k[t]) * count + taps.y[t]);
}

/** Returns the complete parameters. */
function columnsOf(op: string, size: Shape, kernelSize: PerDim, { dilation, padding, stride }: UnfoldOptions): Columns {
  const windows: Sliding = {
    kernel: perDim(op, "kernelSize", kernelSize, 2, 1),
    dilation: perDim(op, "dilation", dilation ?? 1, 2, 1),
    padding: perDim(op, "padding", padding ?? 0, 2, 0),
    stride: perDim(op, "stride", stride ?? 1, 2, 1),
  };
  requireListable(op, size);
  const places = outputSizes(op, size, windows);
  requireListable(op, [...places, ...windows.kernel]);
  return { ...windows, size, places };
}

const im2colOp: Run<Columns> = defineOp<Columns>({
  name: "im2col",
  torch: "nn.functional.unfold",
  access: "function",
  signature: "input, kernelSize, dilation=1, padding=0, stride=1",
  label: ({ kernel }) => `unfold ${kernel.join("×")}`,
  tex: {
    forward: "y_{k,\\, p} = x_{s p + d k}",
    vjp: "\\bar x_i = \\textstyle\\sum_{k, p:\\, s p + d k = i} \\bar y_{k,\\, p}",
  },
  outputs: ([x], p) => {
    requireFloat("im2col", x.dtype);
    if (x.shape.slice(1).includes(0))
      throw new ShapeError("im2col", "channels and sizes must be at least 1", [x.shape]);
    return { shape: [x.shape[0], x.shape[1] * sizeOf(p.kernel), sizeOf(p.places)], dtype: x.dtype };
  },
  kernel: (out, [x], { params, inputs: [{ shape }] }) =>
    visitPairs(shape[0] * shape[1], params, (pixel, entry) => {
      out[entry] = x[pixel];
    }),
  saves: {},
  vjp: (g, { params }) => [col2imOp([g], params)],
  jvp: "linear",
  batch: ([x], _batched, p, size) => splitBatch(im2colOp([mergeBatch(x)], p), size),
  samples: (r) => [
    { input: r.normal([2, 2, 4, 3]), kernelSize: 2 },
    { input: r.normal([2, 5, 4]), kernelSize: [3, 2], dilation: [1, 2], padding: 1, stride: 2 },
  ],
  call: im2col,
});

const col2imOp: Run<Columns> = defineOp<Columns>({
  name: "col2im",
  torch: "nn.functional.fold",
  access: "function",
  signature: "input, outputSize, kernelSize, dilation=1, padding=0, stride=1",
  label: ({ kernel }) => `fold ${kernel.join("×")}`,
  tex: {
    forward: "y_i = \\textstyle\\sum_{k, p:\\, s p + d k = i} x_{k,\\, p}",
    vjp: "\\bar x_{k,\\, p} = \\bar y_{s p + d k}",
  },
  outputs: ([x], p) => {
    requireFloat("col2im", x.dtype);
    const [rows, places] = [sizeOf(p.kernel), sizeOf(p.places)];
    if (x.shape[1] === 0 || x.shape[1] % rows !== 0 || x.shape[2] !== places)
      throw new ShapeError(
        "col2im",
        `the input must be [N, C ${rows}, ${places}] for the windows of ${p.size.join("×")} pixels`,
        [x.shape],
      );
    return { shape: [x.shape[0], x.shape[1] / rows, ...p.size], dtype: x.dtype };
  },
  kernel: (out, [x], { params, outputs: [{ shape }] }) => {
    const sums = new Float64Array(out.length);
    visitPairs(shape[0] * shape[1], params, (pixel, entry) => {
      sums[pixel] += x[entry];
    });
    out.set(sums);
  },
  saves: {},
  vjp: (g, { params }) => [im2colOp([g], params)],
  jvp: "linear",
  batch: ([x], _batched, p, size) => splitBatch(col2imOp([mergeBatch(x)], p), size),
  samples: (r) => [
    { input: r.normal([2, 8, 6]), outputSize: [4, 3], kernelSize: 2 },
    { input: r.normal([6, 6]), outputSize: [5, 4], kernelSize: [3, 2], dilation: [1, 2], padding: 1, stride: 2 },
  ],
  call: col2im,
});

/**
 * Returns the windows of images [N, C, H, W] or [C, H, W] as columns: [N, C kH kW, windows] or [C kH kW, windows]. It is PyTorch's `nn.functional.unfold`, and has
 * this name there too; the method `unfold` gives the windows of one dimension as a view. Gradients of an element in several windows add up.
 * @throws ShapeError when a window is larger than the padded image, and for an image without channels or elements; DTypeError for integers and bools.
 * @example im2col(tensor([[[1, 2], [3, 4]]]), [1, 2]).toArray(); // [[1, 3], [2, 4]]
 */
export function im2col(input: Tensor, kernelSize: PerDim, options: UnfoldOptions = {}): Tensor {
  const [result] = onBatch("im2col", input, 2, (x) => [
    im2colOp([x], columnsOf("im2col", x.shape.slice(2), kernelSize, options)),
  ]);
  return result;
}

/**
 * Returns images [N, C, H, W] of the size `outputSize` from columns [N, C kH kW, windows], or [C, H, W] from [C kH kW, windows]: each element is the sum of its
 * values in all windows. It is PyTorch's `nn.functional.fold`, and has this name there too: the transpose of `nn.functional.unfold`.
 * @throws ShapeError when the input does not have one column for each window of the size; DTypeError for integers and bools.
 * @example col2im(tensor([[1, 3], [2, 4]]), [2, 2], [1, 2]).toArray(); // [[[1, 2], [3, 4]]]
 */
export function col2im(input: Tensor, outputSize: PerDim, kernelSize: PerDim, options: UnfoldOptions = {}): Tensor {
  const size = perDim("col2im", "outputSize", outputSize, 2, 1);
  const [result] = onBatch("col2im", input, 1, (x) => [col2imOp([x], columnsOf("col2im", size, kernelSize, options))]);
  return result;
}
