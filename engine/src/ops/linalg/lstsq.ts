/** Least squares problems. */
import { everyElement } from "../../dispatch/batched.ts";
import { defineComposite, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { isComplex, realDType } from "../../tensor/dtype.ts";
import { ArgumentError, LinAlgError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs } from "../elementwise/absolute.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { sum } from "../reduce/sum.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { narrow } from "../shape/window.ts";
import { requireMatrices, requireSameDType } from "./checks.ts";
import { notConverged } from "./eigh.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexMatrixOf } from "./numeric/complex.ts";
import { complexLeastSquares } from "./numeric/complex-inverse.ts";
import { leastSquares } from "./numeric/least-squares.ts";
import { countMatrices, matrixOf } from "./numeric/matrices.ts";
import { addPresent, mH } from "./operands.ts";
import { inverseTangent, pinvAs, throughInverse } from "./pinv.ts";
import { isVector } from "./solve.ts";
import { singularValues } from "./svd.ts";
import { epsilonOf } from "./tolerance.ts";

/** LAPACK's drivers: `"gels"` takes the rank as full, the others find it; `"gelsd"` and `"gelss"` return singular values. */
export type LstsqDriver = "gels" | "gelsy" | "gelsd" | "gelss";

const drivers: readonly string[] = ["gels", "gelsy", "gelsd", "gelss"] satisfies LstsqDriver[];

/** Parameters of a problem. */
interface Problem {
  /** Singular values up to this factor of the largest count as 0. */
  readonly rcond: number;
  /** Whether the matrices must have full rank. */
  readonly isFullRank: boolean;
}

/** Returns the pseudoinverse that derivatives are made of. */
const inverseOf = (A: Tensor): Tensor => pinvAs("linalg.lstsq", A, {});

/** @throws LinAlgError for a matrix that must have full rank and does not. */
function requireRank(at: number, rank: number, whole: number, { isFullRank }: Problem): void {
  if (isFullRank && rank < whole)
    throw new LinAlgError("linalg.lstsq", `matrix ${at} does not have full rank, which the driver "gels" needs`, at);
}

const lstsqOp: MultiRun<Problem> = defineMultiOp<Problem>({
  name: "leastSquares",
  torch: "ops.aten.linalg_lstsq",
  access: "internal",
  signature: "A, B, rcond, isFullRank",
  label: () => "A⁺ B",
  tex: { forward: "X = A^+ B", vjp: "\\bar B = A^{+\\top} \\bar X" },
  outputs: ([a, b]) => {
    const batch = a.shape.slice(0, -2);
    const n = a.shape[a.shape.length - 1];
    return [
      { shape: [...batch, n, b.shape[b.shape.length - 1]], dtype: a.dtype },
      { shape: batch, dtype: "int64" },
    ];
  },
  kernel: (out, [a, b], { inputs: [{ shape }], outputs: [x], outs: [, ranks], params }) => {
    const [m, n] = shape.slice(-2);
    const k = x.shape[x.shape.length - 1];
    for (let i = 0; i < countMatrices(shape); i++) {
      const solved = leastSquares(matrixOf(a, i, m * n), matrixOf(b, i, m * k), [m, n, k], params.rcond);
      if (solved === null) throw notConverged("linalg.lstsq", i, shape);
      requireRank(i, solved.rank, Math.min(m, n), params);
      out.set(solved.x, i * n * k);
      ranks[i] = solved.rank;
    }
  },
  complex: (out, [a, b], { inputs: [{ shape }], outputs: [x], outs: [, ranks], params }) => {
    const [m, n] = shape.slice(-2);
    const k = x.shape[x.shape.length - 1];
    for (let i = 0; i < countMatrices(shape); i++) {
      const [A, B] = [complexMatrixOf(a, i, m * n), complexMatrixOf(b, i, m * k)];
      const solved = complexLeastSquares(A, B, [m, n, k], (largest) => params.rcond * largest);
      if (solved === null) throw notConverged("linalg.lstsq", i, shape);
      requireRank(i, solved.rank, Math.min(m, n), params);
      out.set(solved.x, 2 * i * n * k);
      ranks[i] = solved.rank;
    }
  },
  saves: [{ inputs: [0, 1] }, { inputs: [0] }],
  vjp: (g, { inputs: [A, B], needs }) => {
    const P = inverseOf(A);
    return [needs[0] ? throughInverse(matmul(g, mH(B)), A, P) : null, needs[1] ? matmul(mH(P), g) : null];
  },
  jvp: ([dA, dB], { inputs: [A, B], outputMetas: [, { shape, dtype }] }) => {
    const P = inverseOf(A);
    return [addPresent(dA && matmul(inverseTangent(dA, A, P), B), dB && matmul(P, dB)), zeros(shape, { dtype })];
  },
  batch: "loop",
  samples: (r) => [
    { A: r.normal([3, 2]), B: r.normal([3, 2]), rcond: 1e-10, isFullRank: true },
    { A: r.normal([2, 2, 3]), B: r.normal([2, 2, 1]), rcond: 1e-10, isFullRank: false },
  ],
  call: (A: Tensor, B: Tensor, rcond: number, isFullRank: boolean) => lstsqOp([A, B], { rcond, isFullRank }),
});

/** Options of `linalg.lstsq`. */
export interface LstsqOptions {
  /** Singular values up to this factor of the largest count as 0; max(m, n) times the precision of the dtype by default. */
  readonly rcond?: number | null;
  /** LAPACK's driver: `"gelsy"` by default. `"gels"` takes the rank as full, and `"gelsd"` and `"gelss"` return singular values. */
  readonly driver?: LstsqDriver | null;
}

/**
 * Returns the solution X of least norm that minimizes ‖A X - B‖, [..., m, n] and [..., m, k]: [..., n, k]; `residuals` [..., k], the sums of squares of A X - B, for m > n and full
 * rank unless the driver is `"gelsy"`, the default, `rank` [...] unless the driver is `"gels"`, and `singularValues` [..., min(m, n)], without gradient, for `"gelsd"` and `"gelss"`; empty tensors elsewhere. B is a vector for each matrix if it
 * has the shape of A without its last dimension. The gradient takes the rank as constant.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ; ArgumentError for another driver; LinAlgError for NaN and
 * infinity, and from `"gels"` for a matrix without full rank.
 * @example linalg.lstsq(tensor([[1], [1]]), tensor([[1], [3]])).solution.toArray(); // [[2]]
 */
export const lstsq: (
  A: Tensor,
  B: Tensor,
  rcond?: number | null | LstsqOptions,
  options?: LstsqOptions,
) => NamedTensors<"solution" | "residuals" | "rank" | "singularValues"> = defineComposite(
  {
    name: "lstsq",
    torch: "linalg.lstsq",
    access: "function",
    signature: "A, B, rcond=null, driver=null",
    dims: "A: ... rows=m columns; B: ... rows=m columns=k | rows=m",
    tex: "X = A^+ B",
    samples: (r) => [
      { A: r.normal([3, 2]), B: r.normal([3, 2]) },
      { A: r.normal([2, 2, 3]), B: r.normal([2, 2, 1]), rcond: 1e-3 },
      { A: r.normal([2, 3, 2]), B: r.normal([2, 3]), driver: "gels" },
    ],
  },
  (
    A: Tensor,
    B: Tensor,
    rcond: number | null | LstsqOptions = {},
    options: LstsqOptions = {},
  ): NamedTensors<"solution" | "residuals" | "rank" | "singularValues"> => {
    const op = "linalg.lstsq";
    const o: LstsqOptions =
      typeof rcond === "object" && rcond !== null ? { ...options, ...rcond } : { ...options, rcond };
    const [a, given] = [requireMatrices(op, A, "complex"), requireTensor(op, B)];
    if (!isComplex(given.dtype)) requireFloat(op, given.dtype);
    requireSameDType(op, a, given);
    const driver = o.driver ?? "gelsy";
    if (!drivers.includes(driver))
      throw new ArgumentError(op, `driver must be one of ${drivers.join(", ")}, but got ${driver}`);
    const vector = given.ndim < a.ndim && isVector(a, given);
    const b = vector ? unsqueeze(given, -1) : given;
    if (b.ndim !== a.ndim || !sameShape(a.shape.slice(0, -1), b.shape.slice(0, -1)))
      throw new ShapeError(op, "A [..., m, n] and B [..., m, k] must agree but for the last dimension", [
        a.shape,
        given.shape,
      ]);
    const [m, n] = [a.size(-2), a.size(-1)];
    const bound = o.rcond ?? Math.max(m, n) * epsilonOf(a);
    const [x, rank] = lstsqOp([a, b], { rcond: driver === "gels" ? 0 : bound, isFullRank: driver === "gels" });
    const difference = sub(matmul(a, x), b);
    const sizes = isComplex(difference.dtype) ? abs(difference) : difference;
    const squares = sum(mul(sizes, sizes), -2);
    // empty tensors of residuals require gradients too, as in PyTorch
    const none = narrow(reshape(squares, [-1]), 0, 0, 0);
    const isFull = (): boolean => Array.from(everyElement(rank), Number).every((v) => v === n);
    const hasResiduals = m > n && driver !== "gelsy" && (driver === "gels" || isFull());
    const empty = zeros([0], { dtype: realDType(a.dtype) });
    return named({
      solution: vector ? squeeze(x, -1) : x,
      residuals: hasResiduals ? squares : none,
      rank: driver === "gels" ? zeros([0], { dtype: rank.dtype }) : rank,
      singularValues: driver === "gelsd" || driver === "gelss" ? singularValues(op, a.detach()) : empty,
    });
  },
);
