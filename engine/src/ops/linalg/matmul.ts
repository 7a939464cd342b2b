/** Matrix products. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { walk } from "../../dispatch/loops.ts";
import { tensorOnly } from "../../dispatch/operand.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { resultType } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides, requireBroadcast, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";

/** C += A B at the given offsets: [m, k] by [k, n]. Rows of B are read in order, so that memory is. */
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

/** C += A B of int32, modulo 2³². */
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

function checkDTypes(op: string, inputs: readonly Meta[]): void {
  if (inputs.some((m) => m.dtype !== inputs[0].dtype))
    throw new DTypeError(
      op,
      "all operands must have one dtype",
      inputs.map((m, i) => (i === inputs.length - 1 ? `${m.dtype}; x.to(dtype) converts` : m.dtype)),
    );
  if (inputs[0].dtype === "bool") throw new DTypeError(op, "expected numbers; cast bools with to()", ["bool"]);
}

const mT = (x: Tensor): Tensor => transpose(x, -2, -1);

const matmulOp: Run<null> = defineOp<null>({
  name: "matmul",
  torch: "matmul",
  access: "method",
  signature: "input, other",
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
    // float32 sums are carried in float64 and rounded once
    const sums = y.dtype === "float32" ? new Float64Array(m * n) : null;
    const strides = [a, b].map((s) =>
      broadcastStrides(s.shape.slice(0, -2), contiguousStrides(s.shape).slice(0, -2), batch),
    );
    walk(batch, strides, (at, [i, j]) => {
      if (sums === null) return (y.dtype === "int32" ? gemmIntegers : gemm)(out, x, z, [at * m * n, i, j], m, k, n);
      sums.fill(0);
      gemm(sums, x, z, [0, i, j], m, k, n);
      out.set(sums, at * m * n);
    });
  },
  saves: [{ inputs: [1] }, { inputs: [0] }],
  vjp: (g, { inputs: [x, z], needs }) => [needs[0] ? matmul(g, mT(z)) : null, needs[1] ? matmul(mT(x), g) : null],
  jvp: ([dx, dz], { inputs: [x, z] }) => sumOf(dx && matmul(dx, z), dz && matmul(x, dz)),
  batch: ([x, z], [bx, bz], _params, size) => {
    // line the batch dimensions of both up in front of all others
    const rank = Math.max(x.ndim - Number(bx), z.ndim - Number(bz));
    const front = (t: Tensor, b: boolean): Tensor =>
      b ? reshape(t, [size, ...new Array<number>(rank - t.ndim + 1).fill(1), ...t.shape.slice(1)]) : t;
    return matmulOp([front(x, bx), front(z, bz)], null);
  },
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

function sumOf(a: Tensor | null, b: Tensor | null): Tensor {
  if (a === null) return b as Tensor;
  return b === null ? a : add(a, b);
}

/**
 * Matrix product over the last two dimensions; the others broadcast. A vector on the left is a row, on the right a column, and its
 * dimension is dropped from the result. Products of int32 are taken modulo 2³².
 * @throws ShapeError when the inner sizes differ; DTypeError when the dtypes do, and for bools.
 * @example matmul(tensor([[1, 2]]), tensor([[3], [4]])).toArray(); // [[11]]
 */
export function matmul(input: Tensor, other: Tensor): Tensor {
  const x = tensorOnly("matmul", input);
  const z = tensorOnly("matmul", other);
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

/** All rows of the last dimension as a matrix. */
const rows = (x: Tensor): Tensor => reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape[x.ndim - 1]]);

