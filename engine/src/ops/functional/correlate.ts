/** The reference loop of the three ops of convolution, and their batching: a batch of convolutions is one convolution with more groups. */
import type { RuleContext, SampleSource } from "../../dispatch/spec.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { mergeBatch, type Sliding, splitBatch, tapsOf } from "./sliding.ts";

/** Complete parameters of a convolution. */
export interface Conv extends Sliding {
  readonly groups: number;
}

/** Computes one of the arrays of y = x ⋆ w from the other two, by name: the result, the transpose with respect to x, or that with respect to w. */
export function correlate(
  out: "x" | "w" | "y",
  arrays: Readonly<Record<"x" | "w" | "y", NumericArray>>,
  [batch, inChannels, outChannels]: readonly [number, number, number],
  [input, output]: readonly [Shape, Shape],
  conv: Conv,
): void {
  const taps = tapsOf(input, output, conv);
  const { groups } = conv;
  const [cells, sizeX, sizeY] = [sizeOf(conv.kernel), sizeOf(input), sizeOf(output)];
  const [ins, outs] = [inChannels / groups, outChannels / groups];
  const sums = new Float64Array(arrays[out].length);
  const { x, w, y }: Record<"x" | "w" | "y", NumericArray> = Object.assign({ ...arrays }, { [out]: sums });
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < outChannels; o++)
      for (let c = 0; c < ins; c++) {
        const x0 = (n * inChannels + Math.floor(o / outs) * ins + c) * sizeX;
        const w0 = (o * ins + c) * cells;
        const y0 = (n * outChannels + o) * sizeY;
        for (let t = 0; t < taps.x.length; t++) {
          const [i, j, k] = [x0 + taps.x[t], w0 + taps.k[t], y0 + taps.y[t]];
          if (out === "y") y[k] += x[i] * w[j];
          else if (out === "x") x[i] += y[k] * w[j];
          else w[j] += x[i] * y[k];
        }
      }
  arrays[out].set(sums);
}

/** Adds the bias of each channel to [N, C, …]; `size` is the number of elements of a channel. */
export function addBias(out: NumericArray, bias: NumericArray | undefined, size: number): void {
  if (bias === undefined) return;
  for (let at = 0; at < out.length; at++) out[at] += bias[Math.floor(at / size) % bias.length];
}

/** Returns [S, N, C, …] as [N, S C, …], for a convolution with S times the groups. */
export const intoChannels = (x: Tensor, batched: boolean, size: number): Tensor => {
  const all = batched ? x : expand(unsqueeze(x, 0), [size, ...x.shape]);
  const [, n, c, ...rest] = all.shape;
  return reshape(transpose(all, 0, 1), [n, size * c, ...rest]);
};
/** Returns the result [N, S C, …] of a convolution with S times the groups as [S, N, C, …]. */
export const outOfChannels = (y: Tensor, size: number): Tensor => {
  const [n, c, ...rest] = y.shape;
  return transpose(reshape(y, [n, size, c / size, ...rest]), 0, 1);
};
/** Returns weights [S, O, …] as [S O, …]. */
const intoRows = (w: Tensor, batched: boolean, size: number): Tensor => {
  const all = batched ? w : expand(unsqueeze(w, 0), [size, ...w.shape]);
  return reshape(all, [size * all.shape[1], ...all.shape.slice(2)]);
};
/** Adds a bias [C], or [S, C], to [S, N, C, …]. */
const withBias = (y: Tensor, bias: Tensor | undefined, batched: boolean, rank: number): Tensor => {
  if (bias === undefined) return y;
  const ones = new Array<number>(rank).fill(1);
  return add(y, reshape(bias, batched ? [bias.shape[0], 1, bias.shape[1], ...ones] : [bias.shape[0], ...ones]));
};

/** Returns d(x ⋆ w + b) = dx ⋆ w + x ⋆ dw + db. */
export function tangentOf(
  run: (x: Tensor, w: Tensor) => Tensor,
  [dx, dw, db]: readonly (Tensor | null)[],
  { inputs: [x, w], outputMetas: [{ shape }] }: RuleContext<Conv>,
): Tensor {
  const channels = db && reshape(db, [db.shape[0], ...shape.slice(2).map(() => 1)]);
  const parts = [dx && run(dx, w), dw && run(x, dw), channels && expand(channels, shape)];
  return parts.filter((t) => t instanceof Tensor).reduce((a, b) => add(a, b));
}

/** Runs a batch of convolutions as one: a batch of inputs joins the batch of the convolution, a batch of weights becomes groups. */
export function batchOf(
  run: (x: Tensor, w: Tensor, groups: number) => Tensor,
  [x, w, b]: readonly Tensor[],
  [bx, bw, bb]: readonly boolean[],
  size: number,
  rank: number,
): Tensor {
  if (bw || !bx)
    return withBias(outOfChannels(run(intoChannels(x, bx, size), intoRows(w, bw, size), size), size), b, bb, rank);
  return withBias(splitBatch(run(mergeBatch(x), w, 1), size), b, bb, rank);
}

/** Returns samples of convolutions of inputs of these sizes. */
export function convSamples(
  r: SampleSource,
  sizes: readonly number[],
  kernel: readonly number[],
): Record<string, unknown>[] {
  return [
    { input: r.normal([2, 2, ...sizes]), weight: r.normal([3, 2, ...kernel]) },
    {
      input: r.normal([1, 4, ...sizes]),
      weight: r.normal([2, 2, ...kernel]),
      bias: r.normal([2]),
      stride: 2,
      padding: 2,
      dilation: 2,
      groups: 2,
    },
    { input: r.normal([2, ...sizes]), weight: r.normal([1, 2, ...kernel]), padding: "same" },
  ];
}
