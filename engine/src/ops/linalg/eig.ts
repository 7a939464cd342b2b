/** Eigenvalues and eigenvectors of matrices that need not be symmetric or Hermitian. They are complex. */
import { defineFunction, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import type { Kernel } from "../../dispatch/spec.ts";
import { eye } from "../../tensor/create.ts";
import { complexDType } from "../../tensor/dtype.ts";
import { LinAlgError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { conj } from "../elementwise/complex.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { diagonal } from "../shape/diagonal.ts";
import { unsqueeze } from "../shape/expand.ts";
import { real } from "../shape/view-as-complex.ts";
import { requireSquare } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { complexEigenOf, eigenOf } from "./numeric/general-eigen.ts";
import { countMatrices } from "./numeric/matrices.ts";
import { mT } from "./operands.ts";
import { requirePhaseless } from "./phases.ts";
import { solve } from "./solve.ts";

/** Returns a matrix with the diagonal replaced by values, a row of them for each matrix, or by 0. */
const withDiagonal = (x: Tensor, values: Tensor | null): Tensor =>
  where(eye(x.size(-1), { dtype: "bool" }), values === null ? 0 : unsqueeze(values, -1), x);

/** Returns λⱼ - λᵢ, and 1 on the diagonal. */
const differencesOf = (values: Tensor): Tensor =>
  add(sub(unsqueeze(values, -2), unsqueeze(values, -1)), to(eye(values.size(-1)), values.dtype));

/** Returns the cotangent of the matrix. Source: Boeddeker et al., "On the computation of complex-valued gradients with application to statistically optimum beamforming" (2017). */
function throughEigen(gValues: Tensor | null, gVectors: Tensor | null, values: Tensor, vectors: Tensor): Tensor {
  const adjoint = conj(mT(vectors));
  if (gVectors === null) return solve(adjoint, mul(unsqueeze(gValues as Tensor, -1), adjoint));
  const inner = matmul(adjoint, gVectors);
  requirePhaseless("linalg.eig", inner);
  // the part of the cotangent that would change the length of an eigenvector is removed
  const lengths = unsqueeze(real(diagonal(inner, { dim1: -2, dim2: -1 })), -2);
  const turned = sub(inner, matmul(adjoint, mul(vectors, lengths)));
  const middle = withDiagonal(div(turned, conj(differencesOf(values))), gValues);
  return solve(adjoint, matmul(middle, adjoint));
}

/** Returns the kernel for matrices whose elements are of so many numbers. */
const eigKernel =
  (numbers: 1 | 2): Kernel<null> =>
  (out, [x], { inputs: [{ shape }], outs: [, vectors] }) => {
    const n = shape[shape.length - 1];
    const size = numbers * n * n;
    for (let k = 0; k < countMatrices(shape); k++) {
      const matrix = Float64Array.from(x.subarray(k * size, (k + 1) * size));
      const found = matrix.every(Number.isFinite) ? (numbers === 1 ? eigenOf : complexEigenOf)(matrix, n) : null;
      if (found === null)
        throw new LinAlgError(
          "linalg.eig",
          "the iteration does not converge; is there a NaN or infinity in the matrix?",
          k,
        );
      out.set(found.values, 2 * k * n);
      vectors.set(found.vectors, 2 * k * n * n);
    }
  };

const eigOp: MultiRun<null> = defineMultiOp<null>({
  name: "eig",
  torch: "linalg.eig",
  access: "function",
  signature: "A",
  dims: "A: ... rows=n columns=n",
  label: () => "eig",
  tex: {
    forward: "A = V \\operatorname{diag}(\\lambda) V^{-1}",
    vjp: "\\bar A = V^{-\\mathsf H} \\Big(\\operatorname{diag}(\\bar\\lambda) + \\frac{V^{\\mathsf H} \\bar V - V^{\\mathsf H} V \\operatorname{Re} \\operatorname{diag}(V^{\\mathsf H} \\bar V)}{\\overline{\\lambda_j - \\lambda_i}}\\Big) V^{\\mathsf H}",
  },
  outputs: ([x]) => {
    const dtype = complexDType(x.dtype);
    return [
      { shape: x.shape.slice(0, -1), dtype },
      { shape: x.shape, dtype },
    ];
  },
  kernel: eigKernel(1),
  complex: eigKernel(2),
  saves: { outputs: [0, 1] },
  vjp: (_g, { outputs: [values, vectors], cotangents: [gValues, gVectors] }) => [
    throughEigen(gValues ?? null, gVectors ?? null, values, vectors),
  ],
  jvp: ([dx], { outputs: [values, vectors] }) => {
    const moved = solve(vectors, matmul(to(dx as Tensor, vectors.dtype), vectors));
    const turned = matmul(vectors, withDiagonal(div(moved, differencesOf(values)), null));
    const lengths = real(diagonal(matmul(conj(mT(vectors)), turned), { dim1: -2, dim2: -1 }));
    return [diagonal(moved, { dim1: -2, dim2: -1 }), sub(turned, mul(vectors, unsqueeze(lengths, -2)))];
  },
  batch: ([x]) => eigOp([x], null),
  samples: (r) => [{ A: r.normal([3, 3]) }, { A: r.normal([2, 4, 4]) }],
  call: eig,
});

/**
 * Returns the eigenvalues [..., n] of square matrices [..., n, n] and their eigenvectors [..., n, n], which are the columns: A V = V diag(λ). Both are complex. Eigenvectors have
 * length 1 and are determined up to a factor e^(iφ), on which a loss must not depend; here the largest element of each is real. The order of the eigenvalues is not determined.
 * The gradient of eigenvectors is not finite where eigenvalues are equal. Source: Golub and Van Loan, "Matrix Computations", chapter 7.
 * @throws ShapeError for matrices that are not square; DTypeError for integers and bools; LinAlgError for NaN and infinity; GradError for a loss that depends on φ.
 * @example linalg.eig(tensor([[2, 0], [0, 3]])).eigenvalues.real().toArray(); // [2, 3]
 */
export function eig(A: Tensor): NamedTensors<"eigenvalues" | "eigenvectors"> {
  const [eigenvalues, eigenvectors] = eigOp([requireSquare("linalg.eig", A, "complex")], null);
  return named({ eigenvalues, eigenvectors });
}

/**
 * Returns the eigenvalues [..., n] of square matrices [..., n, n], which are complex. Their order is not determined.
 * @throws ShapeError for matrices that are not square; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.eigvals(tensor([[0, 1], [-1, 0]])).imag().toArray(); // [1, -1]
 */
export const eigvals: (A: Tensor) => Tensor = defineFunction(
  {
    name: "eigvals",
    torch: "linalg.eigvals",
    access: "function",
    signature: "A",
    dims: "A: ... rows=n columns=n",
    tex: "\\lambda(A)",
    samples: (r) => [{ A: r.normal([3, 3]) }, { A: r.normal([2, 4, 4]) }],
  },
  (A: Tensor): Tensor => eigOp([requireSquare("linalg.eigvals", A, "complex")], null)[0],
);
