/** Means of many samples, and their standard errors. */
import type { Tensor } from "tapelab";
import { expect } from "vitest";

/** Returns mean and standard error, element by element. */
export function meanOf(
  n: number,
  draw: (i: number) => Tensor,
): { mean: number[]; error: number[]; variance: number[] } {
  let sum: number[] = [];
  let squares: number[] = [];
  for (let i = 0; i < n; i++) {
    const a = [...draw(i).detach().toTypedArray()];
    if (i === 0) [sum, squares] = [a.map(() => 0), a.map(() => 0)];
    a.forEach((v, k) => {
      sum[k] = (sum[k] ?? 0) + v;
      squares[k] = (squares[k] ?? 0) + v * v;
    });
  }
  const mean = sum.map((s) => s / n);
  const variance = squares.map((s, k) => Math.max(0, s / n - (mean[k] ?? 0) ** 2));
  return { mean, variance, error: variance.map((v) => Math.sqrt(v / n)) };
}

/** Checks that the mean of samples is within four standard errors of the expected value. */
export function expectUnbiased(n: number, truth: readonly number[], draw: (i: number) => Tensor): void {
  const { mean, error } = meanOf(n, draw);
  truth.forEach((v, k) => {
    const off = Math.abs((mean[k] ?? Number.NaN) - v);
    if (!(off <= 4 * (error[k] ?? 0) + 1e-6))
      expect.fail(`element ${k}: the mean of ${n} draws is ${mean[k]} ± ${error[k]}, and should be ${v}`);
  });
}
