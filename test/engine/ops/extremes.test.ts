/** Results of sums, norms and exponentials for long, large, small and extreme inputs, with fast kernels and without, in both sizes of tensors. */
import { cumsum, F, Generator, hypot, linalg, logsumexp, randn, type Tensor, tensor, topk } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../engine/src/dispatch/fast.ts";

const generator = new Generator(12);

/** Expects each element within so many units of 2⁻²³ of the largest expected magnitude. */
function expectClose(y: Tensor, expected: readonly number[], ulps = 4): void {
  const got = Array.from(y.toTypedArray());
  expect(got.length).toBe(expected.length);
  expected.forEach((e, i) => {
    if (Number.isFinite(e)) expect(Math.abs(got[i] - e)).toBeLessThanOrEqual((ulps * Math.abs(e)) / 2 ** 23);
    else expect(got[i]).toBe(e);
  });
}

/** Runs a check with fast kernels and without. */
const both = (check: () => void): void => {
  check();
  withReferenceKernels(check);
};

const float32 = (values: readonly number[]): Tensor => tensor(Float32Array.from(values));
const repeated = (n: number, ...values: number[]): number[] =>
  Array.from({ length: n }, (_, i) => values[i % values.length]);

describe.each([4, 400])("%s elements", (n) => {
  const scale = (values: readonly number[]): number =>
    Math.sqrt(values.reduce((s, v) => s + (v / 1e30) ** 2, 0)) * 1e30;

  test("norms neither overflow nor underflow", () =>
    both(() => {
      const large = repeated(n, 3e36, -4e36).map(Math.fround);
      expectClose(linalg.vectorNorm(float32(large)), [scale(large)]);
      const small = repeated(n, 3e-30, 4e-30).map(Math.fround);
      expectClose(linalg.vectorNorm(float32(small)), [Math.sqrt(small.reduce((s, v) => s + v * v, 0))]);
      expectClose(linalg.vectorNorm(float32(repeated(n, 1, Infinity))), [Infinity]);
    }));

  test("hypot neither overflows nor underflows", () =>
    both(() => {
      const x = float32(repeated(n, 3e38, 3e-42, 0, Infinity));
      const z = float32(repeated(n, 1e38, 4e-42, 0, Number.NaN));
      const expected = repeated(n, ...[0, 1, 2, 3].map((i) => Math.hypot(...[x, z].map((t) => t.toTypedArray()[i]))));
      const y = Array.from(hypot(x, z).toTypedArray());
      expected.forEach((e, i) =>
        expect(Math.abs(y[i] - e) <= 1e-6 * e + 2e-45 || y[i] === e, `${y[i]} for ${e}`).toBe(true),
      );
    }));

  test("logarithms of sums of exponentials neither overflow nor underflow", () =>
    both(() => {
      expectClose(logsumexp(float32(repeated(n, 1000)), 0), [1000 + Math.log(n)]);
      expectClose(logsumexp(float32(repeated(n, -1000)), 0), [-1000 + Math.log(n)]);
      expectClose(logsumexp(float32(repeated(n, -Infinity)), 0), [-Infinity]);
      expectClose(logsumexp(float32(repeated(n, 1, Infinity)), 0), [Infinity]);
      expect(logsumexp(float32(repeated(n, 1, Number.NaN)), 0).item()).toBeNaN();
    }));

  test("softplus, log1p and expm1 keep small results", () =>
    both(() => {
      const x = [-100, -80, -20, 1e-20, 15, 20.5, 300].map(Math.fround);
      const tiled = float32(repeated(7 * n, ...x));
      const exact = (f: (v: number) => number): number[] => repeated(7 * n, ...x.map(f));
      const check = (y: Tensor, expected: readonly number[]): void => {
        const got = y.toTypedArray();
        expected.forEach((e, i) => expect(Math.abs(got[i] - e)).toBeLessThanOrEqual(1e-6 * Math.abs(e) + 1e-44));
      };
      check(
        F.softplus(tiled),
        exact((v) => (v > 20 ? v : Math.log1p(Math.exp(v)))),
      );
      const small = repeated(6 * n, 1e-30, -1e-20, 1e-7, -0.3, 0.4, 50).map(Math.fround);
      check(float32(small).log1p(), small.map(Math.log1p));
      check(float32(small).expm1(), small.map(Math.expm1));
    }));
});

test("sums, means and variances of many float32 lose no digits", () =>
  both(() => {
    const n = 300_000;
    const values = Float32Array.from({ length: n }, (_, i) => 1000 + Math.sin(i));
    const exact = values.reduce((s, v) => s + v, 0);
    const mean = exact / n;
    const deviations = values.reduce((s, v) => s + (v - mean) ** 2, 0);
    expectClose(tensor(values).sum(), [exact], 2);
    expectClose(tensor(values).mean(), [mean], 2);
    expectClose(tensor(values).var(), [deviations / (n - 1)], 8);
    expectClose(tensor(values).std(), [Math.sqrt(deviations / (n - 1))], 8);
    const columns = tensor(values).reshape([1000, 300]);
    const sums = Array.from({ length: 300 }, (_, c) =>
      Array.from({ length: 1000 }, (_v, r) => values[300 * r + c]).reduce((a, b) => a + b, 0),
    );
    expectClose(columns.sum(0), sums, 2);
  }));

test("running sums of many float32 lose no digits", () =>
  both(() => {
    const values = Float32Array.from({ length: 100_000 }, () => 0.1);
    const y = cumsum(tensor(values), 0).toTypedArray();
    for (const i of [9, 999, 99_999]) expect(y[i] / ((i + 1) * values[0])).toBeCloseTo(1, 6);
  }));

test("the largest elements of a long line are those of the sorted line, NaN first and equal elements in order", () => {
  const values = Array.from(randn([3000], { generator }).toTypedArray(), (v) => Math.round(v * 50));
  const x = float32(values.map((v, i) => (i % 997 === 5 ? Number.NaN : v)));
  for (const largest of [true, false]) {
    const sorted = x.sort(0, largest);
    const top = topk(x, 40, 0, largest);
    expect(top.values.toArray()).toEqual(sorted.values.narrow(0, 0, 40).toArray());
    expect(top.indices.toArray()).toEqual(sorted.indices.narrow(0, 0, 40).toArray());
  }
});
