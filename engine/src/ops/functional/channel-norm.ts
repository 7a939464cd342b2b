/** The op of batch normalization: normalizes each channel of [N, C, …] to mean 0 and variance 1. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { rsqrt } from "../elementwise/exponential.ts";
import { mean } from "../reduce/sum.ts";
import { intoChannels, outOfChannels } from "./correlate.ts";

/** Parameters of the op. */
interface ChannelNorm {
  readonly eps: number;
}

/** Returns the mean of each channel. */
const averaged = (x: Tensor): Tensor => {
  const dim = Array.from({ length: x.ndim - 1 }, (_, d) => (d === 0 ? 0 : d + 1));
  return mean(x, { dim, keepdim: true });
};

/** Returns J v for the Jacobian at x, which is symmetric: r (v - mean(v) - x̂ mean(v x̂)). */
function project(v: Tensor, x: Tensor, { eps }: ChannelNorm): Tensor {
  const c = sub(x, averaged(x));
  const r = rsqrt(add(averaged(mul(c, c)), eps));
  const hat = mul(c, r);
  return mul(r, sub(sub(v, averaged(v)), mul(hat, averaged(mul(v, hat)))));
}

const channelNormOp: Run<ChannelNorm> = defineOp<ChannelNorm>({
  name: "channelNorm",
  role: "channelNorm",
  stops: "normalization",
  torch: "ops.aten.native_batch_norm",
  access: "internal",
  signature: "input, eps=0.00001",
  label: () => "channel norm",
  tex: {
    forward: "y = (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon}",
    vjp: "\\bar x = r\\, (\\bar y - \\overline{\\bar y} - \\hat x\\, \\overline{\\bar y \\hat x})",
  },
  outputs: ([x]) => {
    requireFloat("channelNorm", x.dtype);
    if (x.shape.length < 2) throw new ShapeError("channelNorm", "the input must have channels ([N, C, …])", [x.shape]);
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [x], { params: { eps }, inputs: [{ shape }] }) => {
    const [rows, channels, n] = [shape[0], shape[1], sizeOf(shape.slice(2))];
    for (let c = 0; c < channels; c++) {
      const each = (f: (i: number) => void): void => {
        for (let row = 0; row < rows; row++) for (let i = 0; i < n; i++) f((row * channels + c) * n + i);
      };
      let mu = 0;
      let square = 0;
      each((i) => {
        mu += x[i] / (rows * n);
      });
      each((i) => {
        square += (x[i] - mu) ** 2 / (rows * n);
      });
      const r = 1 / Math.sqrt(square + eps);
      each((i) => {
        out[i] = (x[i] - mu) * r;
      });
    }
  },
  saves: { inputs: [0] },
  vjp: (g, { inputs, params }) => [project(g, inputs[0], params)],
  jvp: ([dx], { inputs, params }) => project(dx as Tensor, inputs[0], params),
  batch: ([x], _batched, params, size) => outOfChannels(channelNormOp([intoChannels(x, true, size)], params), size),
  samples: (r) => [
    { input: r.normal([3, 2, 4]) },
    { input: r.normal([5, 3]), eps: 0.1 },
    { input: r.normal([2, 3, 2, 2]), eps: 1e-3 },
  ],
  call: (input: Tensor, { eps }: Partial<ChannelNorm> = {}) => channelNorm(input, eps),
});

/**
 * Returns (x - μ) / √(σ² + ε) for each channel of [N, C, …], where μ and σ² (biased) are those of all elements of the channel. Source: Ioffe and
 * Szegedy, 2015.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools.
 */
export const channelNorm = (input: Tensor, eps = 1e-5): Tensor =>
  channelNormOp([requireTensor("channelNorm", input)], { eps });
