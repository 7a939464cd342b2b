/** Fast factorizations and solutions beyond the size of a block: residuals, batches, strides, and what is left to the reference kernels. */
import { cholesky, eye, Generator, linalg, matrixExp, randn, type Tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { withVariant } from "../../../../engine/src/fast/wasm/module.ts";
import { expectClose, mT } from "../../ops/linalg/matrices.ts";

const g = new Generator(11);

const identity = (n: number, like: Tensor): Tensor => eye(n, { dtype: like.dtype });

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  const normal = (shape: number[]): Tensor => randn(shape, { generator: g, dtype });
  /** Returns a matrix whose inverse is of moderate size. */
  const regular = (shape: number[]): Tensor => normal(shape).add(eye(shape.at(-1) ?? 0, { dtype }).mul(30));

  test.each([
    [65, 65],
    [129, 200],
    [200, 129],
    [70, 8],
    [9, 300],
  ])("factors of [%i, %i]", (m, n) => {
    const A = normal([n, m]).transpose(0, 1);
    const { P, L, U } = linalg.lu(A);
    expectClose(P.matmul(L).matmul(U), A);
    for (const mode of ["reduced", "complete"] as const) {
      const { Q, R } = linalg.qr(A, mode);
      expectClose(Q.matmul(R), A);
      expectClose(mT(Q).matmul(Q), identity(Q.size(-1), A));
    }
    const S = A.matmul(mT(A)).add(identity(m, A).mul(m));
    expectClose(cholesky(S).matmul(mT(cholesky(S))), S);
    expectClose(cholesky(S, true), mT(cholesky(S)));
  });

  test("solutions, inverses and determinants of a batch", () => {
    const [A, B] = [regular([2, 3, 70, 70]), normal([3, 70, 5])];
    expectClose(A.matmul(linalg.solve(A, B)), B.expand([2, 3, 70, 5]), 200);
    expectClose(A.matmul(linalg.inv(A)), identity(70, A).expand(A.shape), 200);
    expectClose(
      linalg.slogdet(A).logabsdet,
      withReferenceKernels(() => linalg.slogdet(A).logabsdet),
    );
    const { LU, pivots } = linalg.luFactor(A);
    expectClose(A.matmul(linalg.luSolve(LU, pivots, B)), B.expand([2, 3, 70, 5]), 200);
    expectClose(mT(A).matmul(linalg.luSolve(LU, pivots, B, { adjoint: true })), B.expand([2, 3, 70, 5]), 200);
  });

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])("triangular systems, upper %s, left %s", (upper, left) => {
    const A = regular([2, 67, 67]);
    const B = normal(left ? [67, 19] : [19, 67]);
    const X = linalg.solveTriangular(A, B, upper, { left });
    const T = upper ? A.triu() : A.tril();
    expectClose(left ? T.matmul(X) : X.matmul(T), B.expand(X.shape), 200);
    const options = { left, unitriangular: true };
    const small = A.mul(0.01);
    const Y = linalg.solveTriangular(small, B, upper, options);
    expectClose(
      Y,
      withReferenceKernels(() => linalg.solveTriangular(small, B, upper, options)),
      200,
    );
  });

  test("elements whose squares overflow or underflow are left to the reference kernel", () => {
    const scale = dtype === "float32" ? 1e25 : 1e200;
    const A = normal([40, 40]);
    for (const factor of [scale, 1 / scale]) expectClose(linalg.qr(A.mul(factor)).R, linalg.qr(A).R.mul(factor), 200);
  });

  test("exponentials, of matrices that are scaled and of NaN", () => {
    for (const scale of [0.01, 1]) {
      const A = normal([2, 40, 40]).mul(scale);
      expectClose(
        matrixExp(A),
        withReferenceKernels(() => matrixExp(A)),
        500,
      );
    }
    expect(
      matrixExp(normal([40, 40]).mul(Number.NaN))
        .isnan()
        .all()
        .item(),
    ).toBeTruthy();
  });

  test("singular and indefinite matrices are named", () => {
    const A = zeros([2, 40, 40], { dtype });
    A.select(0, 0).copy_(eye(40, { dtype }));
    expect(() => linalg.inv(A)).toThrow("inv: (batch element 1) the matrix is singular: the pivot 1");
    expect(() => linalg.solve(A, A)).toThrow("solve: (batch element 1)");
    expect(() => cholesky(A)).toThrow("cholesky: (batch element 1) the matrix is not positive definite");
    expect(linalg.luFactorEx(A).info.toArray()).toEqual([0, 1]);
    expect(linalg.det(A).toArray()).toEqual([1, 0]);
  });

  test("all variants of the module agree", () => {
    const A = regular([150, 150]);
    const inverses = (["wide", "relaxed", "plain"] as const).map((v) => withVariant(v, () => linalg.inv(A)));
    for (const x of inverses) expectClose(x, inverses[0], 100);
  });
});
