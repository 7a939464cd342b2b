/** Fractional maximum pooling: windows of one size at random steps. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import { arange, full, rand } from "../../tensor/create.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";
import { floor } from "../elementwise/rounding.ts";
import { ValuesIndices } from "../reduce/values-indices.ts";
import { cat, stack } from "../shape/join.ts";
import { reshape } from "../shape/reshape.ts";
import { spatial } from "./pooling.ts";
import { onBatch, type PerDim, perDim } from "./sliding.ts";
import { windowsMax } from "./windows-max.ts";

/** Options of `fractionalMaxPool2d` and `fractionalMaxPool3d`. */
export interface FractionalMaxPoolOptions {
  /** Spatial sizes of the result: one number for all dimensions, or one for each. Either this or `outputRatio` is given. */
  readonly outputSize?: PerDim | null;
  /** Ratio of the spatial sizes of the result to those of the input; the sizes are rounded down. */
  readonly outputRatio?: PerDim | null;
  /** Whether to return the positions of the largest elements too: row-major positions in the spatial dimensions of the input. */
  readonly returnIndices?: boolean;
  /** Random numbers in [0, 1), [N, C, number of spatial dimensions], which decide where windows begin: in images first of columns, then of rows. */
  readonly _randomSamples?: Tensor | null;
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator | null;
}

/** Fractional maximum pooling: returns values and indices with `returnIndices`, else the values. */
export interface FractionalMaxPool {
  (input: Tensor, kernelSize: PerDim, options: FractionalMaxPoolOptions & { readonly returnIndices?: false }): Tensor;
  (
    input: Tensor,
    kernelSize: PerDim,
    options: FractionalMaxPoolOptions & { readonly returnIndices: true },
  ): ValuesIndices;
  (input: Tensor, kernelSize: PerDim, options: FractionalMaxPoolOptions): Tensor | ValuesIndices;
}

/** Returns where the windows of a dimension begin, [P, size], for samples u [P, 1]: ⌊(i + u) α⌋ - ⌊u α⌋ with α = (n - k) / (size - 1); the last one ends with the input. */
function windowStarts(u: Tensor, n: number, k: number, size: number): Tensor {
  const last = full([u.shape[0], Math.min(size, 1)], n - k, { dtype: "int32" });
  if (size <= 1) return last;
  const alpha = (n - k) / (size - 1);
  const steps = arange(size - 1, { dtype: u.dtype });
  return cat([to(sub(floor(mul(add(steps, u), alpha)), floor(mul(u, alpha))), "int32"), last], 1);
}

/** Returns the sizes of the result. */
function outputSizes(
  op: string,
  input: Shape,
  kernel: readonly number[],
  { outputSize = null, outputRatio = null }: FractionalMaxPoolOptions,
): readonly number[] {
  if (outputSize === null && outputRatio === null)
    throw new ArgumentError(op, "expected either outputSize or outputRatio");
  const ratios = typeof outputRatio === "number" ? input.map(() => outputRatio) : outputRatio;
  if (outputSize === null && ratios?.length !== input.length)
    throw new ArgumentError(op, `outputRatio must be one number, or ${input.length} of them`);
  const sizes =
    outputSize === null
      ? input.map((n, d) => Math.floor(n * (ratios?.[d] ?? 1)))
      : perDim(op, "outputSize", outputSize, input.length, 0);
  if (sizes.some((size, d) => size < 0 || size + kernel[d] - 1 > input[d]))
    throw new ShapeError(
      op,
      "windows must fit into the input: its sizes must be at least outputSize + kernelSize - 1",
      [input, sizes, kernel],
    );
  return sizes;
}

/** Checks that there are random numbers for all planes of [N, C, …], and returns those. */
function checkSamples(op: string, samples: Tensor, x: Tensor): Tensor {
  const [n, channels] = x.shape;
  if (samples.dtype !== x.dtype)
    throw new DTypeError(op, "_randomSamples must have the dtype of the input", [samples.dtype, x.dtype]);
  const [count, c, dims] = samples.shape;
  if (samples.ndim !== 3 || count < n || c !== channels || dims !== x.ndim - 2)
    throw new ShapeError(op, "_randomSamples must be [N, C, number of spatial dimensions]", [samples.shape, x.shape]);
  return samples.narrow(0, 0, n);
}

