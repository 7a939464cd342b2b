/** Products of Householder reflections, and the factors of a QR factorization that they make up. */
import { defineComposite, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { eye } from "../../tensor/create.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { conj } from "../elementwise/complex.ts";
import { unsqueeze } from "../shape/expand.ts";
import { tril, triu } from "../shape/triangle.ts";
import { narrow } from "../shape/window.ts";
import { requireMatrices, requireSameDType } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexMatrixOf } from "./numeric/complex.ts";
import { factorComplexQr } from "./numeric/complex-householder.ts";
import { factorQr } from "./numeric/householder.ts";
import { countMatrices, matrixOf } from "./numeric/matrices.ts";
import { mH } from "./operands.ts";
import { solveTriangular } from "./solve-triangular.ts";

/**
 * Returns V [..., m, k], D S and D of the product of k reflections H₁ ⋯ Hₖ = I - V (I + D S)⁻¹ D Vᴴ, where D = diag(τ) and S is
 * the strict upper triangle of Vᴴ V (Joffrain et al., "Accumulating Householder transformations, revisited", 2006, in a form without 1 / τ).
 */
function compact(x: Tensor, tau: Tensor): { readonly V: Tensor; readonly system: Tensor; readonly D: Tensor } {
  const k = tau.size(-1);
  const V = add(tril(narrow(x, -1, 0, k), -1), eye(x.size(-2), k, { dtype: x.dtype }));
  const D = unsqueeze(tau, -1);
  const system = mul(D, triu(matmul(mH(V), V), 1));
  return { V, system, D };
}

/** Returns H₁ ⋯ Hₖ C, or with `transpose` Hₖ ⋯ H₁ C. */
function applied(x: Tensor, tau: Tensor, C: Tensor, transpose: boolean): Tensor {
  const { V, system, D } = compact(x, tau);
  const inner = matmul(mH(V), C);
  const weights = transpose
    ? mul(conj(D), solveTriangular(mH(system), inner, false, { unitriangular: true }))
    : solveTriangular(system, mul(D, inner), true, { unitriangular: true });
  return sub(C, matmul(V, weights));
}

/** Checks the vectors and factors of reflections. */
function checkReflections(op: string, input: Tensor, tau: Tensor): Tensor {
  const x = requireMatrices(op, input, "complex");
  requireTensor(op, tau);
  requireSameDType(op, x, tau);
  const batch = x.shape.slice(0, -2);
  if (tau.ndim !== x.ndim - 1 || !sameShape(tau.shape.slice(0, -1), batch) || tau.size(-1) > x.size(-1))
    throw new ShapeError(op, "expected the vectors [..., m, n] of reflections and τ [..., k] with k ≤ n", [
      x.shape,
      tau.shape,
    ]);
  return x;
}

/**
 * Returns the first n columns of the product of Householder reflections I - τᵢ vᵢ vᵢᵀ, [..., m, n] with m ≥ n. The i-th column of `input` holds vᵢ below the diagonal;
 * it is 1 on it and 0 above it. `tau`, [..., k], has the factors of the first k ≤ n columns.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools.
 * @example orgqr(tensor([[0], [1]]), tensor([1])).toArray(); // [[0], [-1]]
 */
export const orgqr: (input: Tensor, tau: Tensor) => Tensor = defineComposite(
  {
    name: "orgqr",
    torch: "orgqr",
    aliases: ["linalg.householder_product"],
    access: "method",
    signature: "input, tau",
    tex: "Q = H_1 H_2 \\cdots H_k",
    samples: (r) => [
      { input: r.normal([4, 3]), tau: r.normal([3]) },
      { input: r.normal([2, 3, 3]), tau: r.normal([2, 2]) },
    ],
  },
  (input: Tensor, tau: Tensor): Tensor => {
    const x = checkReflections("orgqr", input, tau);
    const [m, n] = [x.size(-2), x.size(-1)];
    if (m < n) throw new ShapeError("orgqr", "expected at least as many rows as columns", [x.shape]);
    return applied(x, tau, eye(m, n, { dtype: x.dtype }), false);
  },
);

/** Options of `ormqr`. */
export interface OrmqrOptions {
  /** Whether Q multiplies from the left, the default, rather than from the right. */
  readonly left?: boolean;
  /** Whether Qᴴ, Qᵀ of a real matrix, takes the place of Q; `false` by default. */
  readonly transpose?: boolean;
}

/**
 * Returns Q C, or C Q with `left: false`, for the product Q [m, m] of Householder reflections whose vectors and factors `geqrf` returns; with `transpose` Qᴴ, Qᵀ of a real matrix, takes the place of Q.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ.
 * @example ormqr(tensor([[0], [1]]), tensor([1]), tensor([[2], [3]])).toArray(); // [[-3], [-2]]
 */
