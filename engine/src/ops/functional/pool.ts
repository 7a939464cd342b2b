/** Pooling over one, two or three dimensions: the largest element, or the mean, of what a window covers. */

import { defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gather, scatterAdd } from "../indexing/gather.ts";
import { ValuesIndices } from "../reduce/values-indices.ts";
import { reshape } from "../shape/reshape.ts";
import { mergeBatch, onBatch, type PerDim, perDim, placesOf, type Sliding, splitBatch, tapsOf } from "./sliding.ts";

/** Parameters of pooling, complete. */
interface Pool extends Sliding {
  readonly ceil: boolean;
}

/** Options of `maxPool…d`. */
export interface MaxPoolOptions {
  /** Distance of neighbouring windows; the window's size by default. */
  readonly stride?: PerDim | null;
  /** Cells of -∞ on both sides, at most half of its size. */
  readonly padding?: PerDim;
  readonly dilation?: PerDim;
  /** Lets the last window end outside. */
  readonly ceilMode?: boolean;
  /** Returns where the largest elements are, too: row-major positions in the input's last dimensions. */
  readonly returnIndices?: boolean;
}

/** Options of `avgPool…d`. */
export interface AvgPoolOptions {
  readonly stride?: PerDim | null;
  readonly padding?: PerDim;
  readonly ceilMode?: boolean;
  /** Whether zeros of the padding count. */
  readonly countIncludePad?: boolean;
  /** Divides by this instead of the count. */
  readonly divisorOverride?: number | null;
}

interface Average extends Pool {
  readonly countPadding: boolean;
  readonly divisor: number | null;
}

interface AverageBack extends Average {
  readonly size: Shape;
}

/** Returns the divisor of each window's sum. */
function divisorsOf(input: Shape, output: Shape, p: Average, taps: { readonly y: Int32Array }): Float64Array {
  const counts = new Float64Array(sizeOf(output));
  if (p.divisor !== null) return counts.fill(p.divisor);
  if (!p.countPadding) {
    for (const y of taps.y) counts[y]++;
    return counts;
  }
  for (let at = 0; at < counts.length; at++) {
    let count = 1;
    for (let d = output.length - 1, rest = at; d >= 0; d--) {
      const start = (rest % output[d]) * p.stride[d] - p.padding[d];
      count *= Math.min(start + p.kernel[d], input[d] + p.padding[d]) - start;
      rest = Math.floor(rest / output[d]);
    }
    counts[at] = count;
  }
  return counts;
}

interface PoolOps {
  readonly max: MaxPool;
  readonly average: (input: Tensor, kernelSize: PerDim, options?: AvgPoolOptions) => Tensor;
}

/** With `returnIndices`, values and indices; without, the values. */
export interface MaxPool {
  (input: Tensor, kernelSize: PerDim, options?: MaxPoolOptions & { readonly returnIndices?: false }): Tensor;
  (input: Tensor, kernelSize: PerDim, options: MaxPoolOptions & { readonly returnIndices: true }): ValuesIndices;
  (input: Tensor, kernelSize: PerDim, options?: MaxPoolOptions): Tensor | ValuesIndices;
}

