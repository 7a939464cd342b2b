/** The op that scales and shifts each channel of [N, C, …], the last step of normalizations. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { addTerms } from "../../dispatch/derivatives.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { sum } from "../reduce/sum.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Returns [C] in a shape that broadcasts to that of the input. */
const wide = (t: Tensor, { shape }: Meta): Tensor => reshape(t, [shape[1], ...shape.slice(2).map(() => 1)]);

/** Returns the sum over all dimensions but that of the channels. */
const overChannel = (x: Tensor): Tensor =>
  sum(
    x,
    x.shape.map((_, d) => d).filter((d) => d !== 1),
  );

const affineOp: Run<null> = defineOp<null>({
  name: "channelAffine",
  torch: "ops.aten.affine_channel",
  access: "internal",
  signature: "input, weight, bias",
  label: () => "scale and shift",
  tex: {
    forward: "y = w_c\\, x + b_c",
    vjp: "\\bar x = w_c\\, \\bar y,\\ \\bar w_c = \\textstyle\\sum x\\, \\bar y,\\ \\bar b_c = \\textstyle\\sum \\bar y",
  },
  outputs: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  kernel: (out, [x, w, b], { inputs: [{ shape }] }) => {
    const [channels, n] = [shape[1], sizeOf(shape.slice(2))];
    for (let i = 0; i < out.length; i++) {
      const c = Math.floor(i / n) % channels;
      out[i] = x[i] * w[c] + b[c];
    }
  },
  saves: [{ inputs: [1] }, { inputs: [0] }, {}],
  vjp: (g, { inputs, metas: [x], needs }) => [
    needs[0] ? mul(g, wide(inputs[1], x)) : null,
    needs[1] ? overChannel(mul(g, inputs[0])) : null,
    needs[2] ? overChannel(g) : null,
  ],
  jvp: ([dx, dw, db], { inputs, metas: [x] }) =>
    [
      dx === null ? [] : [mul(dx, wide(inputs[1], x))],
      dw === null ? [] : [mul(inputs[0], wide(dw, x))],
      db === null ? [] : [expand(wide(db, x), x.shape)],
    ]
      .flat()
      .reduce(addTerms),
  // a batch of weights has other dimensions than those of channels
  batch: ([x, w, b], batched, _params, size) => {
    const [, , ...rest] = batched[0] ? x.shape : [size, ...x.shape];
    const align = (t: Tensor, isBatched: boolean): Tensor => {
      const channels = [rest[0], ...rest.slice(1).map(() => 1)];
      return reshape(t, isBatched ? [size, 1, ...channels] : channels);
    };
    const all = batched[0] ? x : expand(reshape(x, [1, ...x.shape]), [size, ...x.shape]);
    return add(mul(all, align(w, batched[1])), align(b, batched[2]));
  },
  samples: (r) => [
    { input: r.normal([2, 3, 4]), weight: r.normal([3]), bias: r.normal([3]) },
    { input: r.normal([3, 2]), weight: r.normal([2]), bias: r.normal([2]) },
  ],
  call: (input: Tensor, weight: Tensor, bias: Tensor) => affineOp([input, weight, bias], null),
});

/** Returns the tensor times the weights [C] of the channels, plus their biases [C]. */
export const channelAffine = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => affineOp([x, weight, bias], null);
