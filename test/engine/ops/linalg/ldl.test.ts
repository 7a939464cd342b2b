/** Factorizations of symmetric and Hermitian matrices that need not be definite. PyTorch's factors and pivots are compared by its operator database. */
import { autograd, complex, eye, Generator, LinAlgError, linalg, randn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const g = new Generator(3);
const real = (...shape: number[]): Tensor => randn(shape, { generator: g, dtype: "float64" });
const largest = (x: Tensor): number => (x.numel() === 0 ? 0 : x.abs().max().item());

describe.each([0, 1, 2, 3, 7, 24])("of %i rows", (n) => {
  test.each(["real", "symmetric", "Hermitian"])("solutions with a %s matrix", (kind) => {
    const isReal = kind === "real";
    const x = isReal ? real(2, n, n) : complex(real(2, n, n), real(2, n, n));
    const A = kind === "Hermitian" ? x.add(x.mT.conj()) : x.add(x.mT);
    const B = isReal ? real(n, 3) : complex(real(n, 3), real(n, 3));
    const options = { hermitian: kind === "Hermitian" };
    // the lower triangle alone is read
    const { LD, pivots } = linalg.ldlFactor(A.tril(), options);
    const X = linalg.ldlSolve(LD, pivots, B, options);
    expect(X.shape).toEqual([2, n, 3]);
    expect(largest(A.matmul(X).sub(B))).toBeLessThan(1e-10);
  });
});

test("a block of two rows has negative pivots", () => {
  const { LD, pivots } = linalg.ldlFactor(
    tensor(
      [
        [0, 1],
        [1, 0],
      ],
      { dtype: "float64" },
    ),
  );
  expect(pivots.toArray()).toEqual([-2, -2]);
  expect(LD.toArray()).toEqual([
    [0, 0],
    [1, 0],
  ]);
});

test("a pivot that is 0 is reported, or refused", () => {
  const A = zeros([2, 2]);
  expect(linalg.ldlFactorEx(A).info.item()).toBe(1);
  expect(() => linalg.ldlFactor(A)).toThrow(LinAlgError);
  expect(() => linalg.ldlFactorEx(A, { checkErrors: true })).toThrow(/singular/);
});

test("the solution has the gradient of the right-hand side", () => {
  const x = real(4, 4);
  const { LD, pivots } = linalg.ldlFactor(x.add(x.mT));
  expect(autograd.gradcheck((b) => linalg.ldlSolve(LD, pivots, b), [real(4, 2).requiresGrad_()])).toBe(true);
});

test("operands that do not fit are refused", () => {
  const { LD, pivots } = linalg.ldlFactor(eye(3));
  expect(() => linalg.ldlSolve(LD, pivots, zeros([2, 2]))).toThrow(/ldlSolve: .*agree in n/);
  expect(() => linalg.ldlSolve(LD, pivots.to("float32"), zeros([3, 2]))).toThrow(/pivots must be int32/);
  expect(() => linalg.ldlFactor(zeros([2, 3]))).toThrow(/square/);
});