/** Registers the function of a rank. */
function defineFractionalMaxPool(rank: 2 | 3): FractionalMaxPool {
  const name = `fractionalMaxPool${rank}d`;
  const sizes = [7, 6, 5].slice(0, rank);
  // PyTorch reads the samples of images from the last dimension to the first
  const order = rank === 2 ? [1, 0] : [0, 1, 2];
  return defineComposite(
    {
      name,
      torch: `nn.functional.fractional_max_pool${rank}d`,
      access: "function",
      signature:
        "input, kernelSize, outputSize=null, outputRatio=null, returnIndices=false, _randomSamples=null, generator=null",
      tex: "y_i = \\max\\, x_{s_i \\,\\ldots\\, s_i + k - 1}",
      samples: (r) => [
        {
          input: r.distinct([2, 1, ...sizes]),
          kernelSize: 2,
          outputSize: 3,
          _randomSamples: r.uniform([2, 1, rank], 0, 1),
          generator: r.generator,
        },
        {
          input: r.distinct([2, ...sizes]),
          kernelSize: [3, 2, 1].slice(0, rank),
          outputRatio: 0.5,
          returnIndices: true,
          _randomSamples: r.uniform([1, 2, rank], 0, 1),
        },
      ],
    },
    ((input: Tensor, kernelSize: PerDim, options: FractionalMaxPoolOptions): Tensor | ValuesIndices => {
      const kernel = perDim(name, "kernelSize", kernelSize, rank, 1);
      const [values, indices] = onBatch(name, input, rank, (x) => {
        requireFloat(name, x.dtype);
        const [given, planes] = [spatial(x.shape), x.shape[0] * x.shape[1]];
        if (x.shape.slice(1).includes(0))
          throw new ShapeError(name, "channels and sizes must be at least 1", [x.shape]);
        const output = outputSizes(name, given, kernel, options);
        const samples = options._randomSamples
          ? checkSamples(name, options._randomSamples, x)
          : rand([x.shape[0], x.shape[1], rank], {
              dtype: x.dtype,
              ...(options.generator ? { generator: options.generator } : {}),
            });
        const u = reshape(samples, [planes, rank]);
        const starts = output.map((size, d) => windowStarts(u.narrow(1, order[d], 1), given[d], kernel[d], size));
        const ends = starts.map((s, d) => add(s, kernel[d]));
        // a missing first dimension has one window of one element
        const missing = full([planes, 3 - rank], 0, { dtype: "int32" });
        const bounds = [cat([missing, ...starts], 1), cat([add(missing, 1), ...ends], 1)];
        return windowsMax(x, stack(bounds, 1), output);
      });
      return options.returnIndices === true ? new ValuesIndices(values, indices) : values;
    }) as FractionalMaxPool,
  );
}

/**
 * Returns the largest elements of windows of `kernelSize` of images [N, C, H, W] or [C, H, W], which begin at random steps, so that the result has the size
 * `outputSize`, or `outputRatio` of that of the input. Each channel has its own steps: window i begins at ⌊(i + u) α⌋ - ⌊u α⌋ with α = (H - k) / (H′ - 1) and u uniform
 * in [0, 1), and the last one ends with the image. The gradient flows to the largest element; of equal ones to the first. Source: Graham, 2014.
 * @throws ArgumentError unless `outputSize` or `outputRatio` is given; ShapeError when the windows do not fit into the image, and for random samples of another
 * shape; DTypeError for integers and bools.
 * @example fractionalMaxPool2d(tensor([[[1, 2], [3, 4]]]), 2, { outputSize: 1 }).toArray(); // [[[4]]]
 */
export const fractionalMaxPool2d: FractionalMaxPool = defineFractionalMaxPool(2);

/**
 * Returns the largest elements of windows of `kernelSize` of volumes [N, C, D, H, W] or [C, D, H, W], which begin at random steps, so that the result has the size
 * `outputSize`, or `outputRatio` of that of the input. Each channel has its own steps: window i begins at ⌊(i + u) α⌋ - ⌊u α⌋ with α = (n - k) / (n′ - 1) and u uniform
 * in [0, 1), and the last one ends with the volume. The gradient flows to the largest element; of equal ones to the first. Source: Graham, 2014.
 * @throws ArgumentError unless `outputSize` or `outputRatio` is given; ShapeError when the windows do not fit into the volume, and for random samples of another
 * shape; DTypeError for integers and bools.
 * @example fractionalMaxPool3d(arange(8).reshape([1, 2, 2, 2]).to("float32"), 2, { outputSize: 1 }).toArray(); // [[[[7]]]]
 */
export const fractionalMaxPool3d: FractionalMaxPool = defineFractionalMaxPool(3);
