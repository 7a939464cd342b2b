/** Masks of dropout, and the op that applies them. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { rand } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { ge } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";

/** Parameters of the op. */
interface ScaleParams {
  readonly scale: number;
}

/** The op that multiplies the elements where the mask is true by `scale`, and sets the others to 0, NaN and infinities too. */
const maskedScaleOp: Run<ScaleParams> = defineOp<ScaleParams>({
  name: "maskedScale",
  stops: "mask",
  torch: "_masked_scale",
  aliases: ["native_dropout_backward"],
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

/** Returns p. @throws ArgumentError for a probability outside of [0, 1]. */
export function checkedProbability(op: string, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new ArgumentError(op, `p must lie in [0, 1], but got ${p}`);
  return p;
}

/** Returns a mask that is false with probability p. */
export const keepMask = (shape: Shape, p: number, generator: Generator | undefined): Tensor =>
  ge(rand(shape, generator === undefined ? {} : { generator }), p);

/** Returns the elements of `x` where the mask is true, times `scale`, and 0 elsewhere. */
export const maskedScale = (x: Tensor, mask: Tensor, scale: number): Tensor =>
  maskedScaleOp([isFloating(x.dtype) ? x : to(x, "float32"), mask], { scale });

/** Returns the elements of `x` where the mask is true, divided by 1 - p, and 0 elsewhere. */
export const dropped = (x: Tensor, keep: Tensor, p: number): Tensor => maskedScale(x, keep, p === 1 ? 0 : 1 / (1 - p));
