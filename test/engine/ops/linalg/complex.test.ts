/** Factorizations of complex matrices: residuals, orthogonality, gradients, errors, and sizes from 0 on. */
import {
  autograd,
  cholesky,
  complex,
  eye,
  Generator,
  GradError,
  LinAlgError,
  linalg,
  matrixExp,
  ormqr,
  randn,
  type Tensor,
  viewAsReal,
} from "tapelab";
import { describe, expect, test } from "vitest";

const g = new Generator(5);
const normal = (...shape: number[]): Tensor =>
  complex(randn(shape, { generator: g, dtype: "float64" }), randn(shape, { generator: g, dtype: "float64" }));
const mH = (x: Tensor): Tensor => x.mT.conj();
const largest = (x: Tensor): number => (x.numel() === 0 ? 0 : x.abs().max().item());
const identity = (n: number): Tensor => eye(n, { dtype: "complex128" });
const expectClose = (x: Tensor, z: Tensor, factor = 1): void => {
  expect(x.shape).toEqual(z.shape);
  expect(largest(x.sub(z))).toBeLessThanOrEqual(1e-13 * factor * (1 + largest(z)));
};

const sizes = [0, 1, 2, 5, 30];

describe.each(sizes)("of %i rows", (n) => {
  const A = normal(2, n, n);
  const H = A.matmul(mH(A)).add(identity(n));

  test("LU, solutions, inverses and determinants", () => {
    const { P, L, U } = linalg.lu(A);
    expectClose(P.matmul(L).matmul(U), A, n);
    const B = normal(2, n, 3);
    expectClose(H.matmul(linalg.solve(H, B)), B, 1e3);
    expectClose(H.matmul(linalg.inv(H)), identity(n).expand([2, n, n]), 1e3);
    const { sign, logabsdet } = linalg.slogdet(A);
    expectClose(sign.mul(logabsdet.exp()), linalg.det(A), 100 * n + 1);
    const { LU, pivots } = linalg.luFactor(H);
    expectClose(mH(H).matmul(linalg.luSolve(LU, pivots, B, { adjoint: true })), B, 1e3);
  });

  test("Cholesky factors, of one triangle", () => {
    const L = cholesky(H);
    expectClose(L.matmul(mH(L)), H, n + 1);
    expectClose(cholesky(H, true), mH(L), n + 1);
    expectClose(cholesky(H.tril()), L);
  });

  test("QR and reflections", () => {
    for (const m of [n, n + 3]) {
      const X = normal(m, n);
      for (const mode of ["reduced", "complete"] as const) {
        const { Q, R } = linalg.qr(X, mode);
        expectClose(Q.matmul(R), X, m + 1);
        expectClose(mH(Q).matmul(Q), identity(Q.size(-1)), m + 1);
      }
      const { a, tau } = X.geqrf();
      expectClose(ormqr(a, tau, a.triu()), X, m + 1);
    }
  });

  test("eigenvalues and eigenvectors", () => {
    for (const uplo of ["L", "U"] as const) {
      const { eigenvalues, eigenvectors: V } = linalg.eigh(H, uplo);
      expect(eigenvalues.dtype).toBe("float64");
      expectClose(V.mul(eigenvalues.unsqueeze(-2)).matmul(mH(V)), H, 10 * n + 1);
      expectClose(mH(V).matmul(V), identity(n).expand([2, n, n]), 10 * n + 1);
      expectClose(linalg.eigvalsh(H, uplo), eigenvalues, 10 * n + 1);
    }
    const { eigenvalues, eigenvectors } = linalg.eig(A);
    expectClose(A.matmul(eigenvectors), eigenvectors.mul(eigenvalues.unsqueeze(-2)), 100 * n + 1);
  });

  test("singular values and pseudoinverses", () => {
    for (const [m, k] of [
      [n, n],
      [n + 4, n],
      [n, n + 4],
    ]) {
      const X = normal(m, k);
      for (const full of [true, false]) {
        const { U, S, Vh } = linalg.svd(X, full);
        const count = Math.min(m, k);
        expectClose(
          U.narrow(1, 0, count)
            .mul(S)
            .matmul(Vh.narrow(0, 0, count)),
          X,
          10 * (m + k),
        );
        expectClose(mH(U).matmul(U), identity(U.size(-1)), 10 * (m + k));
        expectClose(Vh.matmul(mH(Vh)), identity(Vh.size(-2)), 10 * (m + k));
        expectClose(linalg.svdvals(X), S, 10 * (m + k));
      }
      expectClose(X.matmul(linalg.pinv(X)).matmul(X), X, 1e3);
    }
  });
});

test("exponentials of commuting matrices are products", () => {
  const A = normal(6, 6).mul(0.3);
  expectClose(matrixExp(A).matmul(matrixExp(A.neg())), identity(6), 100);
});

test("gradients agree with finite differences", () => {
  const parts = [0, 1].map(() => randn([3, 3], { generator: g, dtype: "float64", requiresGrad: true }));
  const hermitian = (x: Tensor): Tensor => x.matmul(mH(x)).add(identity(3));
  const functions: ((x: Tensor) => Tensor)[] = [
    (x) => linalg.inv(x),
    (x) => linalg.det(x),
    (x) => linalg.slogdet(x).logabsdet,
    (x) => cholesky(hermitian(x)),
    (x) => linalg.qr(x).R,
    (x) => linalg.eigvalsh(hermitian(x)),
    (x) => linalg.eigh(hermitian(x)).eigenvectors.abs(),
    (x) => linalg.svd(x).S,
    (x) => linalg.svd(x).U.abs(),
    (x) => linalg.eig(x).eigenvectors.abs(),
    (x) => linalg.pinv(x.narrow(1, 0, 2)),
    (x) => linalg.lstsq(x.narrow(1, 0, 2), x).solution,
    (x) => matrixExp(x),
  ];
  for (const f of functions) {
    const real = (re: Tensor, im: Tensor): Tensor => {
      const y = f(complex(re, im));
      return y.dtype === "complex128" ? viewAsReal(y) : y;
    };
    expect(autograd.gradcheck(real, parts)).toBe(true);
  }
});

test("a loss that depends on the phases of vectors is refused", () => {
  const A = normal(3, 3).requiresGrad_();
  const H = (): Tensor => A.add(mH(A));
  expect(() => linalg.eigh(H()).eigenvectors.imag().sum().backward()).toThrow(GradError);
  expect(() => linalg.svd(A).U.imag().sum().backward()).toThrow(/linalg.svd: .*e\^\(iφ\)/);
});

test("matrices that cannot be factored are refused as real ones are", () => {
  expect(() => cholesky(identity(2).neg())).toThrow(LinAlgError);
  expect(() => linalg.inv(identity(2).mul(0))).toThrow(/singular/);
  expect(() => linalg.svd(identity(2).mul(Number.NaN))).toThrow(/did not converge/);
});
