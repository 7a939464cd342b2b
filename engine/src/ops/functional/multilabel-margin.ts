/** The op of margins between the scores of several targets and those of other classes. */
import { defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";
import { checkIndices } from "../indexing/along.ts";
import { sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";

/** A row: the position of its first score, its targets, and its other classes. */
interface Row {
  readonly row: number;
  readonly first: number;
  readonly targets: NumericArray;
  readonly others: Int32Array;
}

/** Calls `visit` for each row. The first negative target ends the targets of a row. */
function visitRows(targets: NumericArray, { shape: [rows, classes] }: Meta, visit: (row: Row) => void): void {
  const isTarget = new Uint8Array(classes);
  const rest = new Int32Array(classes);
  for (let row = 0; row < rows; row++) {
    const first = row * classes;
    const end = targets.subarray(first, first + classes).findIndex((t) => t < 0);
    const list = targets.subarray(first, end < 0 ? first + classes : first + end);
    checkIndices("multilabelMarginLoss", list, classes, 1);
    for (const t of list) isTarget[t] = 1;
    let count = 0;
    for (let i = 0; i < classes; i++) if (isTarget[i] === 0) rest[count++] = i;
    visit({ row, first, targets: list, others: rest.subarray(0, count) });
    for (const t of list) isTarget[t] = 0;
  }
}

/** Returns Σ max(0, 1 - x_t + x_i) over the pairs of a row. */
function totalOf(x: NumericArray, { first, targets, others }: Row): number {
  let total = 0;
  for (let k = 0; k < targets.length; k++) {
    const base = 1 - x[first + targets[k]];
    for (let j = 0; j < others.length; j++) {
      const rest = base + x[first + others[j]];
      // NaN is no number that is at most 0
      if (!(rest <= 0)) total += rest;
    }
  }
  return total;
}

/** Counts, for each class of a row, the pairs that are closer than the margin: positive for other classes, negative for targets. */
function countPairs(counts: NumericArray, x: NumericArray, { first, targets, others }: Row): void {
  for (let k = 0; k < targets.length; k++) {
    const base = 1 - x[first + targets[k]];
    let found = 0;
    for (let j = 0; j < others.length; j++) {
      const isClose = +!(base + x[first + others[j]] <= 0);
      counts[first + others[j]] += isClose;
      found += isClose;
    }
    counts[first + targets[k]] -= found;
  }
}

const lossOp: MultiRun<null> = defineMultiOp<null>({
  name: "multilabelMargin",
  stops: "rectifier",
  torch: "ops.aten.multilabel_margin_loss_forward",
  access: "internal",
  signature: "input, target",
  label: () => "margins",
  tex: {
    forward: "y = \\tfrac1C \\textstyle\\sum_{t, i} \\max(0, 1 - x_t + x_i)",
    vjp: "\\bar x = \\tfrac1C \\textstyle\\sum_{t, i:\\, x_t - x_i < 1} (e_i - e_t)\\, \\bar y",
  },
  outputs: ([x]) => [
    { shape: [x.shape[0]], dtype: x.dtype },
    { shape: x.shape, dtype: "int32" },
  ],
  kernel: (losses, [x, targets], { inputs: [m], outs: [, counts] }) =>
    visitRows(targets, m, (row) => {
      losses[row.row] = totalOf(x, row) / m.shape[1];
      countPairs(counts, x, row);
    }),
  saves: [{ outputs: [1] }, {}],
  vjp: (g, { outputs: [, counts], metas: [x], needs }) => [
    needs[0] ? mul(slopes(counts, x), unsqueeze(g, 1)) : null,
    null,
  ],
  jvp: ([dx], { outputs: [, counts], metas: [x] }) => [sum(mul(slopes(counts, x), dx as Tensor), 1), counts],
  batch: "loop",
  samples: (r) => [{ input: r.distinct([2, 3]), target: r.integers([2, 3], -1, 3) }],
  call: (input: Tensor, target: Tensor) => lossOp([input, target], null),
});

/** Returns the derivatives of the losses, from the number of pairs of each class. */
const slopes = (counts: Tensor, { shape, dtype }: Meta): Tensor => mul(to(counts, dtype), 1 / shape[1]);

/** Returns the losses [N] of scores and targets [N, C]. */
export const multilabelMargin = (x: Tensor, targets: Tensor): Tensor => lossOp([x, targets], null)[0];
