/** Products over a dimension. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { type DType, sumResult } from "../../tensor/dtype.ts";
import { bigIntsIn } from "../../tensor/encoding.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { normalizeDim, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { mulComplex } from "../elementwise/complex-numbers.ts";
import { to } from "../elementwise/convert.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { type Along, alongShape } from "./along.ts";
import { productScan } from "./cumulative.ts";
import { shifted } from "./lines.ts";
import { merge, reducedLabel } from "./reduction.ts";
import { sum } from "./sum.ts";

/** Options of `prod`. */
export interface ProdOptions {
  /** Dimension to reduce; all by default. */
  readonly dim?: number | null;
  /** Whether the reduced dimension is kept with size 1. */
  readonly keepdim?: boolean;
  /** Dtype that the input is cast to first. */
  readonly dtype?: DType | null;
}

/** Returns the product of all elements before and behind each one: the derivative of the product. */
function otherFactors(x: Tensor, dim: number | null): Tensor {
  if (x.ndim === 0) return shifted(x, { dim: 0, reverse: false }, 1);
  const line = dim === null ? reshape(x, [-1]) : x;
  const [before, behind] = [false, true].map((reverse) => {
    const p = { dim: dim ?? 0, reverse };
    return shifted(productScan(line, p), p, 1);
  });
  return reshape(mul(before, behind), x.shape);
}

/** Parameters of a product. */
interface Product extends Along {
  /** The dtype of the result; that of a sum by default. */
  readonly dtype?: DType | null;
}

const prodOp: Run<Product> = defineOp<Product>({
  name: "prod",
  torch: "prod",
  access: "method",
  signature: "input, dim=null, keepdim=false, dtype=null",
  label: ({ dim }) => reducedLabel("Π")({ dims: dim === null ? [] : [dim], keepdim: false }),
  tex: { forward: "y = \\textstyle\\prod_i x_i", vjp: "\\bar x_i = \\bar y \\textstyle\\prod_{j \\ne i} x_j" },
  outputs: ([x], p) => ({ shape: alongShape(x, p), dtype: p.dtype ?? sumResult(x.dtype) }),
  kernel: (out, [x], { params: { dim }, inputs: [{ shape }] }) => {
    const [outer, n, inner] = dim === null ? [1, sizeOf(shape), 1] : sizesAround(shape, dim);
    const times = out instanceof Int32Array ? Math.imul : (a: number, b: number): number => a * b;
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        let y = 1;
        for (let k = 0; k < n; k++) y = times(y, x[(o * n + k) * inner + i]);
        out[o * inner + i] = y;
      }
  },
  exact: (out, [x], { params: { dim }, inputs: [{ shape }] }) => {
    const [outer, n, inner] = dim === null ? [1, sizeOf(shape), 1] : sizesAround(shape, dim);
    const [ys, xs] = [bigIntsIn(out), bigIntsIn(x)];
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        let y = 1n;
        for (let k = 0; k < n; k++) y = BigInt.asIntN(64, y * xs[(o * n + k) * inner + i]);
        ys[o * inner + i] = y;
      }
  },
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x], params: { dim, keepdim } }) => [
    mul(keepdim || dim === null || x.ndim === 0 ? g : unsqueeze(g, dim), otherFactors(x, dim)),
  ],
  jvp: ([dx], { inputs: [x], params: { dim, keepdim }, outputMetas: [y] }) => {
    const terms = mul(dx as Tensor, otherFactors(x, dim));
    return reshape(x.ndim === 0 ? terms : sum(terms, { dim, keepdim }), y.shape);
  },
  complex: (out, [x], { params: { dim }, inputs: [{ shape }] }) => {
    const [outer, n, inner] = dim === null ? [1, sizeOf(shape), 1] : sizesAround(shape, dim);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        let y = { re: 1, im: 0 };
        for (let k = 0; k < n; k++) {
          const at = 2 * ((o * n + k) * inner + i);
          y = mulComplex(y, { re: x[at], im: x[at + 1] });
        }
        const to = 2 * (o * inner + i);
        out[to] = y.re;
        out[to + 1] = y.im;
      }
  },
  holomorphic: true,
  batch: ([x], _batched, { dim, keepdim, dtype = null }, size) => {
    if (x.ndim === 1) return prodOp([unsqueeze(x, 1)], { dim: 1, keepdim: false, dtype });
    if (dim !== null) return prodOp([x], { dim: dim + 1, keepdim, dtype });
    const y = prodOp([reshape(x, [size, -1])], { dim: 1, keepdim: false, dtype });
    return keepdim ? reshape(y, [size, ...x.shape.slice(1).map(() => 1)]) : y;
  },
  samples: (r) => [
    { input: r.normal([2, 3]) },
    { input: r.normal([2, 3]), dim: 1, keepdim: true },
    { input: r.normal([3, 2, 2]), dim: -2 },
    { input: r.normal([3]), dtype: "float64" },
  ],
  call: prod,
});

/**
 * Returns the product over a dimension; over all by default. Integers and bools give int64, taken modulo 2⁶⁴. The gradient is the product of the other
 * elements, so zeros are no special case.
 * @throws IndexError for a dimension out of range; ArgumentError for several dimensions.
 * @example prod(tensor([[1, 2], [3, 4]]), 1).toArray(); // [2, 12]
 */
export function prod(input: Tensor, dim?: number | null | ProdOptions, keepdim: boolean | ProdOptions = {}): Tensor {
  const o = merge<ProdOptions>(dim, keepdim);
  const x = o.dtype ? to(requireTensor("prod", input), o.dtype) : requireTensor("prod", input);
  const at = o.dim ?? null;
  if (at !== null && typeof at !== "number")
    throw new ArgumentError("prod", `dim must be one integer, but got [${String(at)}]`);
  return prodOp([x], {
    dim: at === null ? null : normalizeDim("prod", at, x.ndim),
    keepdim: o.keepdim ?? false,
    dtype: o.dtype ?? null,
  });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the product over a dimension; over all by default. */
    prod(dim?: number | null | ProdOptions, keepdim?: boolean | ProdOptions): Tensor;
  }
}
