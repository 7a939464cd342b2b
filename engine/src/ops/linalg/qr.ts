/** The QR factorization. */
import { defineFunction, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { isComplex, type NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, GradError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { cat } from "../shape/join.ts";
import { tril, triu } from "../shape/triangle.ts";
import { narrow } from "../shape/window.ts";
import { requireMatrices } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexMatrixOf } from "./numeric/complex.ts";
import { factorComplexQr, formComplexQ } from "./numeric/complex-householder.ts";
import { factorQr, formQ } from "./numeric/householder.ts";
import { countMatrices, matrixOf } from "./numeric/matrices.ts";
import { addPresent, imaginaryDiagonal, mH, realDiagonal } from "./operands.ts";
import { solveTriangular } from "./solve-triangular.ts";

/** The parts that are computed: the first min(m, n) columns of Q, all m, or R alone. */
export type QrMode = "reduced" | "complete" | "r";

const modes: readonly string[] = ["reduced", "complete", "r"] satisfies QrMode[];

/** Writes the upper triangle of a matrix with n columns, without the rows below `rows`. */
function writeTriangle(out: NumericArray, at: number, a: Float64Array, rows: number, n: number): void {
  for (let i = 0; i < rows; i++) for (let j = i; j < n; j++) out[at + i * n + j] = a[i * n + j];
}

/**
 * Throws for factorizations that are not differentiable.
 * @throws GradError.
 */
function requireDifferentiable(mode: QrMode, m: number, n: number): void {
  if (mode === "r")
    throw new GradError("linalg.qr", 'the gradient needs Q, which the mode "r" does not compute; use "reduced"');
  if (mode === "complete" && m > n)
    throw new GradError("linalg.qr", 'the mode "complete" has no gradient for matrices with more rows than columns');
}

/** Returns X R⁻ᴴ for an upper triangle R. */
const overTransposed = (x: Tensor, R: Tensor): Tensor => solveTriangular(mH(R), x, false, { left: false });

/**
 * Returns the cotangent of A = Q R. Source: PyTorch's linalg_qr_backward; for m ≥ n it is (Q̄ + Q copyltu(M)) R⁻ᵀ with M = R̄ Rᵀ - Qᵀ Q̄ (Walter and Lehmann,
 * "Algorithmic differentiation of linear algebra functions", 2010), where copyltu mirrors the upper triangle.
 */
function throughQr({ cotangents: [gQ, gR], outputs: [Q, R], params, metas: [A] }: RuleContext<QrMode>): Tensor {
  const [m, n] = A.shape.slice(-2);
  requireDifferentiable(params, m, n);
  const inner = addPresent(gR && matmul(gR, mH(R)), gQ && neg(matmul(mH(Q), gQ)));
  if (m >= n) {
    const upper = realDiagonal(triu(inner));
    return overTransposed(addPresent(matmul(Q, add(upper, mH(triu(inner, 1)))), gQ), R);
  }
  // the lower triangle with half of the diagonal, which is 0 for real matrices
  const skew = sub(mH(inner), inner);
  const left = overTransposed(matmul(Q, mul(add(tril(skew), tril(skew, -1)), 0.5)), narrow(R, -1, 0, m));
  const wide = cat([left, zeros([...A.shape.slice(0, -1), n - m], { dtype: A.dtype })], -1);
  return addPresent(wide, gR && matmul(Q, gR));
}

/** Returns the tangents of Q and R. */
function qrTangents(dA: Tensor, { outputs: [Q, R], params, metas: [A] }: RuleContext<QrMode>): readonly Tensor[] {
  const [m, n] = A.shape.slice(-2);
  requireDifferentiable(params, m, n);
  if (m >= n) {
    const scaled = solveTriangular(R, dA, true, { left: false });
    const inner = matmul(mH(Q), scaled);
    // the upper triangle of the sum of it and its adjoint, with half of the diagonal
    const change = add(realDiagonal(triu(inner)), mH(tril(inner, -1)));
    return [sub(scaled, matmul(Q, change)), matmul(change, R)];
  }
  const turned = matmul(mH(Q), dA);
  const whole = solveTriangular(narrow(R, -1, 0, m), narrow(turned, -1, 0, m), true, { left: false });
  const inner = tril(whole, -1);
  const phases = isComplex(A.dtype) ? imaginaryDiagonal(whole) : null;
  const skew = addPresent(sub(inner, mH(inner)), phases);
  return [matmul(Q, skew), sub(turned, matmul(skew, R))];
}

const qrOp: MultiRun<QrMode> = defineMultiOp<QrMode>({
  name: "linalgQr",
  torch: "linalg.qr",
  access: "function",
  signature: 'A, mode="reduced"',
  label: (mode) => `Q R ${mode}`,
  tex: {
    forward: "Q R = X",
    vjp: "\\bar X = (\\bar Q + Q\\, \\mathrm{copyltu}(\\bar R R^\\top - Q^\\top \\bar Q))\\, R^{-\\top}",
  },
  outputs: ([{ shape, dtype }], mode) => {
    const [m, n] = shape.slice(-2);
    const k = mode === "complete" ? m : Math.min(m, n);
    const batch = shape.slice(0, -2);
    return [
      { shape: mode === "r" ? [0] : [...batch, m, k], dtype },
      { shape: [...batch, k, n], dtype },
    ];
  },
  kernel: (Q, [x], { inputs: [{ shape }], outputs: [, { shape: rShape }], outs: [, R], params: mode }) => {
    const [m, n] = shape.slice(-2);
    const [k] = rShape.slice(-2);
    for (let b = 0; b < countMatrices(shape); b++) {
      const a = matrixOf(x, b, m * n);
      const taus = factorQr(a, m, n);
      writeTriangle(R, b * k * n, a, Math.min(m, n), n);
      if (mode !== "r") Q.set(formQ(a, taus, m, n, k), b * m * k);
    }
  },
  complex: (Q, [x], { inputs: [{ shape }], outputs: [, { shape: rShape }], outs: [, R], params: mode }) => {
    const [m, n] = shape.slice(-2);
    const [k] = rShape.slice(-2);
    for (let b = 0; b < countMatrices(shape); b++) {
      const a = complexMatrixOf(x, b, m * n);
      const reflections = factorComplexQr(a, m, n);
      R.set(a.subarray(0, 2 * Math.min(m, n) * n), 2 * b * k * n);
      if (mode !== "r") Q.set(formComplexQ(reflections, m, k), 2 * b * m * k);
    }
  },
  saves: { outputs: [0, 1] },
  vjp: (_g, ctx) => [throughQr(ctx)],
  jvp: ([dA], ctx) => qrTangents(dA as Tensor, ctx),
  batch: ([x], _batched, mode) => (mode === "r" ? "loop" : qrOp([x], mode)),
  samples: (r) => [{ A: r.normal([3, 3]) }, { A: r.normal([2, 4, 2]) }, { A: r.normal([2, 3]), mode: "complete" }],
  call: linalgQr,
});

/** Options of `linalg.qr`. */
export interface QrOptions {
  /** The parts that are computed: `"reduced"`, the default, `"complete"`, or `"r"`. */
  readonly mode?: QrMode;
}

/**
 * Returns Q [..., m, k], whose columns are orthonormal, and the upper triangular R [..., k, n] of A = Q R, [..., m, n], by Householder reflections. k is min(m, n), and m in
 * the mode `"complete"`; in the mode `"r"` Q is empty. The diagonal of R may be negative, as in LAPACK.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; ArgumentError for another mode; GradError from the gradient in the mode `"r"`, and in the
 * mode `"complete"` for m > n.
 * @example linalg.qr(tensor([[3], [4]])).R.toArray(); // [[-5]]
 */
export function linalgQr(A: Tensor, mode: QrMode | QrOptions = {}): NamedTensors<"Q" | "R"> {
  const chosen = typeof mode === "string" ? mode : (mode.mode ?? "reduced");
  const x = requireMatrices("linalg.qr", A, "complex");
  if (!modes.includes(chosen))
    throw new ArgumentError("linalg.qr", `mode must be one of ${modes.join(", ")}, but got ${chosen}`);
  const [Q, R] = qrOp([x], chosen);
  return named({ Q, R });
}

/** Options of `qr`. */
export interface QrSomeOptions {
  /** Whether Q has min(m, n) columns, the default, rather than m. */
  readonly some?: boolean;
}

/**
 * Returns Q, whose columns are orthonormal, and the upper triangular R of A = Q R, as `linalg.qr` in the mode `"reduced"`, or with `some: false` in the mode `"complete"`.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools.
 * @example qr(tensor([[3], [4]])).R.toArray(); // [[-5]]
 */
export const qr: (input: Tensor, some?: boolean | QrSomeOptions) => NamedTensors<"Q" | "R"> = defineFunction(
  {
    name: "qr",
    torch: "qr",
    access: "method",
    signature: "input, some=true",
    tex: "Q R = X",
    samples: (r) => [{ input: r.normal([3, 2]) }, { input: r.normal([2, 3]), some: false }],
  },
  (input: Tensor, some: boolean | QrSomeOptions = {}): NamedTensors<"Q" | "R"> => {
    const isReduced = typeof some === "boolean" ? some : (some.some ?? true);
    const [Q, R] = qrOp([requireMatrices("qr", input, "complex")], isReduced ? "reduced" : "complete");
    return named({ Q, R });
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the factors Q, with orthonormal columns, and R, upper triangular, of these matrices Q R. */
    qr(some?: boolean | QrSomeOptions): NamedTensors<"Q" | "R">;
  }
}
