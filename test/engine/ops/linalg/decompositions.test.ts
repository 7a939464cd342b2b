/** Eigenvalues, singular values and what is made of them: residuals for matrices of all kinds, and the gradients of degenerate ones. */
import {
  arange,
  autograd,
  eye,
  Generator,
  linalg,
  matrixExp,
  norm,
  ones,
  pinverse,
  randn,
  svd,
  svdLowrank,
  type Tensor,
  tensor,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { expectClose, kinds, largest, mT, rankOne } from "./matrices.ts";

const g = new Generator(9);
const normal = (shape: number[]): Tensor => randn(shape, { generator: g, dtype: "float64" });

const expectOrthonormal = (columns: Tensor): void => {
  const gram = mT(columns).matmul(columns);
  expectClose(gram, eye(columns.size(-1), { dtype: columns.dtype }).expand(gram.shape), 100);
};

/** Expects each vector's elements to be in descending order. */
const expectDescending = (x: Tensor): void => {
  const n = x.size(-1);
  if (n > 1)
    expect(
      largest(
        x
          .narrow(-1, 1, n - 1)
          .sub(x.narrow(-1, 0, n - 1))
          .clamp(0),
      ),
    ).toBe(0);
};

describe.each(kinds)("%s", (_kind, A) => {
  test("U S Vᵀ gives the matrix back, with orthonormal vectors and values in order", () => {
    for (const fullMatrices of [false, true]) {
      const { U, S, Vh } = linalg.svd(A, { fullMatrices });
      const k = S.size(-1);
      expectClose(
        U.narrow(-1, 0, k)
          .mul(S.unsqueeze(-2))
          .matmul(Vh.narrow(-2, 0, k)),
        A,
        200,
      );
      expectOrthonormal(U);
      expectOrthonormal(mT(Vh));
      expectDescending(S);
      expectClose(linalg.svdvals(A), S, 100);
    }
  });

  test("V λ Vᵀ gives a symmetric matrix back, from either triangle", () => {
    const scaled = largest(A) === 0 ? A : A.div(largest(A));
    const S = scaled.matmul(mT(scaled)).sub(eye(A.size(-2), { dtype: A.dtype }));
    const { eigenvalues, eigenvectors } = linalg.eigh(S);
    expectClose(eigenvectors.mul(eigenvalues.unsqueeze(-2)).matmul(mT(eigenvectors)), S, 200);
    expectOrthonormal(eigenvectors);
    expectDescending(eigenvalues.neg());
    expectClose(linalg.eigvalsh(S.tril()), eigenvalues, 100);
    expectClose(linalg.eigvalsh(S.triu(), "U"), eigenvalues, 100);
  });

  test("the pseudoinverse has Penrose's properties", () => {
    const P = linalg.pinv(A);
    const scale = largest(A) * largest(P);
    if (A.numel() === 0 || scale > 1e6) return;
    const AP = A.matmul(P);
    expectClose(AP.matmul(A), A, 100 * (1 + scale));
    expect(largest(AP.sub(mT(AP)))).toBeLessThan((1 + scale) * (A.dtype === "float32" ? 1e-3 : 1e-11));
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("%d in a matrix is an error that names the matrix", (value) => {
  const A = tensor([[1], [value], [2]]).unsqueeze(-1);
  expect(() => linalg.eigvalsh(A)).toThrow("eigvalsh: (batch element 1) the iteration did not converge");
  expect(() => linalg.svd(A)).toThrow("svd: (batch element 1) the iteration did not converge");
  expect(() => linalg.pinv(A)).toThrow("pinv: (batch element 1) the iteration did not converge");
});

test("singular values of a graded matrix are accurate relative to each", () => {
  const values = arange(0, 12, 1, { dtype: "float64" }).mul(-2).exp2();
  const Q = linalg.qr(normal([12, 12])).Q;
  const S = linalg.svdvals(Q.mul(values));
  expect(largest(S.div(values).sub(1))).toBeLessThan(1e-12);
});

test("equal eigenvalues: the gradient of the values is finite, and that of the vectors is not", () => {
  const A = eye(3, { dtype: "float64" }).requiresGrad_();
  const { eigenvalues, eigenvectors } = linalg.eigh(A);
  expect(autograd.grad(eigenvalues.sum(), [A])[0].toArray()).toEqual(eye(3).toArray());
  const [slope] = autograd.grad(
    linalg
      .eigh(A)
      .eigenvectors.mul(normal([3, 3]))
      .sum(),
    [A],
  );
  expect(eigenvectors.shape).toEqual([3, 3]);
  expect(Array.from(slope.toTypedArray()).some(Number.isFinite)).toBe(false);
});

test("the gradient of a determinant at a singular matrix is that of the cofactors", () => {
  const gradient = (A: Tensor): Tensor => autograd.grad(linalg.det(A.requiresGrad_()).sum(), [A])[0];
  expectClose(
    gradient(
      tensor(
        [
          [1, 2],
          [2, 4],
        ],
        { dtype: "float64" },
      ),
    ),
    tensor(
      [
        [4, -2],
        [-2, 1],
      ],
      { dtype: "float64" },
    ),
  );
  expect(largest(gradient(rankOne(4)))).toBeLessThan(1e-10);
  const mixed = gradient(
    tensor(
      [
        [
          [1, 2],
          [2, 4],
        ],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      { dtype: "float64" },
    ),
  );
  expectClose(
    mixed.select(0, 1),
    tensor(
      [
        [4, -3],
        [-2, 1],
      ],
      { dtype: "float64" },
    ),
  );
});

test("norms of singular values agree with them, and share the gradient at equal ones", () => {
  const A = normal([3, 4, 2]);
  const S = linalg.svdvals(A.permute([1, 0, 2]));
  const options = { dim: [0, 2] } as const;
  expectClose(linalg.matrixNorm(A, "nuc", options), S.sum(-1));
  expectClose(linalg.norm(A, 2, options), S.amax(-1));
  expectClose(linalg.norm(A, -2, { ...options, keepdim: true }), S.amin(-1).reshape([1, 4, 1]));
  expectClose(norm(A, "nuc", options), S.sum(-1));
  const I = eye(2, { dtype: "float64" }).requiresGrad_();
  expectClose(autograd.grad(linalg.matrixNorm(I, 2), [I])[0], I.mul(0.5));
});

test("least squares: the solution of least norm of a problem without full rank, residuals and rank", () => {
  const [A, B] = [rankOne(4), normal([4, 2])];
  const { solution, rank, singularValues } = linalg.lstsq(A, B, { driver: "gelsd" });
  expectClose(solution, pinverse(A, 1e-10).matmul(B), 1e4);
  expect(rank.item()).toBe(1);
  expect(singularValues.shape).toEqual([4]);
  const line = linalg.lstsq(tensor([[1], [1]]), tensor([1, 3]), { driver: "gels" });
  expectClose(line.solution, tensor([2]));
  expectClose(line.residuals, tensor([2]));
  expect(() => linalg.lstsq(zeros([2, 2]), ones([2, 1]), { driver: "gels" })).toThrow("does not have full rank");
});

test("exponentials of large, nilpotent and empty matrices", () => {
  const N = zeros([3, 3], { dtype: "float64" });
  N.select(0, 0).copy_(tensor([0, 40, 0], { dtype: "float64" }));
  expectClose(matrixExp(N), N.add(eye(3, { dtype: "float64" })));
  const turn = tensor(
    [
      [0, -100],
      [100, 0],
    ],
    { dtype: "float64" },
  );
  expect(
    largest(
      matrixExp(turn)
        .select(0, 0)
        .sub(tensor([Math.cos(100), -Math.sin(100)], { dtype: "float64" })),
    ),
  ).toBeLessThan(1e-12);
  expect(matrixExp(zeros([2, 0, 0])).shape).toEqual([2, 0, 0]);
  expect([...matrixExp(tensor([[Number.NaN]])).toTypedArray()]).toEqual([Number.NaN]);
});

test("ranks, condition numbers and low-rank decompositions", () => {
  const A = rankOne(5);
  expect(linalg.matrixRank(A).item()).toBe(1);
  expect(linalg.matrixRank(eye(3).mul(1e-3), { atol: 1 }).item()).toBe(0);
  expect(
    linalg
      .cond(
        tensor([
          [2, 0],
          [0, 4],
        ]),
        1,
      )
      .item(),
  ).toBe(2);
  expect(linalg.cond(ones([2, 2]), "fro").item()).toBe(Number.POSITIVE_INFINITY);
  const { U, S, V } = svdLowrank(A, { q: 2 });
  expectClose(U.mul(S).matmul(mT(V)), A, 100);
  expect(svd(A).V.shape).toEqual([5, 5]);
});