const linearOp: Run<null> = defineOp<null>({
  name: "linear",
  torch: "nn.functional.linear",
  access: "function",
  signature: "input, weight, bias=null",
  label: () => "linear",
  tex: {
    forward: "y = x W^\\top + b",
    vjp: "\\bar x = \\bar y W,\\ \\bar W = \\bar y^\\top x,\\ \\bar b = \\textstyle\\sum \\bar y",
  },
  outputs: (inputs) => {
    const [x, w, b] = inputs.map((m) => m.shape);
    checkDTypes("linear", inputs);
    if ((w.length !== 2 && w.length !== 1) || x.length === 0 || x[x.length - 1] !== w[w.length - 1])
      throw new ShapeError("linear", "the input's last size must be the weight's ([…, in] and [out, in])", [x, w]);
    const shape = [...x.slice(0, -1), ...w.slice(0, -1)];
    if (b !== undefined) requireBroadcast("linear", "the bias", b, w.length === 1 ? [] : shape);
    return { shape, dtype: inputs[0].dtype };
  },
  kernel: (out, [x, w, b], { inputs, outputs: [y] }) => {
    const k = inputs[0].shape[inputs[0].shape.length - 1];
    const n = inputs[1].shape.length === 1 ? 1 : inputs[1].shape[0];
    const m = out.length / Math.max(n, 1);
    const bias =
      b === undefined ? null : broadcastStrides(inputs[2].shape, contiguousStrides(inputs[2].shape), y.shape);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let s = 0;
        const [xi, wj] = [i * k, j * k];
        if (y.dtype === "int32") for (let p = 0; p < k; p++) s = (s + Math.imul(x[xi + p], w[wj + p])) | 0;
        else for (let p = 0; p < k; p++) s += x[xi + p] * w[wj + p];
        out[i * n + j] = s;
      }
    if (bias !== null)
      walk(y.shape, [bias], (at, [o]) => {
        out[at] += b[o];
      });
  },
  saves: [{ inputs: [1] }, { inputs: [0] }],
  vjp: (g, { inputs: [x, w], metas, needs }) => {
    const vector = metas[1].shape.length === 1;
    const gy = vector ? unsqueeze(g, g.ndim) : g;
    return [
      needs[0] ? reshape(matmul(rows(gy), vector ? unsqueeze(w, 0) : w), metas[0].shape) : null,
      needs[1] ? reshape(matmul(mT(rows(gy)), rows(x)), metas[1].shape) : null,
      ...(metas.length > 2 ? [needs[2] ? g : null] : []),
    ];
  },
  jvp: ([dx, dw, db], { inputs: [x, w] }) => {
    const y = dx === null && dw === null ? null : sumOf(dx && linear(dx, w), dw && linear(x, dw));
    return sumOf(y, db ?? null);
  },
  batch: ([x, w, b], [bx, bw, bb], _params, size) => {
    const rank = x.ndim - (bx ? 1 : 0);
    if (bw && w.ndim < 3) return "loop";
    let y: Tensor;
    if (!bw) y = linearOp([x, w], null);
    else {
      // one product for each example's own weight
      const lead = x.shape.slice(bx ? 1 : 0, -1);
      const flat = reshape(x, [bx ? size : 1, sizeOf(lead), x.shape[x.ndim - 1]]);
      y = reshape(matmul(flat, mT(w)), [size, ...lead, w.shape[1]]);
    }
    if (b === undefined) return y;
    const out = rank - 1 + (w.ndim - (bw ? 1 : 0) - 1);
    return add(y, bb ? reshape(b, [size, ...new Array<number>(out - b.ndim + 1).fill(1), ...b.shape.slice(1)]) : b);
  },
  samples: (r) => [
    { input: r.normal([2, 3]), weight: r.normal([4, 3]), bias: r.normal([4]) },
    { input: r.normal([2, 2, 3]), weight: r.normal([1, 3]) },
    { input: r.normal([3]), weight: r.normal([2, 3]), bias: r.normal([2]) },
  ],
  call: linear,
});

/** Options of `linear`. */
export interface LinearOptions {
  readonly bias?: Tensor | null;
}

/**
 * x Wᵀ + b: x is [..., in], the weight [out, in], the bias [out], or another shape that broadcasts to the result [..., out]. A weight [in]
 * gives [...], and takes a scalar as its bias.
 * @throws ShapeError when the sizes differ, or the bias would enlarge the result.
 * @example linear(tensor([[1, 2]]), tensor([[3, 4]]), tensor([5])).toArray(); // [[16]]
 */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null | LinearOptions): Tensor {
  const b =
    bias === null || bias === undefined
      ? null
      : "bias" in bias && !("storage" in bias)
        ? (bias.bias ?? null)
        : (bias as Tensor);
  const operands = [tensorOnly("linear", input), tensorOnly("linear", weight)];
  return linearOp(b instanceof Object && "storage" in b ? [...operands, b] : operands, null);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Matrix product. */
    matmul(other: Tensor): Tensor;
  }
}
