/** Bins of values by step, and the budget of time. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Budget } from "../../../../engine/src/inspect/watch/budget.ts";
import { Curves } from "../../../../engine/src/inspect/watch/curves.ts";
import { maxBins, Series } from "../../../../engine/src/inspect/watch/series.ts";

test("bins have minimum, mean and maximum of their steps, and double their width", () => {
  const series = new Series();
  for (let i = 0; i < maxBins; i++) series.add(i, i);
  expect(series.width).toBe(1);
  expect(series.encode(3)).toEqual({ min: [0, 1, 2], mean: [0, 1, 2], max: [0, 1, 2] });
  series.add(maxBins, 1000);
  expect(series.width).toBe(2);
  const { min, mean, max } = series.encode(maxBins / 2 + 1);
  expect([min[1], mean[1], max[1]]).toEqual([2, 2.5, 3]);
  expect([min.at(-1), mean.at(-1), max.at(-1)]).toEqual([1000, 1000, 1000]);
  expect([series.least, series.greatest, series.latest]).toEqual([0, 1000, 1000]);
});

test("bins of any run hold every value once: the same as sums over the steps", () => {
  for (const steps of [1, 127, 128, 129, 1000, 4097]) {
    const series = new Series();
    const values = Array.from({ length: steps }, (_, i) => Math.sin(i * i) * (1 + (i % 7)));
    values.forEach((v, i) => series.add(i, v));
    const bins = Math.ceil(steps / series.width);
    expect(bins).toBeLessThanOrEqual(maxBins);
    const { min, mean, max } = series.encode(bins, 12);
    for (let b = 0; b < bins; b++) {
      const part = values.slice(b * series.width, (b + 1) * series.width);
      expect(min[b]).toBeCloseTo(Math.min(...part), 9);
      expect(max[b]).toBeCloseTo(Math.max(...part), 9);
      expect(mean[b]).toBeCloseTo(part.reduce((a, v) => a + v, 0) / part.length, 9);
    }
  }
});

test("a value that is not finite stays visible in its bin, and does not spoil the others", () => {
  const series = new Series();
  for (let i = 0; i < 1000; i++) series.add(i, i === 500 ? Number.NaN : i === 900 ? -Infinity : 1);
  const { mean, min, max } = series.encode(Math.ceil(1000 / series.width));
  expect(mean.filter((v) => v !== 1)).toEqual(["NaN", "-Infinity"]);
  expect(new Set([...min, ...max])).toEqual(new Set([1]));
});

test("sparse values leave bins empty, and wider copies leave the series as it is", () => {
  const series = new Series();
  for (let i = 0; i < 100; i += 10) series.add(i, i);
  expect(series.encode(11).mean).toEqual([0, ...new Array(9).fill(null), 10]);
  const wide = series.widened(4);
  expect(wide.width).toBe(4);
  expect(wide.encode(4).mean).toEqual([0, null, 10, null]);
  expect(wide.encode(6).mean[5]).toBe(20);
  expect(series.width).toBe(1);
});

test("a million steps take the memory of one, and end in few bins", () => {
  const curves = new Curves(3);
  const layer = { gradient: 1, weight: 2, update: 0.001, dead: 0.5 };
  const add = (n: number): void => {
    for (let i = 0; i < n; i++) curves.add(1 / (i + 1), i % 50 === 0 ? [layer, layer, layer] : null);
  };
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  add(1000);
  gc();
  const before = process.memoryUsage();
  add(999_000);
  gc();
  const after = process.memoryUsage();
  expect(curves.steps).toBe(1_000_000);
  expect(curves.loss.width).toBe(8192);
  expect(Math.ceil(1e6 / curves.loss.width)).toBeLessThanOrEqual(maxBins);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1e6);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(20e6);
});

test("a budget affords a share of the training's time, for each purpose", () => {
  const budget = new Budget(0.04, 1000);
  expect(budget.affords("display", 11)).toBe(false);
  for (let i = 0; i < 100; i++) budget.endStep(100, null);
  expect(budget.training).toBe(10_000);
  expect(budget.rate).toBeCloseTo(10);
  expect(budget.affords("causes", 79)).toBe(true);
  expect(budget.affords("causes", 81)).toBe(false);
  budget.spend("causes", 79);
  expect(budget.affords("causes", 2)).toBe(false);
  expect(budget.affords("display", 90)).toBe(true);
  expect(budget.spent).toBe(79);
});

test("of a recorded step, the time beyond a usual one is spent; pauses and outliers count for little", () => {
  const budget = new Budget(0.04, 1000);
  for (let i = 0; i < 50; i++) budget.endStep(2, null);
  budget.endStep(2.3, 5);
  expect(budget.spent).toBeCloseTo(0.3);
  budget.endStep(500, 5);
  expect(budget.spent).toBeLessThan(3);
  const { training } = budget;
  budget.endStep(60_000, null);
  expect(budget.training - training).toBeLessThan(50);
});

test("the first steps are recorded while that is estimated to be cheap, and counted by the first step that is not", () => {
  const small = new Budget(0.04, 1000);
  expect(small.recordsAtFirst).toBe(true);
  // 1,000 ops: about 10 ms, which is the grant
  small.endStep(15, 1000);
  expect(small.recordsNext).toBe(false);
  expect(small.training + small.spent).toBeCloseTo(15);
  small.endStep(3, null);
  expect(small.spent).toBeCloseTo(12);
  expect(small.training).toBeCloseTo(6);
  // a second a step, of which 10 ms are little
  const slow = new Budget(0.04, 1000);
  slow.endStep(1000, 1000);
  expect(slow.recordsNext).toBe(true);
  expect(new Budget(0.04, 1e8).recordsAtFirst).toBe(false);
});

test("what is done in every step leaves less for everything else", () => {
  const budget = new Budget(0.04, 1000);
  budget.noteHooks(0.006);
  for (let i = 0; i < 10_000; i++) budget.endStep(0.1, null);
  // 40 ms of 1,000, of which 2 · 0.2 / 6 ms are spent in each step
  const before = budget.spent;
  expect(before).toBeCloseTo(10_000 * 0.002);
  expect(budget.affords("causes", 0.2 * (40 - before) - 0.1)).toBe(true);
  expect(budget.affords("causes", 0.2 * (40 - before) + 0.1)).toBe(false);
});

test("measurements that a short training affords are spread over its steps", () => {
  const budget = new Budget(0.04, 1000);
  const measured: number[] = [];
  for (let step = 0; step < 300; step++) {
    if (budget.measures(step)) {
      measured.push(step);
      budget.spend("measures", 0.08);
    }
    budget.endStep(0.05, null);
  }
  expect(measured.slice(0, 10), "the first steps").toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(measured.length).toBeLessThan(100);
  expect(measured.at(-1), "one of the last steps").toBeGreaterThan(250);
});
