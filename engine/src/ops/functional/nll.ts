/** The op of the negative log likelihood. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { requireFloat, requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { arange } from "../../tensor/create.ts";
import { IndexError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Shape, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { neg } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { where } from "../elementwise/where.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Returns the dimension of the classes, of [C], [N, C] or [N, C, …]. */
const classDim = (shape: Shape): number => (shape.length === 1 ? 0 : 1);

/** Returns `g` at the target's class of each example, and 0 elsewhere. */
function spread(g: Tensor, target: Tensor, { shape }: Meta): Tensor {
  const dim = classDim(shape);
  const classes = arange(shape[dim]).reshape(shape.slice(dim).map((n, d) => (d === 0 ? n : 1)));
  return where(eq(unsqueeze(target, dim), classes), unsqueeze(g, dim), 0);
}

/** Returns the tensor with a leading batch dimension, in which it is repeated if it has none. */
const whole = (x: Tensor, batched: boolean, size: number): Tensor => (batched ? x : expand(x, [size, ...x.shape]));

const nllOp: Run<null> = defineOp<null>({
  name: "nll",
  torch: "ops.aten.nll_loss",
  access: "internal",
  signature: "input, target",
  label: () => "−log p",
  tex: { forward: "y_i = -x_{i, t_i}", vjp: "\\bar x_{i, t_i} = -\\bar y_i" },
  outputs: ([x, target]) => {
    requireFloat("nll", x.dtype);
    if (target.dtype !== "uint8") requireIndices("nll", target.dtype);
    const expected = x.shape.toSpliced(classDim(x.shape), 1);
    if (x.shape.length === 0 || !sameShape(expected, target.shape))
      throw new ShapeError("nll", "the target must have the shape of the input without its classes", [
        x.shape,
        target.shape,
      ]);
    return { shape: target.shape, dtype: x.dtype };
  },
  kernel: (out, [x, target], { inputs: [{ shape }] }) => {
    const dim = classDim(shape);
    const [outer, classes, inner] = sizesAround(shape, dim);
    for (let o = 0, at = 0; o < outer; o++)
      for (let i = 0; i < inner; i++, at++) {
        const c = target[at];
        if (c < 0 || c >= classes)
          throw new IndexError("nll", `index ${c} is out of range for dimension ${dim} of size ${classes}`);
        out[at] = -x[(o * classes + c) * inner + i];
      }
  },
  saves: { inputs: [1] },
  vjp: (g, { inputs: [, target], metas }) => [spread(neg(g), target, metas[0]), null],
  jvp: ([dx], { inputs: [, target] }) => nllOp([dx as Tensor, target], null),
  batch: (inputs, batched, _, size) => {
    const [x, target] = inputs.map((t, i) => whole(t, batched[i], size));
    if (x.ndim === 2) return nllOp([x, target], null);
    const merged = (t: Tensor): Tensor => reshape(t, [size * t.shape[1], ...t.shape.slice(2)]);
    return reshape(nllOp([merged(x), merged(target)], null), target.shape);
  },
  samples: (r) => [
    { input: r.normal([4, 3]), target: r.integers([4], 0, 3) },
    { input: r.normal([3]), target: r.integers([], 0, 3) },
    { input: r.normal([2, 3, 2]), target: r.integers([2, 2], 0, 3) },
  ],
  call: nll,
});

/**
 * Returns minus the element of each example's class: of log probabilities [N, C, …] at integer targets [N, …], or of [C] at a scalar.
 * @throws IndexError for a target that is no class; ShapeError when the shapes do not match; DTypeError for targets that are neither int64 nor int32.
 */
export function nll(input: Tensor, target: Tensor): Tensor {
  return nllOp([requireTensor("nll", input), requireTensor("nll", target)], null);
}
