/** Random counts and choices: frequencies, moments and errors. */
import { binomial, full, Generator, multinomial, poisson, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const n = 20_000;
const generator = (): Generator => new Generator(31);

/** Mean and variance of the elements. */
function moments(x: Tensor): readonly [mean: number, variance: number] {
  const v = Array.from(x.toTypedArray(), Number);
  const mean = v.reduce((a, b) => a + b, 0) / v.length;
  return [mean, v.reduce((a, b) => a + (b - mean) ** 2, 0) / v.length];
}

describe("poisson", () => {
  test.each([0.3, 4, 12, 200])("has mean and variance %d", (rate) => {
    const [mean, variance] = moments(poisson(full([n], rate), { generator: generator() }));
    expect(Math.abs(mean - rate)).toBeLessThan(4 * Math.sqrt(rate / n));
    expect(Math.abs(variance / rate - 1)).toBeLessThan(0.06);
  });
  test("has the probabilities of single counts", () => {
    const counts = poisson(full([n], 12), { generator: generator() }).toArray<number[]>();
    let probability = Math.exp(-12);
    for (let k = 0; k < 25; k++) {
      expect(Math.abs(counts.filter((c) => c === k).length / n - probability)).toBeLessThan(0.012);
      probability *= 12 / (k + 1);
    }
  });
});

test.each([
  [5, 0.2],
  [100, 0.03],
  [100, 0.4],
  [1000, 0.9],
])("binomial of %d trials with probability %d has its mean and variance", (count, p) => {
  const [mean, variance] = moments(binomial(full([n], count), tensor(p), { generator: generator() }));
  const expected = count * p * (1 - p);
  expect(Math.abs(mean - count * p)).toBeLessThan(4 * Math.sqrt(expected / n));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.06);
});

describe("multinomial", () => {
  const weights = tensor([1, 0, 3, 6]);

  test("draws indices with their probabilities, with replacement", () => {
    const drawn = multinomial(weights, n, { replacement: true, generator: generator() });
    expect(drawn.dtype).toBe("int64");
    const indices = drawn.toArray<number[]>();
    const shares = [0, 1, 2, 3].map((k) => indices.filter((i) => i === k).length / n);
    expect(shares[1]).toBe(0);
    [0.1, 0, 0.3, 0.6].forEach((p, k) => expect(Math.abs(shares[k] - p)).toBeLessThan(0.02));
  });

  test("draws distinct indices in the order of successive draws, without replacement", () => {
    const rows = multinomial(weights.expand(4000, 4), 2, false, { generator: generator() }).toArray<number[][]>();
    expect(rows.every(([a, b]) => a !== b && a !== 1 && b !== 1)).toBe(true);
    expect(rows.filter(([a]) => a === 3).length / 4000).toBeCloseTo(0.6, 1);
    // after 3, which has probability 0.6, index 2 follows with probability 3/4
    expect(rows.filter(([a, b]) => a === 3 && b === 2).length / 4000).toBeCloseTo(0.45, 1);
  });

  test("refuses what is no distribution, and too many samples", () => {
    expect(() => multinomial(tensor([-1, 2]), 1)).toThrow(/^multinomial: the probabilities must be finite/);
    expect(() => multinomial(tensor([0, 0]), 1)).toThrow(/at least one probability/);
    expect(() => multinomial(weights, 4)).toThrow(/4 indices cannot be drawn without replacement from 3/);
    expect(() => multinomial(tensor([[[1]]]), 1)).toThrow(/vector or a matrix/);
  });
});