export const ormqr: (
  input: Tensor,
  tau: Tensor,
  other: Tensor,
  left?: boolean | OrmqrOptions,
  transpose?: boolean | OrmqrOptions,
) => Tensor = defineComposite(
  {
    name: "ormqr",
    torch: "ormqr",
    access: "method",
    signature: "input, tau, other, left=true, transpose=false",
    tex: "Y = H_1 H_2 \\cdots H_k\\, C",
    samples: (r) => [
      { input: r.normal([3, 2]), tau: r.normal([2]), other: r.normal([3, 2]) },
      { input: r.normal([2, 3, 2]), tau: r.normal([2, 2]), other: r.normal([2, 2, 3]), left: false, transpose: true },
    ],
  },
  (
    input: Tensor,
    tau: Tensor,
    other: Tensor,
    left: boolean | OrmqrOptions = {},
    transpose: boolean | OrmqrOptions = {},
  ): Tensor => {
    const x = checkReflections("ormqr", input, tau);
    const c = requireMatrices("ormqr", other, "complex");
    requireSameDType("ormqr", x, c);
    const rest = typeof transpose === "boolean" ? { transpose } : transpose;
    const o: OrmqrOptions = typeof left === "boolean" ? { ...rest, left } : { ...rest, ...left };
    const isLeft = o.left ?? true;
    const isTransposed = o.transpose ?? false;
    if (c.ndim !== x.ndim || c.size(isLeft ? -2 : -1) !== x.size(-2))
      throw new ShapeError("ormqr", "the other operand must have as many rows (columns for left: false) as the input", [
        x.shape,
        c.shape,
      ]);
    return isLeft ? applied(x, tau, c, isTransposed) : mH(applied(x, tau, mH(c), !isTransposed));
  },
);

const geqrfOp: MultiRun<null> = defineMultiOp<null>({
  name: "geqrf",
  torch: "geqrf",
  access: "method",
  signature: "input",
  label: () => "Q R, reflections",
  tex: { forward: "H_1 \\cdots H_k R = X", vjp: "" },
  outputs: ([x]) => [x, { shape: [...x.shape.slice(0, -2), Math.min(...x.shape.slice(-2))], dtype: x.dtype }],
  kernel: (out, [x], { inputs: [{ shape }], outs: [, tau] }) => {
    const [m, n] = shape.slice(-2);
    for (let b = 0; b < countMatrices(shape); b++) {
      const a = matrixOf(x, b, m * n);
      tau.set(factorQr(a, m, n), b * Math.min(m, n));
      out.set(a, b * m * n);
    }
  },
  complex: (out, [x], { inputs: [{ shape }], outs: [, tau] }) => {
    const [m, n] = shape.slice(-2);
    const k = Math.min(m, n);
    for (let b = 0; b < countMatrices(shape); b++) {
      const a = complexMatrixOf(x, b, m * n);
      factorComplexQr(a, m, n).forEach(({ v, re, im }, j) => {
        tau.set([re, im], 2 * (b * k + j));
        for (let i = 1; i < m - j; i++) a.set(v.subarray(2 * i, 2 * i + 2), 2 * ((i + j) * n + j));
      });
      out.set(a, 2 * b * m * n);
    }
  },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: ([x]) => geqrfOp([x], null),
  samples: (r) => [{ input: r.normal([3, 2]) }],
  call: geqrf,
});

/**
 * Returns the QR factorization of matrices [..., m, n] by Householder reflections, as LAPACK does: `a` has R on and above the diagonal and the vectors of the reflections below it,
 * and `tau` [..., min(m, n)] their factors. It has no gradient; that of `linalg.qr` exists.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools.
 * @example geqrf(tensor([[3], [4]])).a.toArray(); // [[-5], [0.5]]
 */
export function geqrf(input: Tensor): NamedTensors<"a" | "tau"> {
  const [a, tau] = geqrfOp([requireMatrices("geqrf", input, "complex")], null);
  return named({ a, tau });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the first columns of the product of the Householder reflections of which these are the vectors. */
    orgqr(tau: Tensor): Tensor;
    /** Returns the product of a tensor and the Householder reflections of which these are the vectors. */
    ormqr(tau: Tensor, other: Tensor, left?: boolean | OrmqrOptions, transpose?: boolean | OrmqrOptions): Tensor;
    /** Returns the QR factorization of these matrices by Householder reflections, as LAPACK does. */
    geqrf(): NamedTensors<"a" | "tau">;
  }
}