function poolOps(rank: 1 | 2 | 3): PoolOps {
  const [maxName, averageName, backName] = [`maxPool${rank}d`, `avgPool${rank}d`, `avgPool${rank}dBack`];
  const spatial = (shape: Shape): Shape => shape.slice(2);
  /** The last dimensions as one. */
  const flat = (t: Tensor): Tensor => reshape(t, [t.shape[0], t.shape[1], sizeOf(spatial(t.shape))]);
  const sizes = [5, 4, 4].slice(0, rank);

  const maxOp: MultiRun<Pool> = defineMultiOp<Pool>({
    name: maxName,
    torch: `nn.functional.max_pool${rank}d`,
    access: "function",
    signature: "input, kernelSize, stride=null, padding=0, dilation=1, ceilMode=false, returnIndices=false",
    label: ({ kernel }) => `max ${kernel.join("×")}`,
    tex: {
      forward: "y_p = \\max_k x_{s p + d k}",
      vjp: "\\bar x_i = \\textstyle\\sum_{p:\\, i = \\arg\\max} \\bar y_p",
    },
    outputs: ([x], p) => {
      requireFloat(maxName, x.dtype);
      if (x.shape.slice(1).includes(0))
        throw new ShapeError(maxName, "channels and sizes must be at least 1", [x.shape]);
      const shape = [...x.shape.slice(0, 2), ...placesOf(maxName, spatial(x.shape), p, p.ceil)];
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: "int32" },
      ];
    },
    kernel: (values, [x], { params, inputs: [mx], outputs: [my], outs }) => {
      const [input, output] = [spatial(mx.shape), spatial(my.shape)];
      const taps = tapsOf(input, output, params);
      const [n, places] = [sizeOf(input), sizeOf(output)];
      const indices = outs[1];
      values.fill(-Infinity);
      for (let plane = 0; plane < mx.shape[0] * mx.shape[1]; plane++)
        for (let t = 0; t < taps.x.length; t++) {
          const [v, at] = [x[plane * n + taps.x[t]], plane * places + taps.y[t]];
          // the first of equal ones; NaN wins
          if (!(v > values[at] || Number.isNaN(v)) && (taps.k[t] !== 0 || values[at] !== -Infinity)) continue;
          values[at] = v;
          indices[at] = taps.x[t];
        }
    },
    saves: { outputs: [1] },
    vjp: (g, { outputs: [, indices], metas: [x] }) => {
      const empty = zeros([x.shape[0], x.shape[1], sizeOf(spatial(x.shape))], { dtype: x.dtype });
      return [reshape(scatterAdd(empty, 2, flat(indices), flat(g)), x.shape)];
    },
    jvp: ([dx], { outputs: [, indices] }) => [
      reshape(gather(flat(dx as Tensor), 2, flat(indices)), indices.shape),
      indices,
    ],
    batch: ([x], _batched, p, size) => maxOp([mergeBatch(x)], p).map((y) => splitBatch(y, size)),
    samples: (r) => [
      { input: r.distinct([2, 1, ...sizes]), kernelSize: 2 },
      {
        input: r.distinct([1, 2, ...sizes]),
        kernelSize: 3,
        stride: 2,
        padding: 1,
        dilation: 1,
        ceilMode: true,
        returnIndices: true,
      },
      { input: r.distinct([1, ...sizes]), kernelSize: 2, stride: 1, dilation: 2 },
    ],
    call: (input: Tensor, kernelSize: PerDim, options: MaxPoolOptions) => max(input, kernelSize, options),
  });

  const averageOp: Run<Average> = defineOp<Average>({
    name: averageName,
    torch: `nn.functional.avg_pool${rank}d`,
    access: "function",
    signature: `input, kernelSize, stride=null, padding=0, ceilMode=false, countIncludePad=true${rank === 1 ? "" : ", divisorOverride=null"}`,
    label: ({ kernel }) => `mean ${kernel.join("×")}`,
    tex: {
      forward: "y_p = \\tfrac1n \\textstyle\\sum_k x_{s p + k}",
      vjp: "\\bar x_i = \\textstyle\\sum_{p \\ni i} \\bar y_p / n",
    },
    outputs: ([x], p) => {
      requireFloat(averageName, x.dtype);
      if (x.shape.slice(1).includes(0))
        throw new ShapeError(averageName, "channels and sizes must be at least 1", [x.shape]);
      return { shape: [...x.shape.slice(0, 2), ...placesOf(averageName, spatial(x.shape), p, p.ceil)], dtype: x.dtype };
    },
    kernel: (y, [x], { params, inputs: [mx], outputs: [my] }) => {
      const [input, output] = [spatial(mx.shape), spatial(my.shape)];
      const taps = tapsOf(input, output, params);
      const divisors = divisorsOf(input, output, params, taps);
      const [n, places] = [sizeOf(input), sizeOf(output)];
      const sums = new Float64Array(y.length);
      for (let plane = 0; plane < mx.shape[0] * mx.shape[1]; plane++)
        for (let t = 0; t < taps.x.length; t++) sums[plane * places + taps.y[t]] += x[plane * n + taps.x[t]];
      for (let at = 0; at < y.length; at++) y[at] = sums[at] / divisors[at % places];
    },
    saves: {},
    vjp: (g, { params, metas: [x] }) => [backOp([g], { ...params, size: spatial(x.shape) })],
    jvp: "linear",
    batch: ([x], _batched, p, size) => splitBatch(averageOp([mergeBatch(x)], p), size),
    samples: (r) => [
      { input: r.normal([2, 1, ...sizes]), kernelSize: 2 },
      {
        input: r.normal([1, 2, ...sizes]),
        kernelSize: 3,
        stride: 2,
        padding: 1,
        ceilMode: true,
        countIncludePad: false,
      },
      {
        input: r.normal([1, ...sizes]),
        kernelSize: 2,
        stride: 1,
        padding: 1,
        ...(rank === 1 ? {} : { divisorOverride: 3 }),
      },
    ],
    call: (input: Tensor, kernelSize: PerDim, options: AvgPoolOptions) => average(input, kernelSize, options),
  });

  const backOp: Run<AverageBack> = defineOp<AverageBack>({
    name: backName,
    torch: `ops.aten.avg_pool${rank}d_backward`,
    access: "internal",
    signature: "input, size, kernelSize, stride=null",
    label: ({ kernel }) => `mean ${kernel.join("×")} back`,
    tex: {
      forward: "x_i = \\textstyle\\sum_{p \\ni i} y_p / n",
      vjp: "\\bar y_p = \\tfrac1n \\textstyle\\sum_k \\bar x_{s p + k}",
    },
    outputs: ([y], { size }) => ({ shape: [...y.shape.slice(0, 2), ...size], dtype: y.dtype }),
    kernel: (x, [y], { params, inputs: [my], outputs: [mx] }) => {
      const [input, output] = [spatial(mx.shape), spatial(my.shape)];
      const taps = tapsOf(input, output, params);
      const divisors = divisorsOf(input, output, params, taps);
      const [n, places] = [sizeOf(input), sizeOf(output)];
      for (let plane = 0; plane < mx.shape[0] * mx.shape[1]; plane++)
        for (let t = 0; t < taps.x.length; t++)
          x[plane * n + taps.x[t]] += y[plane * places + taps.y[t]] / divisors[taps.y[t]];
    },
    saves: {},
    vjp: (g, { params }) => [averageOp([g], params)],
    jvp: "linear",
    batch: ([y], _batched, p, size) => splitBatch(backOp([mergeBatch(y)], p), size),
    samples: (r) => [{ input: r.normal([1, 2, ...sizes.map((n) => n >> 1)]), size: sizes, kernelSize: 2, stride: 2 }],
    call: (input: Tensor, size: Shape, kernelSize: PerDim, { stride = null }: AvgPoolOptions) =>
      backOp([input], { ...averageParams(kernelSize, { stride }), size }),
  });

  function params(op: string, kernelSize: PerDim, o: MaxPoolOptions): Pool {
    const kernel = perDim(op, "kernelSize", kernelSize, rank, 1);
    const padding = perDim(op, "padding", o.padding ?? 0, rank, 0);
    const dilation = perDim(op, "dilation", o.dilation ?? 1, rank, 1);
    if (padding.some((n, d) => n > kernel[d] / 2))
      throw new ArgumentError(
        op,
        `padding must be at most half of the window, but got ${padding.join(", ")} for ${kernel.join(", ")}`,
      );
    const stride = o.stride ?? null;
    return {
      kernel,
      padding,
      dilation,
      stride:
        stride === null || (typeof stride !== "number" && stride.length === 0)
          ? kernel
          : perDim(op, "stride", stride, rank, 1),
      ceil: o.ceilMode ?? false,
    };
  }

  const averageParams = (kernelSize: PerDim, o: AvgPoolOptions): Average => {
    const divisor = o.divisorOverride ?? null;
    if (divisor === 0) throw new ArgumentError(averageName, "divisorOverride must not be 0");
    return { ...params(averageName, kernelSize, o), countPadding: o.countIncludePad ?? true, divisor };
  };

  function maximum(input: Tensor, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor | ValuesIndices {
    const p = params(maxName, kernelSize, options);
    const [values, indices] = onBatch(maxName, input, rank, (x) => maxOp([x], p));
    return options.returnIndices === true ? new ValuesIndices(values, indices) : values;
  }
  const max = maximum as MaxPool;

  const average = (input: Tensor, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor =>
    onBatch(averageName, input, rank, (x) => [averageOp([x], averageParams(kernelSize, options))])[0];

  return { max, average };
}

const [one, two, three] = [poolOps(1), poolOps(2), poolOps(3)];

/** The largest of each window of [N, C, L] (or [C, L]). Ties go to the first; the gradient goes to where the largest is. */
export const maxPool1d: MaxPool = one.max;
/**
 * The largest of each window of images [N, C, H, W] (or [C, H, W]). Ties go to the first, NaN wins; the gradient goes to where the largest is.
 * @throws ShapeError when a window is larger than the padded image.
 * @example maxPool2d(tensor([[[1, 2], [3, 4]]]), 2).toArray(); // [[[4]]]
 */
export const maxPool2d: MaxPool = two.max;
/** The largest of each window of volumes [N, C, D, H, W]. */
export const maxPool3d: MaxPool = three.max;
/** The mean of each window of [N, C, L] (or [C, L]). */
export const avgPool1d: PoolOps["average"] = one.average;
/** The mean of each window of images. @example avgPool2d(tensor([[[1, 2], [3, 4]]]), 2).toArray(); // [[[2.5]]] */
export const avgPool2d: PoolOps["average"] = two.average;
/** The mean of each window of volumes. */
export const avgPool3d: PoolOps["average"] = three.average;
