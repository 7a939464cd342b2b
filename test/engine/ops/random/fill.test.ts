/** Methods that fill tensors with random numbers: distribution functions by the test of Kolmogorov and Smirnov, ranges, dtypes and gradients. */
import { Generator, manualSeed, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const n = 4000;

/** The largest distance between the empirical and the given distribution function. */
function distance(x: Tensor, cdf: (v: number) => number): number {
  const sorted = Array.from(x.toTypedArray(), Number).sort((a, b) => a - b);
  return sorted.reduce((d, v, i) => Math.max(d, (i + 1) / sorted.length - cdf(v), cdf(v) - i / sorted.length), 0);
}

/** The distance that independent samples exceed with probability 0.001. */
const bound = 1.95 / Math.sqrt(n);

/** The normal distribution function, by Abramowitz and Stegun 7.1.26, whose error is below 1.5e-7. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp((-x * x) / 2);
  return (1 + Math.sign(x) * erf) / 2;
}

const generator = (): Generator => new Generator(29);

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  const x = (): Tensor => zeros([n], { dtype });
  test.each([
    ["uniform_", x().uniform_(-1, 3, { generator: generator() }), (v: number) => (v + 1) / 4],
    ["normal_", x().normal_(2, 3, { generator: generator() }), (v: number) => normalCdf((v - 2) / 3)],
    ["exponential_", x().exponential_(2, { generator: generator() }), (v: number) => 1 - Math.exp(-2 * v)],
    ["cauchy_", x().cauchy_(1, 2, { generator: generator() }), (v: number) => 0.5 + Math.atan((v - 1) / 2) / Math.PI],
    ["logNormal_", x().logNormal_(0, 0.5, { generator: generator() }), (v: number) => normalCdf(Math.log(v) / 0.5)],
  ] as const)("%s has its distribution", (_name, drawn, cdf) => {
    expect(drawn.dtype).toBe(dtype);
    expect(distance(drawn, cdf)).toBeLessThan(bound);
  });
});

test("another distribution is found", () => {
  expect(distance(zeros([n]).normal_(0, 1.1, { generator: generator() }), normalCdf)).toBeGreaterThan(bound);
});

test("geometric_ counts trials from 1 on, in integers too", () => {
  const p = 0.3;
  const x = zeros([n], { dtype: "int32" }).geometric_(p, { generator: generator() });
  const counts = Array.from(x.toTypedArray(), Number);
  expect(Math.min(...counts)).toBe(1);
  for (const k of [1, 2, 3, 5]) {
    const expected = p * (1 - p) ** (k - 1);
    expect(counts.filter((c) => c === k).length / n).toBeCloseTo(expected, 1);
  }
  expect(counts.reduce((a, b) => a + b, 0) / n).toBeCloseTo(1 / p, 0);
});

test("random_ draws integers from a range, or from that of the dtype", () => {
  const drawn = new Set(zeros([200]).random_(2, 5, { generator: generator() }).toArray<number[]>());
  expect([...drawn].sort((a, b) => a - b)).toEqual([2, 3, 4]);
  const bytes = zeros([n], { dtype: "uint8" }).random_(0, null, { generator: generator() });
  expect(bytes.amax().item()).toBe(255);
  const floats = zeros([n]).random_(0, null, { generator: generator() }).toArray<number[]>();
  expect(Math.max(...floats)).toBeLessThanOrEqual(2 ** 24);
  expect(floats.every(Number.isInteger)).toBe(true);
});

test("the default generator is used, views change their base, and no gradient flows through", () => {
  manualSeed(3);
  const a = zeros([4]).uniform_();
  manualSeed(3);
  const base = zeros([2, 4]);
  base.select(0, 1).uniform_();
  expect(base.toArray<number[][]>()).toEqual([[0, 0, 0, 0], a.toArray()]);
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(2);
  y.normal_();
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual([0, 0]);
});

test("wrong parameters and dtypes are refused, and leaves that require gradients", () => {
  expect(() => zeros([2]).uniform_(2, 1)).toThrow(/^uniform_: /);
  expect(() => zeros([2]).exponential_(0)).toThrow(/^exponential_: /);
  expect(() => zeros([2]).geometric_(1)).toThrow(/^geometric_: /);
  expect(() => zeros([2], { dtype: "int32" }).normal_()).toThrow(/^normal_: expected a float tensor/);
  expect(() => zeros([2], { requiresGrad: true }).cauchy_()).toThrow(/^cauchy_: a leaf/);
});
