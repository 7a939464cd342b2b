/** The op of one step of a long short-term memory. */

import { defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { type Shape, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { tanh } from "../elementwise/exponential.ts";
import { sigmoid } from "../elementwise/sigmoid.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { cat } from "../shape/join.ts";
import { chunk } from "../shape/split.ts";

/** Returns 1 / (1 + e⁻ˣ). */
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Returns the gates i, f, o (by σ) and g (by tanh), and tanh c'. */
function parts({
  inputs: [gates, c],
  outputs: [, next],
}: RuleContext<null>): Record<"i" | "f" | "g" | "o" | "c" | "t", Tensor> {
  const [i, f, g, o] = chunk(gates, 4, -1);
  return { i: sigmoid(i), f: sigmoid(f), g: tanh(g), o: sigmoid(o), c, t: tanh(next) };
}

/** Returns the derivative of y = σ(x), y (1 - y). */
export const sigmoidSlope = (y: Tensor): Tensor => mul(y, sub(1, y));
/** Returns the derivative of y = tanh x, 1 - y². */
export const tanhSlope = (y: Tensor): Tensor => sub(1, mul(y, y));

const lstmGatesOp: MultiRun<null> = defineMultiOp<null>({
  name: "lstmGates",
  role: "recurrent",
  torch: "ops.aten._thnn_fused_lstm_cell",
  access: "internal",
  signature: "gates, cell",
  label: () => "lstm gates",
  tex: {
    forward: "c' = \\sigma(f)\\, c + \\sigma(i) \\tanh(g),\\ h' = \\sigma(o) \\tanh c'",
    vjp: "\\bar c = \\sigma(f)\\, \\bar c',\\ \\bar o = \\sigma'(o) \\tanh(c')\\, \\bar h',\\ \\dots",
  },
  outputs: ([gates, c]) => {
    requireFloat("lstmGates", gates.dtype);
    if (gates.dtype !== c.dtype)
      throw new DTypeError("lstmGates", "gates and cell must have one dtype", [gates.dtype, c.dtype]);
    if (c.shape.length === 0) throw new ShapeError("lstmGates", "the cell must have a last dimension", [c.shape]);
    const last = c.shape.length - 1;
    const expected: Shape = [...c.shape.slice(0, last), 4 * c.shape[last]];
    if (!sameShape(gates.shape, expected))
      throw new ShapeError("lstmGates", "the gates must have four times the cell's last size", [gates.shape, c.shape]);
    return [
      { shape: c.shape, dtype: c.dtype },
      { shape: c.shape, dtype: c.dtype },
    ];
  },
  kernel: (h, [gates, c], { inputs: [, m], outs }) => {
    const n = m.shape[m.shape.length - 1];
    for (let at = 0; at < c.length; at++) {
      const first = Math.floor(at / n) * 4 * n + (at % n);
      const next = logistic(gates[first + n]) * c[at] + logistic(gates[first]) * Math.tanh(gates[first + 2 * n]);
      outs[1][at] = next;
      h[at] = logistic(gates[first + 3 * n]) * Math.tanh(next);
    }
  },
  saves: [
    { inputs: [0, 1], outputs: [1] },
    { inputs: [0], outputs: [1] },
  ],
  vjp: (_g, ctx) => {
    const [dh, dNext] = ctx.cotangents;
    const { i, f, g, o, c, t } = parts(ctx);
    const through = dh === null ? null : mul(mul(dh, o), tanhSlope(t));
    const dc = through === null ? (dNext as Tensor) : dNext === null ? through : add(dNext, through);
    const gates = (): Tensor[] => [
      mul(mul(dc, g), sigmoidSlope(i)),
      mul(mul(dc, c), sigmoidSlope(f)),
      mul(mul(dc, i), tanhSlope(g)),
      dh === null ? mul(dc, 0) : mul(mul(dh, t), sigmoidSlope(o)),
    ];
    return [ctx.needs[0] ? cat(gates(), -1) : null, ctx.needs[1] ? mul(dc, f) : null];
  },
  jvp: ([dGates, dCell], ctx) => {
    const { i, f, g, o, c, t } = parts(ctx);
    const [di, df, dg, dO] = dGates === null ? [null, null, null, null] : chunk(dGates, 4, -1);
    const terms = [
      di && mul(mul(di, sigmoidSlope(i)), g),
      df && mul(mul(df, sigmoidSlope(f)), c),
      dg && mul(mul(dg, tanhSlope(g)), i),
      dCell && mul(f, dCell),
    ].filter((term) => term !== null);
    const dNext = terms.reduce((a, b) => add(a, b));
    const dh = mul(mul(o, tanhSlope(t)), dNext);
    return [dO === null ? dh : add(dh, mul(mul(dO, sigmoidSlope(o)), t)), dNext];
  },
  batch: ([gates, c], [bg, bc], _params, size) =>
    lstmGatesOp([bg ? gates : spread(gates, size), bc ? c : spread(c, size)], null),
  samples: (r) => [{ gates: r.normal([2, 12]), cell: r.normal([2, 3]) }],
  call: (gates: Tensor, cell: Tensor) => lstmGates(gates, cell),
});

/** Returns the tensor with a leading batch dimension, in which it is repeated. */
const spread = (x: Tensor, size: number): Tensor => expand(unsqueeze(x, 0), [size, ...x.shape]);

/**
 * Returns h' = σ(o) tanh c' and c' = σ(f) c + σ(i) tanh g, from the sums [..., 4 H], in the order i, f, g, o, and c [..., H]. Source: Hochreiter and
 * Schmidhuber, 1997; Gers et al., 2000.
 * @throws ShapeError when the sizes do not match; DTypeError when the dtypes differ, and for integers and bools.
 */
export function lstmGates(gates: Tensor, cell: Tensor): [hidden: Tensor, cell: Tensor] {
  const [h, c] = lstmGatesOp([requireTensor("lstmGates", gates), requireTensor("lstmGates", cell)], null);
  return [h, c];
}
