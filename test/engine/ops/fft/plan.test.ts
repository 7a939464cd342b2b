/** Transforms of one line, compared with the sum that defines them. */
import { describe, expect, test } from "vitest";
import { plan } from "../../../../engine/src/ops/fft/plan.ts";
import { sampleSource } from "../../../support/samples.ts";

/** The sum Σ x_j e^(-2πijk/n), with the angle reduced before sine and cosine are taken. */
function direct(x: Float64Array): Float64Array {
  const n = x.length / 2;
  const y = new Float64Array(2 * n);
  for (let k = 0; k < n; k++)
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      y[2 * k] += x[2 * j] * c - x[2 * j + 1] * s;
      y[2 * k + 1] += x[2 * j] * s + x[2 * j + 1] * c;
    }
  return y;
}

const line = (n: number): Float64Array =>
  Float64Array.from(
    sampleSource(n)
      .normal([2 * n])
      .toTypedArray(),
  );

const largest = (x: Float64Array): number => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

describe("the transform of a line", () => {
  // powers and products of the radices, primes with passes of their own, and lengths that are transformed by a convolution
  test.each([1, 2, 3, 4, 5, 6, 8, 9, 12, 15, 16, 25, 30, 60, 64, 77, 97, 128, 202, 211, 360, 512, 1009])(
    "of length %i is the sum that defines it, up to rounding",
    (n) => {
      const x = line(n);
      const expected = direct(x);
      const y = x.slice();
      plan(n)(y);
      const error = largest(y.map((v, i) => v - expected[i])) / largest(expected);
      // the sum itself has an error of some units for each √n
      expect(error).toBeLessThan(4e-16 * Math.sqrt(n) + 1e-15);
    },
  );

  test("of a constant is exact, and so is that of an alternating line", () => {
    const ones = new Float64Array(32).map((_, i) => (i % 2 === 0 ? 1 : 0));
    plan(16)(ones);
    expect([...ones]).toEqual([16, ...new Array<number>(31).fill(0)]);
    const signs = new Float64Array(32).map((_, i) => (i % 4 === 0 ? 1 : i % 4 === 2 ? -1 : 0));
    plan(16)(signs);
    expect(signs[16]).toBe(16);
    expect(largest(signs)).toBe(16);
  });

  test("does not depend on the transforms that ran before", () => {
    const x = line(101);
    const first = x.slice();
    plan(101)(first);
    for (let n = 1; n < 40; n++) plan(n)(line(n));
    const again = x.slice();
    plan(101)(again);
    expect(again).toEqual(first);
  });
});
