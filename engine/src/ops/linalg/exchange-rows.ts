/** Row interchanges by the pivots of an LU factorization. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import type { Kernel } from "../../dispatch/spec.ts";
import { eye } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { unsqueeze } from "../shape/expand.ts";
import { exchange } from "./numeric/lu.ts";
import { alignBatches } from "./operands.ts";

/** Returns the kernel for elements of so many numbers. */
const exchangeMatrices =
  (numbers: 1 | 2): Kernel<boolean> =>
  (out, [x, pivots], { inputs, outputs: [{ shape }], params: reverse }) => {
    const [m, n] = shape.slice(-2);
    const [k] = inputs[1].shape.slice(-2);
    const batch = shape.slice(0, -2);
    const strides = inputs.map((p) =>
      broadcastStrides(p.shape.slice(0, -2), contiguousStrides(p.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [i, j]) => {
      const list = pivots.subarray(j, j + k);
      if (list.some((p) => p < 1 || p > m))
        throw new ArgumentError("luSolve", `pivots must lie in 1 to ${m}, the number of rows`);
      const rows = out.subarray(numbers * at * m * n, numbers * (at + 1) * m * n);
      rows.set(x.subarray(numbers * i, numbers * (i + m * n)));
      exchange(rows, numbers * n, list, reverse);
    });
  };

/** Exchanges the rows of matrices [..., m, n] as pivots [..., k, 1] say, which broadcast; with `true` in reverse order, which undoes it. */
const exchangeOp: Run<boolean> = defineOp<boolean>({
  name: "exchangeRows",
  torch: "ops.aten.exchange_rows",
  access: "internal",
  signature: "input, pivots, reverse",
  label: (reverse) => (reverse ? "P x" : "Pᵀ x"),
  tex: { forward: "Y = P X", vjp: "\\bar X = P^\\top \\bar Y" },
  keepsFinite: "both",
  outputs: ([x, { shape }]) => ({
    shape: [...broadcastShapes("exchangeRows", [x.shape.slice(0, -2), shape.slice(0, -2)]), ...x.shape.slice(-2)],
    dtype: x.dtype,
  }),
  kernel: exchangeMatrices(1),
  complex: exchangeMatrices(2),
  holomorphic: true,
  saves: [{ inputs: [1] }],
  vjp: (g, { inputs: [, pivots], params: reverse }) => [exchangeOp([g, pivots], !reverse), null],
  jvp: ([dx], { inputs: [, pivots], params: reverse }) => exchangeOp([dx as Tensor, pivots], reverse),
  batch: (operands, batched, reverse, size) => exchangeOp(alignBatches(operands, batched, size), reverse),
  samples: (r) => [{ input: r.normal([2, 3, 2]), pivots: r.integers([2, 3, 1], 1, 4), reverse: true }],
  call: (input: Tensor, pivots: Tensor, reverse: boolean) => exchangeOp([input, pivots], reverse),
});

/** Returns Pᵀ X, or with `reverse` P X, for matrices X [..., m, n] and pivots [..., k] of a factorization P L U. */
export function exchangeRows(x: Tensor, pivots: Tensor, reverse: boolean): Tensor {
  if (pivots.ndim === 0) throw new ShapeError("luSolve", "expected pivots [..., n]", [pivots.shape]);
  return exchangeOp([x, unsqueeze(pivots, -1)], reverse);
}

/** Returns the permutation matrices P [..., m, m] of pivots. */
export const permutationOf = (pivots: Tensor, m: number, dtype: DType): Tensor =>
  exchangeRows(eye(m, { dtype }), pivots, true);
