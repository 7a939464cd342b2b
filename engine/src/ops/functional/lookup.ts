/** Rows of a table, with limits of their norm and of their gradients. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { onesLike, zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { gt } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { indexAdd, indexSelect, selectRows } from "../indexing/index-select.ts";
import { vectorNormAs } from "../linalg/vector-norm.ts";
import { unsqueeze } from "../shape/expand.ts";

/** Options of `embedding` and `embeddingBag` that limit rows and gradients. */
export interface LookupOptions {
  /** The largest norm of a row: rows that are looked up and have a larger one are scaled down, in place and off the tape. */
  readonly maxNorm?: number | null;
  /** Order p of that norm; 2 by default. */
  readonly normType?: number;
  /** Whether the gradient of a row is divided by the number of times that it is looked up. */
  readonly scaleGradByFreq?: boolean;
}

/** The identity whose gradient is multiplied by factors. */
const scaleGradient: Run<null> = defineOp<null>({
  name: "scaleGradient",
  torch: "_scale_gradient",
  access: "internal",
  signature: "input, factors",
  label: () => "scale gradient",
  tex: { forward: "y = x", vjp: "\\bar x = f \\odot \\bar y" },
  outputs: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  kernel: (out, [x]) => out.set(x),
  saves: [{ inputs: [1] }, {}],
  vjp: (g, { inputs, needs }) => [needs[0] ? mul(g, inputs[1]) : null, null],
  jvp: ([dx], { inputs, metas: [x] }) => (dx === null ? zeros(x.shape, { dtype: x.dtype }) : mul(dx, inputs[1])),
  batch: "elementwise",
  // factors of 1, for which the gradient is the derivative
  samples: (r) => [{ input: r.normal([2, 3]), factors: r.integers([2, 1], 1, 2) }],
  call: (input: Tensor, factors: Tensor) => scaleGradient([input, factors], null),
});

/** Scales rows of the table down to the largest norm, in place. */
export function limitNorms(op: string, table: Tensor, index: Tensor, maxNorm: number, normType: number): void {
  noGrad(() => {
    const rows = indexSelect(table, 0, index);
    const norms = vectorNormAs(op, rows, normType, { dim: 1, keepdim: true });
    // PyTorch's divisor
    table.indexCopy_(0, index, where(gt(norms, maxNorm), mul(rows, div(maxNorm, add(norms, 1e-7))), rows));
  });
}

/** Returns the rows of a table at a vector of indices. */
export function lookedUp(
  table: Tensor,
  index: Tensor,
  sparse: boolean,
  { maxNorm = null, normType = 2, scaleGradByFreq = false }: LookupOptions,
): Tensor {
  if (maxNorm !== null) limitNorms("embedding", table, index, maxNorm, normType);
  const rows = sparse ? selectRows(table, index) : indexSelect(table, 0, index);
  if (!scaleGradByFreq) return rows;
  const counts = indexAdd(zeros([table.shape[0]], { dtype: table.dtype }), 0, index, to(onesLike(index), table.dtype));
  return scaleGradient([rows, unsqueeze(div(1, indexSelect(counts, 0, index)), 1)], null);
}
