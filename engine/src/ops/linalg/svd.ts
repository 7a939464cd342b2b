/** The singular value decomposition. */
import { defineFunction, defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import type { Kernel } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { type NumericArray, realDType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { diagonal } from "../shape/diagonal.ts";
import { unsqueeze } from "../shape/expand.ts";
import { requireMatrices } from "./checks.ts";
import { notConverged } from "./eigh.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexMatrixOf } from "./numeric/complex.ts";
import { complexSvdOf } from "./numeric/complex-svd.ts";
import { countMatrices, matrixOf } from "./numeric/matrices.ts";
import { type Svd, type SvdVectors, svdOf } from "./numeric/svd.ts";
import { mH, realOf } from "./operands.ts";
import { svdTangents, throughSvd } from "./svd-rules.ts";

/** Parameters of a decomposition: whether all vectors are computed, and the function in whose name an error is thrown. */
interface Decomposition {
  readonly full: boolean;
  readonly caller: string;
}

/** Calls `visit` with the decomposition of each matrix. */
function visitSvd(
  x: NumericArray,
  shape: Shape,
  caller: string,
  vectors: SvdVectors,
  isComplex: boolean,
  visit: (at: number, svd: Svd) => void,
): void {
  const [m, n] = shape.slice(-2);
  for (let b = 0; b < countMatrices(shape); b++) {
    const matrix = (isComplex ? complexMatrixOf : matrixOf)(x, b, m * n);
    const svd = (isComplex ? complexSvdOf : svdOf)(matrix, m, n, vectors);
    if (svd === null) throw notConverged(caller, b, shape);
    visit(b, svd);
  }
}

/** Returns the kernel of the decomposition of real or of complex matrices. */
const svdKernel =
  (isComplex: boolean): Kernel<Decomposition> =>
  (U, [x], { inputs: [{ shape }], outs: [, S, Vh], params: { full, caller } }) => {
    visitSvd(x, shape, caller, full ? "full" : "reduced", isComplex, (at, { values, u, vt }) => {
      S.set(values, at * values.length);
      if (u !== null) U.set(u, at * u.length);
      if (vt !== null) Vh.set(vt, at * vt.length);
    });
  };

/** Returns the kernel of the singular values of real or of complex matrices. */
const valuesKernel =
  (isComplex: boolean): Kernel<string> =>
  (out, [x], { inputs: [{ shape }], params: caller }) =>
    visitSvd(x, shape, caller, "none", isComplex, (at, { values }) => out.set(values, at * values.length));

const svdOp: MultiRun<Decomposition> = defineMultiOp<Decomposition>({
  name: "linalgSvd",
  torch: "linalg.svd",
  access: "function",
  signature: "A, fullMatrices=true, driver=null",
  label: ({ full }) => (full ? "U S Vᵀ full" : "U S Vᵀ"),
  tex: {
    forward: "U \\mathrm{diag}(s) V^\\top = X",
    vjp: "\\bar X = U (\\mathrm{diag}(\\bar s) + \\tfrac{\\mathrm{skew}(U^\\top \\bar U) S + S\\, \\mathrm{skew}(V^\\top \\bar V)}{s_j^2 - s_i^2}) V^\\top",
  },
  outputs: ([{ shape, dtype }], { full }) => {
    const [m, n] = shape.slice(-2);
    const batch = shape.slice(0, -2);
    const k = Math.min(m, n);
    return [
      { shape: [...batch, m, full ? m : k], dtype },
      { shape: [...batch, k], dtype: realDType(dtype) },
      { shape: [...batch, full ? n : k, n], dtype },
    ];
  },
  kernel: svdKernel(false),
  complex: svdKernel(true),
  saves: { outputs: [0, 1, 2] },
  vjp: (_g, ctx) => [throughSvd(ctx)],
  jvp: ([dx], ctx) => svdTangents(dx as Tensor, ctx),
  batch: ([x], _batched, params) => svdOp([x], params),
  samples: (r) => [
    { A: r.normal([3, 3]) },
    { A: r.normal([2, 2, 3]), fullMatrices: false },
    { A: r.normal([4, 2]), fullMatrices: false, driver: null },
  ],
  call: linalgSvd,
});

/** Returns the singular vectors of a matrix, which the derivatives of its singular values are made of. */
const vectorsOf = (x: Tensor, caller: string): readonly Tensor[] => svdOp([x], { full: false, caller });

const svdvalsOp: Run<string> = defineOp<string>({
  name: "svdvals",
  torch: "linalg.svdvals",
  access: "function",
  signature: "A, driver=null",
  label: () => "singular values",
  tex: { forward: "s(X)", vjp: "\\bar X = U \\mathrm{diag}(\\bar s) V^\\top" },
  outputs: ([{ shape, dtype }]) => ({
    shape: [...shape.slice(0, -2), Math.min(...shape.slice(-2))],
    dtype: realDType(dtype),
  }),
  kernel: valuesKernel(false),
  complex: valuesKernel(true),
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x], params }) => {
    const [U, , Vh] = vectorsOf(x, params);
    return [matmul(mul(U, unsqueeze(g, -2)), Vh)];
  },
  jvp: ([dx], { inputs: [x], params }) => {
    const [U, , Vh] = vectorsOf(x, params);
    return realOf(diagonal(matmul(matmul(mH(U), dx as Tensor), mH(Vh)), 0, -2, -1));
  },
  batch: ([x], _batched, params) => svdvalsOp([x], params),
  samples: (r) => [{ A: r.normal([3, 2]), driver: null }, { A: r.normal([2, 2, 3]) }],
  call: svdvals,
});

