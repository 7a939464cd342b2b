/** Dropout. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { rand } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { ge } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Probability that an element is set to 0; 0.5 by default. */
  readonly p?: number;
  /** Whether to drop elements; otherwise all elements are kept. */
  readonly training?: boolean;
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator;
}

/** Parameters of the op. */
interface ScaleParams {
  readonly scale: number;
}

/** The op that multiplies the elements where the mask is true by `scale`, and sets the others to 0, NaN and infinities too. */
const maskedScaleOp: Run<ScaleParams> = defineOp<ScaleParams>({
  name: "maskedScale",
  torch: "_masked_scale",
  access: "internal",
  signature: "input, mask, scale",
  label: () => "maskedScale",
  tex: { forward: "y = s\\, m \\odot x", vjp: "\\bar x = s\\, m \\odot \\bar y" },
  outputs: ([x, mask]) => ({ shape: broadcastShapes("maskedScale", [x.shape, mask.shape]), dtype: x.dtype }),
  kernel: (out, [x, mask], { params: { scale }, inputs, outputs: [y] }) => {
    if (x.length === out.length && mask.length === out.length)
      for (let i = 0; i < out.length; i++) out[i] = mask[i] !== 0 ? scale * x[i] : 0;
    else
      visitElements(
        y.shape,
        inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), y.shape)),
        (at, [i, j]) => {
          out[at] = mask[j] !== 0 ? scale * x[i] : 0;
        },
      );
  },
  saves: { inputs: [1] },
  vjp: (g, { inputs: [, mask], params }) => [maskedScaleOp([g, mask], params), null],
  jvp: ([dx], { inputs: [, mask], params }) => maskedScaleOp([dx as Tensor, mask], params),
  batch: "elementwise",
  samples: (r) => [{ input: r.normal([2, 3]), mask: r.integers([2, 3], 0, 2).to("bool"), scale: 2 }],
  call: (input: Tensor, mask: Tensor, scale: number) => maskedScaleOp([input, mask], { scale }),
});

/**
 * Sets elements to 0 with probability `p` and multiplies the others by 1 / (1 - p), which keeps the expected value. Dropped elements have the gradient
 * 0, even if they are NaN or infinite. Source: Srivastava et al., 2014.
 * @throws ArgumentError for a `p` outside of [0, 1].
 * @example dropout(tensor([1, 2]), { training: false }).toArray(); // [1, 2]
 */
export const dropout: (input: Tensor, options?: DropoutOptions) => Tensor = defineComposite(
  {
    name: "dropout",
    torch: "nn.functional.dropout",
    access: "function",
    signature: "input, p=0.5, training=true, generator=null",
    tex: "y = x \\odot m / (1 - p)",
    samples: (r) => [
      { input: r.normal([2, 3]), p: 0.5, training: false, generator: r.generator },
      { input: r.normal([3]), p: 0 },
    ],
  },
  (input: Tensor, { p = 0.5, training = true, generator }: DropoutOptions = {}): Tensor => {
    if (!(p >= 0 && p <= 1)) throw new ArgumentError("dropout", `p must lie in [0, 1], but got ${p}`);
    if (!training || p === 0) return mul(input, 1);
    const x = isFloating(input.dtype) ? input : to(input, "float32");
    const keep = ge(rand(x.shape, generator === undefined ? {} : { generator }), p);
    return maskedScaleOp([x, keep], { scale: p === 1 ? 0 : 1 / (1 - p) });
  },
);
