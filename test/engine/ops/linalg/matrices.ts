/** Matrices for the tests of linear algebra, and measures of errors. */
import { arange, Generator, ones, randn, type Tensor, tensor, zeros } from "tapelab";
import { expect } from "vitest";

/** Returns the largest absolute value, 0 of no elements. */
export const largest = (x: Tensor): number =>
  Array.from(x.toTypedArray()).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Returns the distance of 1 to the next number of the dtype. */
export const eps = (x: Tensor): number => (x.dtype === "float32" ? 2 ** -23 : 2 ** -52);

/** Returns the Hilbert matrix, whose condition grows exponentially: 1e16 for n = 12. */
export function hilbert(n: number): Tensor {
  const i = arange(1, n + 1, 1, { dtype: "float64" });
  return i.unsqueeze(1).add(i).sub(1).reciprocal();
}

/** Returns a matrix of rank one. */
export function rankOne(n: number): Tensor {
  const i = arange(1, n + 1, 1, { dtype: "float64" });
  return i.unsqueeze(1).mul(ones([n], { dtype: "float64" }).mul(i.sqrt()));
}

const g = new Generator(5);
const normal = (shape: number[], dtype: "float32" | "float64" = "float64"): Tensor =>
  randn(shape, { generator: g, dtype });

/** Matrices by name: [..., m, n]. */
export const kinds: readonly (readonly [string, Tensor])[] = [
  ["1 x 1", tensor([[-3]], { dtype: "float64" })],
  ["0 x 0", zeros([0, 0], { dtype: "float64" })],
  ["3 x 0", zeros([3, 0], { dtype: "float64" })],
  ["0 x 3", zeros([0, 3], { dtype: "float64" })],
  ["a batch of none", zeros([0, 3, 3], { dtype: "float64" })],
  ["zeros", zeros([3, 3], { dtype: "float64" })],
  ["random", normal([5, 5])],
  ["a batch", normal([2, 3, 4, 4])],
  ["tall", normal([7, 3])],
  ["wide", normal([3, 7])],
  ["of rank one", rankOne(6)],
  ["ill-conditioned", hilbert(12)],
  ["huge elements", normal([4, 4]).mul(1e200)],
  ["tiny elements", normal([4, 4]).mul(1e-200)],
  ["200 x 200", normal([200, 200])],
  ["float32, 150 x 150", normal([150, 150], "float32")],
  ["transposed in memory", normal([5, 4]).transpose(0, 1)],
];

/** Returns matrices with rows and columns exchanged. */
export const mT = (x: Tensor): Tensor => x.transpose(-2, -1);

/** Expects two tensors to differ by rounding errors relative to the largest element of the second. */
export function expectClose(a: Tensor, b: Tensor, factor = 50): void {
  expect(a.shape).toEqual(b.shape);
  expect(largest(a.sub(b))).toBeLessThanOrEqual(
    factor * eps(b) * (largest(b) + Number.MIN_VALUE) * (1 + b.size(-1) / 10),
  );
}
