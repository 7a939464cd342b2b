/** The op of a layer of a long short-term memory, over all steps. */

import { defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { tanh } from "../elementwise/exponential.ts";
import { matmul } from "../linalg/matmul.ts";
import { sum } from "../reduce/sum.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { cat, stack } from "../shape/join.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { chunk } from "../shape/split.ts";
import { narrow, select } from "../shape/window.ts";
import { linear } from "./linear.ts";
import { sigmoidSlope, tanhSlope } from "./lstm-gates.ts";

/** Returns 1 / (1 + e⁻ˣ). */
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Positions of the operands. */
const [input, hidden, cell, weightIh, weightHh, biasIh, biasHh] = [0, 1, 2, 3, 4, 5, 6];

/** Returns the number of steps, of rows of the batch, of inputs, and the size of the states. */
const sizesOf = ([x, h]: readonly Meta[]): readonly number[] => [...x.shape, h.shape[1]];

/** Checks shapes and dtypes of the operands. */
function check(inputs: readonly Meta[]): void {
  const shapes = inputs.map((m) => m.shape);
  const [x, h, c, wi, wh, ...biases] = shapes;
  for (const { dtype } of inputs) {
    requireFloat("lstmLayer", dtype);
    if (dtype !== inputs[0].dtype)
      throw new DTypeError(
        "lstmLayer",
        "all operands must have one dtype",
        inputs.map((m) => m.dtype),
      );
  }
  if (x.length !== 3 || h.length !== 2 || x[0] === 0)
    throw new ShapeError("lstmLayer", "expected an input [T, N, in] of at least one step and states [N, H]", [x, h]);
  const [, rows, ins, n] = sizesOf(inputs);
  const states = [h, c].every((s) => sameShape(s, [rows, n]));
  const weights =
    sameShape(wi, [4 * n, ins]) && sameShape(wh, [4 * n, n]) && biases.every((b) => sameShape(b, [4 * n]));
  if (!states || !weights)
    throw new ShapeError(
      "lstmLayer",
      "expected states [N, H], weights [4 H, in] and [4 H, H], and biases [4 H]",
      shapes,
    );
}

/** Intermediate results of all steps that the rules read: gates, tanh c, c before the step, and the derivatives of the gates by their arguments. */
interface Steps {
  readonly count: number;
  readonly at: (x: Tensor, step: number) => Tensor;
  readonly gates: readonly Tensor[];
  readonly slopes: Tensor;
  readonly t: Tensor;
  readonly before: Tensor;
}

/** Returns the intermediate results. `first` is c before the first step, or `null` if only its own gradient is needed, which does not depend on it. */
function stepsOf({ outputs, outputMetas }: RuleContext<null>, first: Tensor | null): Steps {
  const [, cells, all] = outputs;
  const [count, rows, n] = outputMetas[0].shape;
  const gates = chunk(all, 4, -1);
  const [i, f, g, o] = gates;
  const start = first ?? zeros([rows, n], { dtype: cells.dtype });
  return {
    count,
    at: (x, step) => select(x, 0, step),
    gates,
    slopes: cat([sigmoidSlope(i), sigmoidSlope(f), tanhSlope(g), sigmoidSlope(o)], -1),
    t: tanh(cells),
    before: shifted(start, cells),
  };
}

/** Returns the state before each step: `start`, then the results of all steps but the last. */
function shifted(start: Tensor, steps: Tensor): Tensor {
  return cat([unsqueeze(start, 0), narrow(steps, 0, 0, steps.shape[0] - 1)], 0);
}

/** Returns the tensor as a matrix of its last dimension. */
const rowsOf = (x: Tensor): Tensor => reshape(x, [-1, x.shape[x.ndim - 1]]);

const lstmLayerOp: MultiRun<null> = defineMultiOp<null>({
  name: "lstmLayer",
  role: "recurrent",
  torch: "ops.aten.mkldnn_rnn_layer",
  access: "internal",
  signature: "input, hidden, cell, weightIh, weightHh, biasIh=null, biasHh=null",
  label: () => "lstm layer",
  tex: {
    forward:
      "(i, f, g, o)_t = (\\sigma, \\sigma, \\tanh, \\sigma)(W x_t + R h_{t-1} + b),\\ c_t = f_t c_{t-1} + i_t g_t,\\ h_t = o_t \\tanh c_t",
    vjp: "\\bar h_{t-1} = R^\\top \\bar s_t,\\ \\bar c_{t-1} = f_t \\bar c_t,\\ \\bar x_t = W^\\top \\bar s_t,\\ \\bar W = \\textstyle\\sum_t \\bar s_t x_t^\\top,\\ \\bar R = \\sum_t \\bar s_t h_{t-1}^\\top,\\ \\bar b = \\sum_t \\bar s_t",
  },
  outputs: (inputs) => {
    check(inputs);
    const [steps, rows, , n] = sizesOf(inputs);
    const { dtype } = inputs[input];
    const states = { shape: [steps, rows, n], dtype };
    return [states, states, { shape: [steps, rows, 4 * n], dtype }];
  },
  kernel: (y, [x, h0, c0, wi, wh, bi, bh], { inputs, outs: [, cells, gates] }) => {
    const [steps, rows, ins, n] = sizesOf(inputs);
    for (let row = 0; row < steps * rows; row++) {
      // the states before the step are the initial ones, or results of the step before
      const [h, c, at] = row < rows ? [h0, c0, row * n] : [y, cells, (row - rows) * n];
      for (let j = 0; j < 4 * n; j++) {
        let s = bi === undefined ? 0 : bi[j] + bh[j];
        for (let k = 0; k < ins; k++) s += x[row * ins + k] * wi[j * ins + k];
        for (let k = 0; k < n; k++) s += h[at + k] * wh[j * n + k];
        gates[row * 4 * n + j] = Math.floor(j / n) === 2 ? Math.tanh(s) : logistic(s);
      }
      for (let j = 0; j < n; j++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((part) => gates[(row * 4 + part) * n + j]);
        const next = f * c[at + j] + i * g;
        cells[row * n + j] = next;
        y[row * n + j] = o * Math.tanh(next);
      }
    }
  },
  saves: [
    { inputs: [cell, weightIh, weightHh], outputs: [1, 2] },
    { inputs: [cell, weightHh], outputs: [1, 2] },
    { inputs: [weightHh], outputs: [1, 2] },
    { inputs: [input, cell, weightHh], outputs: [1, 2] },
    { inputs: [hidden, cell, weightHh], outputs: [0, 1, 2] },
    { inputs: [cell, weightHh], outputs: [1, 2] },
    { inputs: [cell, weightHh], outputs: [1, 2] },
  ],
  vjp: (_g, ctx) => {
    const { inputs, needs, cotangents, outputMetas } = ctx;
    const [dy, dCells, dGates] = outputMetas.map((m, i) => cotangents[i] ?? zeros(m.shape, { dtype: m.dtype }));
    const ofSums = needs.some((need, i) => need && i !== cell);
    const { count, at, gates, slopes, t, before } = stepsOf(ctx, ofSums ? inputs[cell] : null);
    const [i, f, g, o] = gates;
    const slopeOfCell = mul(o, tanhSlope(t));
    const sums = new Array<Tensor>(count);
    let [dh, dc] = [at(dy, count - 1), at(dCells, count - 1)];
    for (let step = count - 1; step >= 0; step--) {
      dc = add(dc, mul(dh, at(slopeOfCell, step)));
      const parts = [mul(dc, at(g, step)), mul(dc, at(before, step)), mul(dc, at(i, step)), mul(dh, at(t, step))];
      sums[step] = mul(add(cat(parts, -1), at(dGates, step)), at(slopes, step));
      dc = mul(dc, at(f, step));
      if (step > 0 || needs[hidden]) dh = matmul(sums[step], inputs[weightHh]);
      if (step === 0) break;
      dh = add(dh, at(dy, step - 1));
      dc = add(dc, at(dCells, step - 1));
    }
    const ds = stack(sums);
    const turned = transpose(rowsOf(ds), 0, 1);
    const db = needs[biasIh] || needs[biasHh] ? sum(ds, [0, 1]) : null;
    return [
      needs[input] ? matmul(ds, inputs[weightIh]) : null,
      needs[hidden] ? dh : null,
      needs[cell] ? dc : null,
      needs[weightIh] ? matmul(turned, rowsOf(inputs[input])) : null,
      needs[weightHh] ? matmul(turned, rowsOf(shifted(inputs[hidden], ctx.outputs[0]))) : null,
      db,
      db,
    ].slice(0, inputs.length);
  },
  jvp: (tangents, ctx) => {
    const { inputs, outputMetas } = ctx;
    const [dx, , , dWi, dWh, dbi = null, dbh = null] = tangents;
    let [dh, dc] = [tangents[hidden], tangents[cell]];
    const ofSums = tangents.some((d, i) => d !== null && i !== cell);
    const { count, at, gates, slopes, t, before } = stepsOf(ctx, ofSums ? inputs[cell] : null);
    const [i, f, g, o] = gates;
    const slopeOfCell = mul(o, tanhSlope(t));
    const given = total(
      dx && linear(dx, inputs[weightIh]),
      dWi && linear(inputs[input], dWi),
      dWh && linear(shifted(inputs[hidden], ctx.outputs[0]), dWh),
      dbi,
      dbh,
    );
    // the tangents of the biases have no dimension of steps
    const base = given === null ? null : expand(given, outputMetas[2].shape);
    const results: Tensor[][] = [[], [], []];
    const [rows, n] = outputMetas[0].shape.slice(1);
    for (let step = 0; step < count; step++) {
      const sums = total(base && at(base, step), dh && linear(dh, inputs[weightHh]));
      const dGates = sums === null ? zeros([rows, 4 * n], { dtype: t.dtype }) : mul(sums, at(slopes, step));
      const [di, df, dg, dO] = chunk(dGates, 4, -1);
      const terms = [mul(di, at(g, step)), mul(df, at(before, step)), mul(dg, at(i, step))];
      dc = total(...terms, dc && mul(at(f, step), dc)) as Tensor;
      dh = add(mul(dO, at(t, step)), mul(at(slopeOfCell, step), dc));
      for (const [k, d] of [dh, dc, dGates].entries()) results[k].push(d);
    }
    return results.map((list) => stack(list));
  },
  batch: (inputs, batched, _params, size) => {
    if (batched.some((b, i) => b && i > cell)) return "loop";
    // examples become rows of the batch
    const states = inputs.slice(0, weightIh).map((x, i) => {
      const all = batched[i] ? x : expand(unsqueeze(x, 0), [size, ...x.shape]);
      const front = i === input ? transpose(all, 0, 1) : all;
      return reshape(front, i === input ? [x.shape[x.ndim - 3], -1, x.shape[x.ndim - 1]] : [-1, x.shape[x.ndim - 1]]);
    });
    return lstmLayerOp([...states, ...inputs.slice(weightIh)], null).map((y) =>
      transpose(reshape(y, [y.shape[0], size, -1, y.shape[2]]), 0, 1),
    );
  },
  samples: (r) => {
    const [h, c] = [r.normal([2, 3]), r.normal([2, 3])];
    const weights = { weightIh: r.normal([12, 4]), weightHh: r.normal([12, 3]) };
    const biases = { biasIh: r.normal([12]), biasHh: r.normal([12]) };
    return [
      { input: r.normal([3, 2, 4]), hidden: h, cell: c, ...weights, ...biases },
      { input: r.normal([2, 2, 4]), hidden: h, cell: c, ...weights },
    ];
  },
  call: (
    x: Tensor,
    h: Tensor,
    c: Tensor,
    wi: Tensor,
    wh: Tensor,
    { biasIh = null, biasHh = null }: Pick<LSTMWeights, "biasIh" | "biasHh"> = {},
  ) => lstmLayer(x, h, c, { weightIh: wi, weightHh: wh, biasIh, biasHh }),
});

/** Returns the sum of the terms that are not `null`, or `null` if all are. */
function total(...terms: readonly (Tensor | null)[]): Tensor | null {
  return terms.reduce((a, b) => (a === null ? b : b === null ? a : add(a, b)), null);
}

/** Weights of one layer: [4 H, in] and [4 H, H], and both biases [4 H] or neither. */
export interface LSTMWeights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh?: Tensor | null;
  readonly biasHh?: Tensor | null;
}

/**
 * Returns the hidden states [T, N, H], the cells [T, N, H] and the gates [T, N, 4 H], in the order i, f, g, o, of all steps, for inputs [T, N, in] and
 * initial states [N, H]. Source: Hochreiter and Schmidhuber, 1997; Gers et al., 2000.
 * @throws ShapeError when the sizes do not match; DTypeError when the dtypes differ, and for integers and bools.
 */
export function lstmLayer(
  x: Tensor,
  h: Tensor,
  c: Tensor,
  { weightIh: wi, weightHh: wh, biasIh: bi = null, biasHh: bh = null }: LSTMWeights,
): readonly [hidden: Tensor, cells: Tensor, gates: Tensor] {
  const biases = bi === null || bh === null ? [] : [bi, bh];
  const [y, cells, gates] = lstmLayerOp(
    [x, h, c, wi, wh, ...biases].map((t) => requireTensor("lstmLayer", t)),
    null,
  );
  return [y, cells, gates];
}
