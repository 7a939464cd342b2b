/** Generators that are split off: the values of Threefry, reproducibility, and independence. */
import { Generator } from "tapelab";
import { describe, expect, test } from "vitest";
import { threefry } from "../../../engine/src/tensor/threefry.ts";

const ones = 0xffffffff;

// known answers of the Random123 library (tests/kat_vectors)
test.each([
  [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8],
  ],
  [
    [ones, ones, ones, ones],
    [ones, ones, ones, ones],
    [0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732],
  ],
  [
    [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84],
  ],
] as const)("Threefry-4x32-20 of key %j", (key, counter, value) => {
  expect(threefry(key, counter)).toEqual(value);
});

const draws = (g: Generator, n: number): number[] => Array.from({ length: n }, () => g.uniform());

describe("split", () => {
  test("depends on the seed and the splits before, not on what was drawn, and changes no numbers", () => {
    const [plain, other] = [new Generator(7), new Generator(7)];
    draws(other, 10);
    const children = plain.split(3).map((g) => draws(g, 5));
    expect(other.split(3).map((g) => draws(g, 5))).toEqual(children);
    draws(plain, 10);
    expect(draws(plain, 5)).toEqual(draws(other, 5));
    const next = plain.split(1)[0];
    expect(children).not.toContainEqual(draws(next, 5));
    const again = new Generator(7);
    again.split(3);
    expect(draws(again.split(1)[0], 5)).toEqual(draws(new Generator(7).split(4)[3], 5));
    expect(draws(new Generator(8).split(1)[0], 5)).not.toEqual(children[0]);
  });

  test("is part of the state, and manualSeed begins anew", () => {
    const g = new Generator(3);
    g.split(2);
    const state = g.getState();
    const expected = draws(g.split(1)[0], 3);
    const restored = new Generator(99).setState(JSON.parse(JSON.stringify(state)));
    expect(draws(restored.split(1)[0], 3)).toEqual(expected);
    expect(draws(g.manualSeed(3).split(3)[2], 3)).toEqual(expected);
    // of a state without splits, the numbers alone
    const { words, spare } = new Generator(5).getState();
    expect(draws(new Generator(1).setState({ words, spare }), 3)).toEqual(draws(new Generator(5), 3));
  });

  test("foldIn is the same for a number, and different from split", () => {
    const g = new Generator(1);
    const first = draws(g.foldIn(0), 4);
    expect(draws(g.foldIn(0), 4)).toEqual(first);
    expect(draws(g.foldIn(1), 4)).not.toEqual(first);
    expect(draws(g.foldIn(2 ** 32), 4)).not.toEqual(first);
    expect(draws(g.split(1)[0], 4)).not.toEqual(first);
  });

  test.each([-1, 1.5, 2 ** 21])("refuses %s generators", (n) => {
    expect(() => new Generator().split(n)).toThrow(/^split: n must be an integer from 0 to 2\^20/);
  });
  test.each([-1, 1.5, 2 ** 53])("refuses to fold in %s", (n) => {
    expect(() => new Generator().foldIn(n)).toThrow(/^foldIn: expected an integer/);
  });
});

/** Returns the correlation of two lists. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    ab += (v - ma) * (b[i] - mb);
    aa += (v - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

/** Returns χ² of counts beside equal ones, as a number of standard deviations from its mean. */
function deviation(counts: readonly number[]): number {
  const expected = counts.reduce((s, c) => s + c, 0) / counts.length;
  const chi = counts.reduce((s, c) => s + (c - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (chi - freedom) / Math.sqrt(2 * freedom);
}

describe("independence", () => {
  const n = 2000;
  const root = new Generator(2024);
  const children = root.split(12);
  const family = [root, ...children, ...children.slice(0, 4).flatMap((g) => [...g.split(3), g.foldIn(5)])];
  const streams = family.map((g) => draws(g, n));

  test("pairs of a generator, its children and grandchildren do not correlate, also shifted", () => {
    let [worst, pairs] = [0, 0];
    for (let i = 0; i < streams.length; i++)
      for (let j = 0; j < i; j++)
        for (const shift of [0, 1, 15]) {
          const r = correlation(streams[i].slice(shift), streams[j].slice(0, n - shift));
          worst = Math.max(worst, Math.abs(r) * Math.sqrt(n - shift));
          pairs++;
        }
    // the largest of some 1200 standard normal numbers is below 4.9 with a probability of 0.999
    expect(pairs).toBeGreaterThan(1000);
    expect(worst).toBeLessThan(4.9);
  });

  test("pairs of numbers of two generators fill the square", () => {
    for (let i = 1; i < streams.length; i++) {
      const counts = new Array<number>(64).fill(0);
      streams[i].forEach((v, k) => counts[8 * Math.floor(8 * v) + Math.floor(8 * streams[i - 1][k])]++);
      expect(Math.abs(deviation(counts))).toBeLessThan(5);
    }
  });

  test.each([
    ["split", (g: Generator, m: number): Generator[] => g.split(m)],
    ["foldIn", (g: Generator, m: number): Generator[] => Array.from({ length: m }, (_, i) => g.foldIn(i))],
  ])("the first numbers of 20,000 generators of %s are random numbers", (_, make) => {
    const first = make(new Generator(9), 20_000).map((g) => g.uniform());
    const counts = new Array<number>(100).fill(0);
    for (const v of first) counts[Math.floor(100 * v)]++;
    expect(Math.abs(deviation(counts))).toBeLessThan(4.5);
    for (const lag of [1, 2, 256])
      expect(Math.abs(correlation(first.slice(lag), first.slice(0, -lag))) * Math.sqrt(first.length)).toBeLessThan(4.5);
    expect(new Set(first).size).toBe(first.length);
  });

  test("a change of one bit of the number changes half of the bits of the state", () => {
    const g = new Generator(4);
    const bits = (index: number): number[] =>
      g
        .foldIn(index)
        .getState()
        .words.flatMap((w) => Array.from({ length: 32 }, (_, b) => (w >>> b) & 1));
    let [changed, total] = [0, 0];
    for (let i = 0; i < 400; i++) {
      const [a, b] = [bits(i), bits(i ^ (1 << (i % 9)))];
      changed += a.filter((bit, k) => bit !== b[k]).length;
      total += a.length;
    }
    expect(Math.abs(changed / total - 0.5) * 2 * Math.sqrt(total)).toBeLessThan(5);
  });
});
