/** Eigenvalues and eigenvectors of symmetric matrices. */
import { defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import type { Kernel } from "../../dispatch/spec.ts";
import { type NumericArray, realDType } from "../../tensor/dtype.ts";
import { ArgumentError, LinAlgError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { div } from "../elementwise/division.ts";
import { diagEmbed, diagonal } from "../shape/diagonal.ts";
import { unsqueeze } from "../shape/expand.ts";
import { requireSquare } from "./checks.ts";
import { differences } from "./differences.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { adjointOf, complexMatrixOf } from "./numeric/complex.ts";
import { hermitianEigen } from "./numeric/complex-eigen.ts";
import { type Eigen, symmetricEigen } from "./numeric/eigen.ts";
import { countMatrices, matrixOf, transposed } from "./numeric/matrices.ts";
import { mH, realOf } from "./operands.ts";
import { requirePhaseless } from "./phases.ts";
import { positiveDefinite } from "./samples.ts";

/** The triangle of a symmetric matrix that is read. */
export type Uplo = "L" | "U";

/** Parameters of a decomposition: the triangle that is read, and the function in whose name an error is thrown. */
interface Decomposition {
  readonly uplo: Uplo;
  readonly caller: string;
}

/** Calls `visit` with the eigenvalues of each matrix. */
function visitEigen(
  x: NumericArray,
  shape: Shape,
  { uplo, caller }: Decomposition,
  wantsVectors: boolean,
  isComplex: boolean,
  visit: (at: number, eigen: Eigen) => void,
): void {
  const n = shape[shape.length - 1];
  for (let b = 0; b < countMatrices(shape); b++) {
    const given = (isComplex ? complexMatrixOf : matrixOf)(x, b, n * n);
    const lower = uplo === "L" ? given : (isComplex ? adjointOf : transposed)(given, n, n);
    const eigen = (isComplex ? hermitianEigen : symmetricEigen)(lower, n, wantsVectors);
    if (eigen === null) throw notConverged(caller, b, shape);
    visit(b, eigen);
  }
}

/** Returns the error for a matrix whose eigenvalues or singular values were not found. */
export const notConverged = (op: string, index: number, shape: Shape): LinAlgError =>
  new LinAlgError(
    op,
    `${shape.length > 2 ? `(batch element ${index}) ` : ""}the iteration did not converge; does the matrix have NaN or infinity?`,
    index,
  );

const vjpTex =
  "\\bar X = V (\\mathrm{diag}(\\bar\\lambda) + \\tfrac{V^\\top \\bar V}{\\lambda_j - \\lambda_i}) V^\\top";

/** Returns the kernel of `eigh` for real or for complex matrices. */
const eighKernel =
  (isComplex: boolean): Kernel<Decomposition> =>
  (values, [x], { inputs: [{ shape }], outs: [, vectors], params }) => {
    const n = shape[shape.length - 1];
    visitEigen(x, shape, params, true, isComplex, (at, eigen) => {
      values.set(eigen.values, at * n);
      if (eigen.vectors !== null) vectors.set(eigen.vectors, at * eigen.vectors.length);
    });
  };

/** Returns the kernel of `eigvalsh` for real or for complex matrices. */
const eigvalshKernel =
  (isComplex: boolean): Kernel<Decomposition> =>
  (values, [x], { inputs: [{ shape }], params }) =>
    visitEigen(x, shape, params, false, isComplex, (at, eigen) => values.set(eigen.values, at * eigen.values.length));

const eighOp: MultiRun<Decomposition> = defineMultiOp<Decomposition>({
  name: "eigh",
  torch: "linalg.eigh",
  access: "function",
  signature: 'A, UPLO="L"',
  dims: "A: ... rows=n columns=n",
  label: () => "V λ Vᵀ",
  tex: { forward: "V \\mathrm{diag}(\\lambda) V^\\top = X", vjp: vjpTex },
  outputs: ([x]) => [{ shape: x.shape.slice(0, -1), dtype: realDType(x.dtype) }, x],
  kernel: eighKernel(false),
  complex: eighKernel(true),
  saves: { outputs: [0, 1] },
  vjp: (_g, { outputs: [L, V], cotangents: [gL, gV] }) => {
    if (gV === null) return [matmul(mul(V, unsqueeze(gL as Tensor, -2)), mH(V))];
    const turned = matmul(mH(V), gV);
    requirePhaseless("linalg.eigh", turned);
    const inner = div(mul(sub(turned, mH(turned)), 0.5), differences(L));
    return [matmul(V, matmul(gL === null ? inner : add(inner, diagEmbed(gL)), mH(V)))];
  },
  jvp: ([dx], { outputs: [L, V] }) => {
    const turned = matmul(matmul(mH(V), dx as Tensor), V);
    const dL = diagonal(turned, 0, -2, -1);
    return [realOf(dL), matmul(V, div(sub(turned, diagEmbed(dL)), differences(L)))];
  },
  batch: ([x], _batched, params) => eighOp([x], params),
  samples: (r) => [{ A: positiveDefinite(r, [3, 3]) }, { A: positiveDefinite(r, [2, 2, 2]), UPLO: "U" }],
  call: eigh,
});

const eigvalshOp: Run<Decomposition> = defineOp<Decomposition>({
  name: "eigvalsh",
  torch: "linalg.eigvalsh",
  access: "function",
  signature: 'A, UPLO="L"',
  dims: "A: ... rows=n columns=n",
  label: () => "λ",
  tex: { forward: "\\lambda(X)", vjp: "\\bar X = V \\mathrm{diag}(\\bar\\lambda) V^\\top" },
  outputs: ([x]) => ({ shape: x.shape.slice(0, -1), dtype: realDType(x.dtype) }),
  kernel: eigvalshKernel(false),
  complex: eigvalshKernel(true),
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x], params }) => {
    const [, V] = eighOp([x], params);
    return [matmul(mul(V, unsqueeze(g, -2)), mH(V))];
  },
  jvp: ([dx], { inputs: [x], params }) => {
    const [, V] = eighOp([x], params);
    return realOf(diagonal(matmul(matmul(mH(V), dx as Tensor), V), 0, -2, -1));
  },
  batch: ([x], _batched, params) => eigvalshOp([x], params),
  samples: (r) => [{ A: positiveDefinite(r, [3, 3]) }, { A: positiveDefinite(r, [2, 2, 2]), UPLO: "U" }],
  call: eigvalsh,
});