/** Options of `linalg.svdvals`. */
export interface SvdvalsOptions {
  /** PyTorch's choice of an algorithm on GPUs; `null` is the only value. */
  readonly driver?: null;
}

/** Options of `linalg.svd`. */
export interface SvdOptions extends SvdvalsOptions {
  /** Whether U and Vᵀ are square, the default, rather than of min(m, n) columns and rows. */
  readonly fullMatrices?: boolean;
}

/**
 * Checks that no algorithm is chosen.
 * @throws ArgumentError otherwise.
 */
function checkDriver(op: string, driver: unknown): void {
  if (driver !== null && driver !== undefined)
    throw new ArgumentError(op, "driver chooses among algorithms of GPUs, so it must be null");
}

/**
 * Returns U, S and Vh of A = U diag(S) Vh, [..., m, n]: orthonormal columns [..., m, m], singular values [..., k] in descending order, k = min(m, n), and orthonormal rows
 * [..., n, n]; with `fullMatrices: false` U is [..., m, k] and Vh [..., k, n]. The gradient is not finite for equal singular values, unless it is that of S alone, and
 * there is none for the vectors beyond k. The signs of pairs of vectors are arbitrary.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.svd(tensor([[3, 0], [0, 4]])).S.toArray(); // [4, 3]
 */
export function linalgSvd(A: Tensor, fullMatrices: boolean | SvdOptions = {}): NamedTensors<"U" | "S" | "Vh"> {
  const o: SvdOptions = typeof fullMatrices === "boolean" ? { fullMatrices } : fullMatrices;
  checkDriver("linalg.svd", o.driver);
  const [U, S, Vh] = svdOp([requireMatrices("linalg.svd", A, "complex")], {
    full: o.fullMatrices ?? true,
    caller: "linalg.svd",
  });
  return named({ U, S, Vh });
}

/**
 * Returns the singular values of matrices, [..., m, n], in descending order, [..., min(m, n)].
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.svdvals(tensor([[3, 0], [0, 4]])).toArray(); // [4, 3]
 */
export function svdvals(A: Tensor, { driver }: SvdvalsOptions = {}): Tensor {
  checkDriver("linalg.svdvals", driver);
  return singularValues("linalg.svdvals", A);
}

/** Returns singular values, with the name of the calling function in errors. */
export const singularValues = (op: string, A: Tensor): Tensor => svdvalsOp([requireMatrices(op, A, "complex")], op);

/** Options of `svd`. */
export interface SvdSomeOptions {
  /** Whether U and V have min(m, n) columns, the default, rather than m and n. */
  readonly some?: boolean;
  /** Whether U and V are computed, the default, rather than zeros. */
  readonly computeUv?: boolean;
}

/**
 * Returns U, S and V of A = U diag(S) Vᵀ, [..., m, n]: orthonormal columns [..., m, k], singular values [..., k] in descending order, k = min(m, n), and orthonormal columns
 * [..., n, k]; with `some: false` U and V are square. `linalg.svd`, which returns Vᵀ, replaces it.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example svd(tensor([[3, 0], [0, 4]])).S.toArray(); // [4, 3]
 */
export const svd: (
  input: Tensor,
  some?: boolean | SvdSomeOptions,
  computeUv?: boolean | SvdSomeOptions,
) => NamedTensors<"U" | "S" | "V"> = defineFunction(
  {
    name: "svd",
    torch: "svd",
    access: "method",
    signature: "input, some=true, computeUv=true",
    tex: "U \\mathrm{diag}(s) V^\\top = X",
    samples: (r) => [{ input: r.normal([3, 2]) }, { input: r.normal([3, 3]), some: false, computeUv: false }],
  },
  (
    input: Tensor,
    some: boolean | SvdSomeOptions = {},
    computeUv: boolean | SvdSomeOptions = {},
  ): NamedTensors<"U" | "S" | "V"> => {
    const rest = typeof computeUv === "boolean" ? { computeUv } : computeUv;
    const o: SvdSomeOptions = typeof some === "boolean" ? { ...rest, some } : { ...rest, ...some };
    const x = requireMatrices("svd", input, "complex");
    if (o.computeUv === false) {
      const square = (n: number): Tensor => zeros([...x.shape.slice(0, -2), n, n], { dtype: x.dtype });
      return named({ U: square(x.size(-2)), S: singularValues("svd", x), V: square(x.size(-1)) });
    }
    const [U, S, Vh] = svdOp([x], { full: o.some === false, caller: "svd" });
    return named({ U, S, V: mH(Vh) });
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the singular value decomposition U diag(S) Vᵀ of these matrices. */
    svd(some?: boolean | SvdSomeOptions, computeUv?: boolean | SvdSomeOptions): NamedTensors<"U" | "S" | "V">;
  }
}
