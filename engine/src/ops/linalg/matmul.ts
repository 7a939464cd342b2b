/** Matrix products. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { resultType } from "../../tensor/dtype.ts";
import { hasBigInts } from "../../tensor/encoding.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { isExactProduct } from "./exact-product.ts";
import { addPresent, alignBatches, checkDTypes, mT } from "./operands.ts";

/** Adds A B to C, matrices of [m, k] and [k, n] at the given offsets. The innermost loop runs along rows of B and C, which are contiguous. */
function gemm(
  c: NumericArray,
  a: NumericArray,
  b: NumericArray,
  at: readonly [number, number, number],
  m: number,
  k: number,
  n: number,
): void {
  const [c0, a0, b0] = at;
  for (let i = 0; i < m; i++) {
    const row = c0 + i * n;
    for (let p = 0; p < k; p++) {
      const v = a[a0 + i * k + p];
      const from = b0 + p * n;
      for (let j = 0; j < n; j++) c[row + j] += v * b[from + j];
    }
  }
}

/** Adds A B to C, matrices of int32, modulo 2³². */
function gemmIntegers(
  c: NumericArray,
  a: NumericArray,
  b: NumericArray,
  at: readonly [number, number, number],
  m: number,
  k: number,
  n: number,
): void {
  const [c0, a0, b0] = at;
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++)
      for (let j = 0; j < n; j++) c[c0 + i * n + j] += Math.imul(a[a0 + i * k + p], b[b0 + p * n + j]);
}

const matmulOp: Run<null> = defineOp<null>({
  name: "matmul",
  role: "product",
  stops: "product",
  torch: "matmul",
  aliases: ["linalg.matmul", "__matmul__", "__rmatmul__"],
  access: "method",
  signature: "input, other",
  dims: "input: ... rows columns=k | columns=k; other: ... rows=k columns | rows=k",
  label: () => "@",
  tex: { forward: "Y = X Z", vjp: "\\bar X = \\bar Y Z^\\top,\\ \\bar Z = X^\\top \\bar Y" },
  outputs: (inputs) => {
    const [a, b] = inputs.map((m) => m.shape);
    checkDTypes("matmul", inputs);
    if (a.at(-1) !== b.at(-2)) throw new ShapeError("matmul", "inner sizes must agree ([m, k] @ [k, n])", [a, b]);
    const batch = broadcastShapes("matmul", [a.slice(0, -2), b.slice(0, -2)]);
    return { shape: [...batch, a[a.length - 2], b[b.length - 1]], dtype: resultType(inputs) };
  },
  kernel: (out, [x, z], { inputs: [a, b], outputs: [y] }) => {
    const batch = y.shape.slice(0, -2);
    const [m, k] = a.shape.slice(-2);
    const n = b.shape[b.shape.length - 1];
    if (y.dtype === "int64" && !hasBigInts(out) && !isExactProduct(x, z, k)) return void out.fill(Number.NaN);
    // float32 products are summed in float64 and rounded once
    const sums = y.dtype === "float32" ? new Float64Array(m * n) : null;
    const strides = [a, b].map((s) =>
      broadcastStrides(s.shape.slice(0, -2), contiguousStrides(s.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [i, j]) => {
      if (sums === null) return (y.dtype === "int32" ? gemmIntegers : gemm)(out, x, z, [at * m * n, i, j], m, k, n);
      sums.fill(0);
      gemm(sums, x, z, [0, i, j], m, k, n);
      out.set(sums, at * m * n);
    });
  },
  saves: [{ inputs: [1] }, { inputs: [0] }],
  vjp: (g, { inputs: [x, z], needs }) => [needs[0] ? matmul(g, mT(z)) : null, needs[1] ? matmul(mT(x), g) : null],
  jvp: ([dx, dz], { inputs: [x, z] }) => addPresent(dx && matmul(dx, z), dz && matmul(x, dz)),
  complex: "products",
  batch: (operands, batched, _params, size) => matmulOp(alignBatches(operands, batched, size), null),
  samples: (r) => [
    { input: r.normal([2, 3]), other: r.normal([3, 4]) },
    { input: r.normal([3]), other: r.normal([3]) },
    { input: r.normal([2, 3]), other: r.normal([3]) },
    { input: r.normal([3]), other: r.normal([2, 3, 2]) },
    { input: r.normal([2, 1, 2, 3]), other: r.normal([2, 3, 2]) },
    { input: r.normal([2, 0]), other: r.normal([0, 3]) },
  ],
  call: matmul,
});

/**
 * Returns the matrix product over the last two dimensions, [..., m, k] and [..., k, n]: [..., m, n]; the others broadcast. A vector is a row on the left
 * and a column on the right, and that dimension is removed from the result. Products of integers are taken modulo 2 to the power of their bits.
 * @throws ShapeError when the inner sizes differ, and for scalars; DTypeError when the dtypes differ, and for bools.
 * @example matmul(tensor([[1, 2]]), tensor([[3], [4]])).toArray(); // [[11]]
 */
export function matmul(input: Tensor, other: Tensor): Tensor {
  const x = requireTensor("matmul", input);
  const z = requireTensor("matmul", other);
  if (x.ndim === 0 || z.ndim === 0)
    throw new ShapeError("matmul", "both operands must have at least one dimension", [x.shape, z.shape]);
  if (x.shape.at(-1) !== z.shape[Math.max(z.ndim - 2, 0)])
    throw new ShapeError("matmul", "inner sizes must agree ([m, k] @ [k, n])", [x.shape, z.shape]);
  const row = x.ndim === 1 ? unsqueeze(x, 0) : x;
  const column = z.ndim === 1 ? unsqueeze(z, 1) : z;
  const y = matmulOp([row, column], null);
  const drop = [...(x.ndim === 1 ? [y.ndim - 2] : []), ...(z.ndim === 1 ? [y.ndim - 1] : [])];
  return drop.length > 0 ? squeeze(y, drop) : y;
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the matrix product over the last two dimensions. */
    matmul(other: Tensor): Tensor;
  }
}
