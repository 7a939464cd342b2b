/** LU, Cholesky and QR factorizations: residuals for matrices of all kinds, and what singular and indefinite ones give. */
import {
  cholesky,
  eye,
  Generator,
  LinAlgError,
  linalg,
  lu,
  luUnpack,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { expectClose, kinds, largest, mT } from "./matrices.ts";

const g = new Generator(5);
const normal = (shape: number[]): Tensor => randn(shape, { generator: g, dtype: "float64" });

describe.each(kinds)("%s", (_kind, A) => {
  test("P L U gives the matrix back, with a unit lower triangle of elements up to 1", () => {
    const { P, L, U } = linalg.lu(A);
    expectClose(P.matmul(L).matmul(U), A);
    expect(largest(L)).toBeLessThanOrEqual(1);
    expect(largest(L.triu(1))).toBe(0);
    expect(largest(U.tril(-1))).toBe(0);
    expectClose(L.diagonal(0, -2, -1), L.diagonal(0, -2, -1).mul(0).add(1));
  });

  test.each(["reduced", "complete"] as const)("Q R gives the matrix back, with orthonormal columns: %s", (mode) => {
    const { Q, R } = linalg.qr(A, mode);
    expectClose(Q.matmul(R), A);
    const gram = mT(Q).matmul(Q);
    expectClose(gram, eye(Q.size(-1), { dtype: A.dtype }).expand(gram.shape));
    expect(largest(R.tril(-1))).toBe(0);
    expect([...linalg.qr(A, "r").R.toTypedArray()]).toEqual([...linalg.qr(A).R.toTypedArray()]);
  });

  test("L Lᵀ gives a positive definite matrix back", () => {
    const scale = largest(A) === 0 ? A : A.div(largest(A));
    const S = scale.matmul(mT(scale)).add(eye(A.size(-2), { dtype: A.dtype }));
    const L = cholesky(S);
    expectClose(L.matmul(mT(L)), S);
    const U = linalg.cholesky(S, { upper: true });
    expectClose(mT(U).matmul(U), S);
    expect(largest(L.triu(1))).toBe(0);
  });
});

test("lu and luUnpack agree with linalg.lu", () => {
  const A = normal([2, 3, 5]);
  const { P, L, U } = linalg.lu(A);
  const [LU, pivots] = lu(A);
  const unpacked = luUnpack(LU, pivots);
  expect([unpacked.P, unpacked.L, unpacked.U].map((x) => x.toArray())).toEqual([P, L, U].map((x) => x.toArray()));
  expect(luUnpack(LU, pivots, false).L.shape).toEqual([0]);
});

test("the info of a factorization is the number of the pivot or leading minor that stops it", () => {
  const A = tensor([
    [
      [1, 2],
      [2, 4],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ]);
  expect(linalg.luFactorEx(A).info.toArray()).toEqual([2, 0]);
  expect(linalg.invEx(A).info.toArray()).toEqual([2, 0]);
  expect(linalg.solveEx(A, A).info.toArray()).toEqual([2, 0]);
  expect(linalg.choleskyEx(A).info.toArray()).toEqual([2, 0]);
  expect(lu(A, { getInfos: true })[2].toArray()).toEqual([2, 0]);
});

describe("errors name the function and the matrix of the batch", () => {
  const batch = tensor([
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 1],
      [1, 1],
    ],
  ]);
  test.each<readonly [string, () => unknown]>([
    ["inv: (batch element 1) the matrix is singular: the pivot 2", () => linalg.inv(batch)],
    ["inverse: (batch element 1) the matrix is singular", () => batch.inverse()],
    ["solve: (batch element 1) the matrix is singular", () => linalg.solve(batch, batch)],
    ["luFactor: (batch element 1) the matrix is singular", () => linalg.luFactor(batch)],
    ["cholesky: (batch element 1) the matrix is not positive definite", () => linalg.cholesky(batch)],
    ["cholesky: the matrix is not positive definite", () => cholesky(tensor([[Number.NaN]]))],
    ["inv: expected square matrices, [..., n, n], but got [2, 3]", () => linalg.inv(zeros([2, 3]))],
    ["qr: expected a matrix", () => linalg.qr(zeros([2]))],
    ["qr: expected a float tensor", () => linalg.qr(zeros([2, 2], { dtype: "int32" }))],
    ["solve: A [..., n, n] and B [..., n, k] must agree in n", () => linalg.solve(batch, zeros([3, 1]))],
    ["solve: both operands must have one dtype", () => linalg.solve(batch, batch.to("float64"))],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });

  test("a LinAlgError has the number of the matrix", () => {
    const error = ((): unknown => {
      try {
        return linalg.inv(batch);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toBeInstanceOf(LinAlgError);
    expect((error as LinAlgError).batchElement).toBe(1);
  });
});

test("the gradient of qr is refused where there is none", () => {
  const A = randn([3, 2], { generator: g, requiresGrad: true });
  expect(() => linalg.qr(A, "r").R.sum().backward()).toThrow('the mode "r" does not compute');
  expect(() => linalg.qr(A, "complete").Q.sum().backward()).toThrow("more rows than columns");
});

test("NaN gives NaN", () => {
  const A = tensor([
    [Number.NaN, 1],
    [2, 3],
  ]);
  expect([...linalg.inv(A).toTypedArray()]).toEqual(new Array(4).fill(Number.NaN));
  expect(linalg.qr(A).R.select(0, 0).select(0, 0).item()).toBeNaN();
  expect(linalg.det(A).item()).toBeNaN();
});
