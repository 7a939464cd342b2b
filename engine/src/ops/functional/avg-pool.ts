/** Average pooling over one, two or three dimensions. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { OpSpec } from "../../dispatch/spec.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { imageDims } from "./image-dims.ts";
import { type Pool, type PoolOptions, type PoolRank, pooledShape, poolParams, spatial } from "./pooling.ts";
import { mergeBatch, onBatch, type PerDim, splitBatch, tapsOf } from "./sliding.ts";

/** Options of `avgPool1d`, `avgPool2d` and `avgPool3d`. */
export interface AvgPoolOptions extends Omit<PoolOptions, "dilation"> {
  /** Distance between neighbouring windows; the window's size by default. */
  readonly stride?: PerDim | null;
  /** Zeros added on both sides, at most half of the window's size. */
  readonly padding?: PerDim;
  /** Whether the last window may end outside of the padded input. */
  readonly ceilMode?: boolean;
  /** Whether the zeros of the padding count in the mean; they do by default. */
  readonly countIncludePad?: boolean;
  /** Divisor of the sums, instead of the number of elements. */
  readonly divisorOverride?: number | null;
}

/** Average pooling of one rank. */
type AvgPool = (input: Tensor, kernelSize: PerDim, options?: AvgPoolOptions) => Tensor;

/** Complete parameters of average pooling. */
interface Average extends Pool {
  readonly countPadding: boolean;
  readonly divisor: number | null;
}

/** Parameters of the gradient, with the spatial sizes of the input. */
interface AverageBack extends Average {
  readonly size: Shape;
}

/** The ops of one rank, each the gradient of the other. */
interface AvgPoolOps {
  readonly average: Run<Average>;
  readonly back: Run<AverageBack>;
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

/**
 * Returns the complete parameters.
 * @throws ArgumentError for a divisor of 0, and as `poolParams` does.
 */
const averageParams = (rank: PoolRank, kernelSize: PerDim, options: AvgPoolOptions): Average => {
  const divisor = options.divisorOverride ?? null;
  if (divisor === 0) throw new ArgumentError(`avgPool${rank}d`, "divisorOverride must not be 0");
  const params = poolParams(`avgPool${rank}d`, rank, kernelSize, options);
  return { ...params, countPadding: options.countIncludePad ?? true, divisor };
};

/** Returns the spatial sizes of sample inputs. */
const sampleSizes = (rank: PoolRank): number[] => [5, 4, 4].slice(0, rank);

/** Returns the record of average pooling for one rank. */
function averageSpec(rank: PoolRank, ops: () => AvgPoolOps, call: AvgPool): OpSpec<Average> {
  const name = `avgPool${rank}d`;
  const sizes = sampleSizes(rank);
  return {
    name,
    torch: `nn.functional.avg_pool${rank}d`,
    access: "function",
    signature: "input, kernelSize, stride=null, padding=0, ceilMode=false, countIncludePad=true, divisorOverride=null",
    dims: imageDims(rank),
    label: ({ kernel }) => `mean ${kernel.join("×")}`,
    tex: {
      forward: "y_p = \\tfrac1n \\textstyle\\sum_k x_{s p + k}",
      vjp: "\\bar x_i = \\textstyle\\sum_{p \\ni i} \\bar y_p / n",
    },
    outputs: ([x], p) => {
      requireFloat(name, x.dtype);
      return { shape: pooledShape(name, x, p), dtype: x.dtype };
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
    vjp: (g, { params, metas: [x] }) => [ops().back([g], { ...params, size: spatial(x.shape) })],
    jvp: "linear",
    batch: ([x], _batched, p, size) => splitBatch(ops().average([mergeBatch(x)], p), size),
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
        divisorOverride: 3,
      },
    ],
    call,
  };
}

/** Returns the record of the gradient of average pooling for one rank. */
function backSpec(rank: PoolRank, ops: () => AvgPoolOps): OpSpec<AverageBack> {
  const sizes = sampleSizes(rank);
  return {
    name: `avgPool${rank}dBack`,
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
    vjp: (g, { params }) => [ops().average([g], params)],
    jvp: "linear",
    batch: ([y], _batched, p, size) => splitBatch(ops().back([mergeBatch(y)], p), size),
    samples: (r) => [{ input: r.normal([1, 2, ...sizes.map((n) => n >> 1)]), size: sizes, kernelSize: 2, stride: 2 }],
    call: (input: Tensor, size: Shape, kernelSize: PerDim, { stride = null }: AvgPoolOptions) =>
      ops().back([input], { ...averageParams(rank, kernelSize, { stride }), size }),
  };
}

/** Registers the ops of a rank and returns the public function. */
function defineAvgPool(rank: PoolRank): AvgPool {
  const call: AvgPool = (input, kernelSize, options = {}) =>
    onBatch(`avgPool${rank}d`, input, rank, (x) => [ops.average([x], averageParams(rank, kernelSize, options))])[0];
  const ops: AvgPoolOps = {
    average: defineOp(averageSpec(rank, () => ops, call)),
    back: defineOp(backSpec(rank, () => ops)),
  };
  return call;
}

/**
 * Mean of each window of [N, C, L] or [C, L]: [N, C, L′] or [C, L′], where L′ = ⌊(L + 2 padding - k) / stride⌋ + 1.
 * @throws ShapeError when a window is larger than the padded input.
 * @example avgPool1d(tensor([[1, 3, 2, 0]]), 2).toArray(); // [[2, 1]]
 */
export const avgPool1d: AvgPool = defineAvgPool(1);

/**
 * Mean of each window of images [N, C, H, W] or [C, H, W]. Sizes are computed as by `avgPool1d`.
 * @throws ShapeError when a window is larger than the padded image.
 * @example avgPool2d(tensor([[[1, 2], [3, 4]]]), 2).toArray(); // [[[2.5]]]
 */
export const avgPool2d: AvgPool = defineAvgPool(2);

/**
 * Mean of each window of volumes [N, C, D, H, W] or [C, D, H, W]. Sizes are computed as by `avgPool1d`.
 * @throws ShapeError when a window is larger than the padded volume.
 * @example avgPool3d(ones([1, 2, 2, 2]), 2).toArray(); // [[[[1]]]]
 */
export const avgPool3d: AvgPool = defineAvgPool(3);
