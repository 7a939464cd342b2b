/** Eigenvalues and singular values by the fast kernels: residuals, orthogonality and order, for sizes beyond a panel, degenerate matrices and graded ones. */
import { Generator, linalg, rand, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { withVariant } from "../../../../engine/src/fast/wasm/module.ts";

type Float = "float32" | "float64";
const unit: Readonly<Record<Float, number>> = { float32: 2 ** -23, float64: 2 ** -52 };

/** Elements of a matrix [m, n] by kind; symmetric if it is square. */
const kinds: Readonly<Record<string, (m: number, n: number) => (i: number, j: number) => number>> = {
  "all equal": () => () => 1,
  identity: () => (i, j) => Number(i === j),
  zero: () => () => 0,
  tridiagonal: (m) => (i, j) => (i === j ? Math.abs(m / 2 - i) : Number(Math.abs(i - j) === 1)),
  graded: (m) => (i, j) => 10 ** ((-12 * (i + j)) / m) * Math.sin((i + 1) * (j + 1)),
  "of rank 2": () => (i, j) => (i + 1) * (j + 1) + Math.cos(i) * Math.cos(j),
  "equal blocks": () => (i, j) => (Math.floor(i / 4) === Math.floor(j / 4) ? 2 + Number(i === j) : 0),
  large: () => (i, j) => 1e25 * Math.sin((i + 1) * (j + 1)),
  small: () => (i, j) => 1e-25 * Math.sin((i + 1) * (j + 1)),
};

function matrix(kind: string, m: number, n: number, dtype: Float): Tensor {
  if (kind === "random") {
    const x = rand([m, n], { dtype, generator: new Generator(m + n) }).sub(0.5);
    return m === n ? x.add(x.mT) : x;
  }
  const element = kinds[kind](m, n);
  return tensor(Float64Array.from({ length: m * n }, (_, at) => element(Math.floor(at / n), at % n)))
    .reshape([m, n])
    .to(dtype);
}

const largest = (x: Tensor): number => (x.numel() === 0 ? 0 : x.abs().max().item());
const identityLike = (x: Tensor): Tensor => linalg.matrixPower(x.mul(0), 0);
const orthogonality = (x: Tensor): number => largest(x.mT.matmul(x).sub(identityLike(x.mT.matmul(x))));

const all = ["random", ...Object.keys(kinds)];

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  describe.each([20, 31, 32, 33, 65, 130])("of %i rows", (n) => {
    test.each(all)("eigenvectors of matrices that are %s", (kind) => {
      const A = matrix(kind, n, n, dtype);
      const { eigenvalues, eigenvectors } = linalg.eigh(A);
      const [a, L, V] = [A, eigenvalues, eigenvectors].map((x) => x.to("float64"));
      const bound = 8 * n * unit[dtype];
      const norm = largest(L);
      expect(orthogonality(V)).toBeLessThan(bound);
      expect(largest(V.mul(L).matmul(V.mT).sub(a))).toBeLessThanOrEqual(bound * norm);
      expect(largest(L.diff().clamp({ max: 0 }))).toBe(0);
      expect(largest(linalg.eigvalsh(A).to("float64").sub(L))).toBeLessThanOrEqual(bound * norm);
    });

    test.each(all)("singular vectors of matrices that are %s", (kind) => {
      for (const [m, k] of [
        [n, n],
        [n + 7, n],
        [n, 2 * n],
      ])
        for (const full of [true, false]) {
          const A = matrix(kind, m, k, dtype);
          const { U, S, Vh } = linalg.svd(A, full);
          const [a, u, s, v] = [A, U, S, Vh].map((x) => x.to("float64"));
          const count = s.size(0);
          const bound = 8 * (m + k) * unit[dtype];
          const norm = largest(s);
          expect(u.shape).toEqual([m, full ? m : count]);
          expect(v.shape).toEqual([full ? k : count, k]);
          expect(orthogonality(u)).toBeLessThan(bound);
          expect(orthogonality(v.mT)).toBeLessThan(bound);
          const product = u
            .narrow(1, 0, count)
            .mul(s)
            .matmul(v.narrow(0, 0, count));
          expect(largest(product.sub(a))).toBeLessThanOrEqual(bound * norm);
          expect(largest(s.diff().clamp({ min: 0 }))).toBe(0);
          expect(largest(linalg.svdvals(A).to("float64").sub(s))).toBeLessThanOrEqual(bound * norm);
        }
    });
  });

  test("a pseudoinverse and a least squares solution of a matrix without full rank agree with the reference", () => {
    const x = matrix("random", 60, 5, dtype);
    const A = x.matmul(matrix("random", 5, 40, dtype));
    const B = matrix("random", 60, 3, dtype);
    const results = (): Tensor[] => {
      const { solution, rank } = linalg.lstsq(A, B);
      return [linalg.pinv(A), solution, linalg.matrixRank(A), rank];
    };
    const reference = withReferenceKernels(results);
    for (const variant of ["wide", "relaxed", "plain"] as const)
      withVariant(variant, results).forEach((y, i) => {
        const expected = reference[i].to("float64");
        expect(largest(y.to("float64").sub(expected))).toBeLessThanOrEqual(1e3 * unit[dtype] * largest(expected));
      });
  });

  test("reflections of geqrf give back the matrix", () => {
    for (const [m, n] of [
      [70, 70],
      [90, 40],
      [40, 90],
    ]) {
      const A = matrix("random", m, n, dtype);
      const { a, tau } = A.geqrf();
      const product = a.ormqr(tau, a.triu());
      expect(largest(product.sub(A))).toBeLessThan(100 * unit[dtype] * largest(A));
    }
  });
});

test("the triangle that is not read may hold anything", () => {
  for (const n of [3, 40]) {
    const A = matrix("random", n, n, "float64");
    const lower = A.tril().add(matrix("zero", n, n, "float64").fill_(Number.NaN).triu(1));
    const garbage = lower.nanToNum({ nan: 7 });
    const expected = linalg.eigvalsh(A);
    expect(largest(linalg.eigvalsh(garbage).sub(expected))).toBeLessThan(1e-12);
    expect(largest(linalg.eigvalsh(garbage.mT, "U").sub(expected))).toBeLessThan(1e-12);
  }
});

test("NaN and infinity are refused", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    for (const n of [3, 40]) {
      const A = matrix("random", n, n, "float32").clone();
      A.set([1, 0], value);
      expect(() => linalg.eigh(A)).toThrow(/eigh: .*did not converge/);
      expect(() => linalg.svd(A)).toThrow(/svd: .*did not converge/);
      expect(() => linalg.svdvals(A)).toThrow(/svdvals: .*did not converge/);
    }
});