/** Options of `linalg.eigh` and `linalg.eigvalsh`. */
export interface EighOptions {
  /** The triangle that is read: `"L"`, the lower one, is the default. */
  readonly UPLO?: Uplo;
}

/** Returns the checked triangle. */
function triangleOf(op: string, UPLO: Uplo | EighOptions): Uplo {
  const uplo = typeof UPLO === "string" ? UPLO : (UPLO.UPLO ?? "L");
  if (!["L", "U"].includes(uplo)) throw new ArgumentError(op, `UPLO must be "L" or "U", but got "${uplo}"`);
  return uplo;
}

/**
 * Returns the eigenvalues [..., n] of symmetric matrices, [..., n, n], in ascending order, and orthonormal eigenvectors as the columns of [..., n, n]. One triangle is read,
 * and the gradient is that for symmetric changes; that of eigenvectors of equal eigenvalues is not finite. The signs of eigenvectors are arbitrary.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.eigh(tensor([[2, 1], [1, 2]])).eigenvalues.toArray(); // [1, 3]
 */
export function eigh(A: Tensor, UPLO: Uplo | EighOptions = {}): NamedTensors<"eigenvalues" | "eigenvectors"> {
  const params = { uplo: triangleOf("linalg.eigh", UPLO), caller: "linalg.eigh" };
  const [eigenvalues, eigenvectors] = eighOp([requireSquare("linalg.eigh", A, "complex")], params);
  return named({ eigenvalues, eigenvectors });
}

/**
 * Returns the eigenvalues [..., n] of symmetric matrices, [..., n, n], in ascending order. One triangle is read, and the gradient is that for symmetric changes.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.eigvalsh(tensor([[2, 1], [1, 2]])).toArray(); // [1, 3]
 */
export function eigvalsh(A: Tensor, UPLO: Uplo | EighOptions = {}): Tensor {
  const params = { uplo: triangleOf("linalg.eigvalsh", UPLO), caller: "linalg.eigvalsh" };
  return eigvalshOp([requireSquare("linalg.eigvalsh", A, "complex")], params);
}
