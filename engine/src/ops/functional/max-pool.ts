/** Maximum pooling over one, two or three dimensions. */
import { defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { OpSpec } from "../../dispatch/spec.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { ValuesIndices } from "../reduce/values-indices.ts";
import { imageDims } from "./image-dims.ts";
import { addedAt, atPositions } from "./max-positions.ts";
import { type Pool, type PoolOptions, type PoolRank, pooledShape, poolParams, spatial } from "./pooling.ts";
import { mergeBatch, onBatch, type PerDim, splitBatch, tapsOf } from "./sliding.ts";

/** Options of `maxPool1d`, `maxPool2d` and `maxPool3d`. */
export interface MaxPoolOptions extends PoolOptions {
  /** Distance between neighbouring windows; the window's size by default. */
  readonly stride?: PerDim | null;
  /** Elements of -∞ added on both sides, at most half of the window's size. */
  readonly padding?: PerDim;
  /** Distance between neighbouring elements of a window; 1 by default. */
  readonly dilation?: PerDim;
  /** Whether the last window may end outside of the padded input. */
  readonly ceilMode?: boolean;
  /** Whether to return the positions of the largest elements too: row-major positions in the spatial dimensions of the input. */
  readonly returnIndices?: boolean;
}

/** Maximum pooling: returns values and indices with `returnIndices`, else the values. */
export interface MaxPool {
  (input: Tensor, kernelSize: PerDim, options?: MaxPoolOptions & { readonly returnIndices?: false }): Tensor;
  (input: Tensor, kernelSize: PerDim, options: MaxPoolOptions & { readonly returnIndices: true }): ValuesIndices;
  (input: Tensor, kernelSize: PerDim, options?: MaxPoolOptions): Tensor | ValuesIndices;
}

/** The record for one rank; `run` runs the op, and `call` is the public function. */
function maxPoolSpec(rank: PoolRank, run: MultiRun<Pool>, call: MaxPool): OpSpec<Pool> {
  const name = `maxPool${rank}d`;
  const sizes = [5, 4, 4].slice(0, rank);
  return {
    name,
    stops: "choice",
    torch: `nn.functional.max_pool${rank}d`,
    access: "function",
    signature: "input, kernelSize, stride=null, padding=0, dilation=1, ceilMode=false, returnIndices=false",
    dims: imageDims(rank),
    label: ({ kernel }) => `max ${kernel.join("×")}`,
    tex: {
      forward: "y_p = \\max_k x_{s p + d k}",
      vjp: "\\bar x_i = \\textstyle\\sum_{p:\\, i = \\arg\\max} \\bar y_p",
    },
    outputs: ([x], p) => {
      requireFloat(name, x.dtype);
      const shape = pooledShape(name, x, p);
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: "int64" },
      ];
    },
    kernel: (values, [x], { params, inputs: [mx], outputs: [my], outs: [, indices] }) => {
      const [input, output] = [spatial(mx.shape), spatial(my.shape)];
      const taps = tapsOf(input, output, params);
      const [n, places] = [sizeOf(input), sizeOf(output)];
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
    vjp: (g, { outputs: [, indices], metas: [x] }) => [addedAt(x, indices, g)],
    jvp: ([dx], { outputs: [, indices] }) => [atPositions(dx as Tensor, indices), indices],
    batch: ([x], _batched, p, size) => run([mergeBatch(x)], p).map((y) => splitBatch(y, size)),
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
    call,
  };
}

/** The record of the op that returns the values alone, for one rank: less work where no gradient needs the indices. */
function valuesSpec(rank: PoolRank, whole: MultiRun<Pool>, alone: () => Run<Pool>, call: MaxPool): OpSpec<Pool> {
  const spec = maxPoolSpec(rank, whole, call);
  const { outputs, kernel, label, tex } = spec as Extract<OpSpec<Pool>, { readonly kernel: unknown }>;
  return {
    name: `maxPool${rank}dValues`,
    torch: `max_pool${rank}d`,
    access: "internal",
    signature: "input, kernelSize, stride=null, padding=0, dilation=1, ceilMode=false",
    label,
    tex,
    outputs: (inputs, p) => (outputs(inputs, p) as readonly Meta[])[0],
    kernel: (values, xs, ctx) => {
      const indices = new Int32Array(values.length);
      kernel(values, xs, { ...ctx, outs: [values, indices] });
    },
    saves: { inputs: [0] },
    vjp: (g, { inputs: [x], params }) => [addedAt(x, whole([x], params)[1], g)],
    jvp: ([dx], { inputs: [x], params }) => atPositions(dx as Tensor, whole([x], params)[1]),
    batch: ([x], _batched, p, size) => splitBatch(alone()([mergeBatch(x)], p), size),
    samples: (r) => {
      const isKept = ([name]: readonly [string, unknown]): boolean => name !== "returnIndices";
      return spec.samples(r).map((args) => Object.fromEntries(Object.entries(args).filter(isKept)));
    },
    call: (input: Tensor, kernelSize: PerDim, options: MaxPoolOptions = {}) => {
      const params = poolParams(`maxPool${rank}d`, rank, kernelSize, options);
      return onBatch(`maxPool${rank}d`, input, rank, (x) => [alone()([x], params)])[0];
    },
  };
}

/** Registers the ops of a rank and returns its public function. */
function defineMaxPool(rank: PoolRank): MaxPool {
  function pool(input: Tensor, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor | ValuesIndices {
    const params = poolParams(`maxPool${rank}d`, rank, kernelSize, options);
    const isPlain = options.returnIndices !== true && !(isGradEnabled() && input.requiresGrad);
    if (isPlain) return onBatch(`maxPool${rank}d`, input, rank, (x) => [alone([x], params)])[0];
    const [values, indices] = onBatch(`maxPool${rank}d`, input, rank, (x) => run([x], params));
    return options.returnIndices === true ? new ValuesIndices(values, indices) : values;
  }
  const call = pool as MaxPool;
  const run: MultiRun<Pool> = defineMultiOp(maxPoolSpec(rank, (inputs, params) => run(inputs, params), call));
  const alone: Run<Pool> = defineOp(valuesSpec(rank, run, () => alone, call));
  return call;
}

/**
 * Largest element of each window of [N, C, L] or [C, L]: [N, C, L′] or [C, L′], where L′ = ⌊(L + 2 padding - dilation (k - 1) - 1) / stride⌋ + 1. The gradient
 * flows to the largest element; of equal ones to the first.
 * @throws ShapeError when a window is larger than the padded input.
 * @example maxPool1d(tensor([[1, 3, 2, 0]]), 2).toArray(); // [[3, 2]]
 */
export const maxPool1d: MaxPool = defineMaxPool(1);

/**
 * Largest element of each window of images [N, C, H, W] or [C, H, W]. Sizes are computed as by `maxPool1d`. NaN is larger than any number. The gradient flows to the
 * largest element; of equal ones to the first.
 * @throws ShapeError when a window is larger than the padded image.
 * @example maxPool2d(tensor([[[1, 2], [3, 4]]]), 2).toArray(); // [[[4]]]
 */
export const maxPool2d: MaxPool = defineMaxPool(2);

/**
 * Largest element of each window of volumes [N, C, D, H, W] or [C, D, H, W]. Sizes are computed as by `maxPool1d`. The gradient flows to the largest element; of
 * equal ones to the first.
 * @throws ShapeError when a window is larger than the padded volume.
 * @example maxPool3d(arange(8).reshape([1, 2, 2, 2]).to("float32"), 2).toArray(); // [[[[7]]]]
 */
export const maxPool3d: MaxPool = defineMaxPool(3);
