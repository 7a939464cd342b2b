/** The linear layer as a function. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { hasBigInts } from "../../tensor/encoding.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { broadcastStrides, contiguousStrides, requireBroadcast, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { isExactProduct } from "../linalg/exact-product.ts";
import { matmul } from "../linalg/matmul.ts";
import { addPresent, checkDTypes, mT } from "../linalg/operands.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Returns the tensor as a matrix of its last dimension. */
const rows = (x: Tensor): Tensor => reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape[x.ndim - 1]]);

const linearOp: Run<null> = defineOp<null>({
  name: "linear",
  role: "affine",
  stops: "product",
  torch: "nn.functional.linear",
  access: "function",
  signature: "input, weight, bias=null",
  dims: "input: ... features=in; weight: outputs=out features=in | features=in; bias: outputs=out | .",
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
    if (y.dtype === "int64" && !hasBigInts(out) && !isExactProduct(x, w, k)) return void out.fill(Number.NaN);
    const bias =
      b === undefined ? null : broadcastStrides(inputs[2].shape, contiguousStrides(inputs[2].shape), y.shape);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        const [xi, wj] = [i * k, j * k];
        if (hasBigInts(out)) {
          for (let p = 0; p < k; p++) out[i * n + j] += x[xi + p] * w[wj + p];
          continue;
        }
        let s = 0;
        if (y.dtype === "int32") for (let p = 0; p < k; p++) s = (s + Math.imul(x[xi + p], w[wj + p])) | 0;
        else for (let p = 0; p < k; p++) s += x[xi + p] * w[wj + p];
        out[i * n + j] = s;
      }
    if (bias !== null)
      visitElements(y.shape, [bias], (at, [o]) => {
        out[at] += b[o];
      });
  },
  complex: "products",
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
    const y = dx === null && dw === null ? null : addPresent(dx && linear(dx, w), dw && linear(x, dw));
    return addPresent(y, db ?? null);
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
  /** Added to the result, to whose shape it broadcasts. */
  readonly bias?: Tensor | null;
}

/**
 * Returns x Wᵀ + b, for an input [..., in], a weight [out, in] and a bias [out], or of another shape that broadcasts to the result [..., out]. A weight
 * [in] gives [...], with a scalar as its bias.
 * @throws ShapeError when the sizes differ, or when the bias does not broadcast to the result; DTypeError when the dtypes differ, and for bools.
 * @example linear(tensor([[1, 2]]), tensor([[3, 4]]), tensor([5])).toArray(); // [[16]]
 */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null | LinearOptions): Tensor {
  const b =
    bias === null || bias === undefined
      ? null
      : "bias" in bias && !("storage" in bias)
        ? (bias.bias ?? null)
        : (bias as Tensor);
  const operands = [requireTensor("linear", input), requireTensor("linear", weight)];
  if (b instanceof Tensor && isComplex(input.dtype)) return add(linear(input, weight), b);
  return linearOp(b instanceof Object && "storage" in b ? [...operands, b] : operands, null);
}
