/** When threads share work: how it is cut, and how long they leave it alone after a loss. */
import { getNumThreads, setNumThreads } from "tapelab";
import { afterEach, expect, test } from "vitest";
import { Balance, cut, mostChunks } from "../../../engine/src/kernels/sharing.ts";

const before = getNumThreads();
afterEach(() => setNumThreads(before));

test("a cut covers all items, in chunks that the ticket can count, and is the same for any number of threads", () => {
  for (const items of [1, 2, 5, 64, 1000, 999_983, 50_000_000])
    for (const nanoseconds of [0.05, 1, 30, 25_000, 3_000_000])
      for (const step of [1, 16]) {
        const cuts = [1, 2, 3, 16].map((threads) => {
          setNumThreads(threads);
          const { size, chunks } = cut(items, nanoseconds, step);
          return `${size} ${chunks}`;
        });
        const [size, chunks] = cuts[0].split(" ").map(Number);
        const label = `${items} items of ${nanoseconds} ns by ${step}: ${cuts[0]}`;
        expect(new Set(cuts).size, label).toBe(1);
        expect(size % step, label).toBe(0);
        expect(chunks, label).toBeGreaterThan(0);
        expect(chunks, label).toBeLessThanOrEqual(mostChunks);
        expect(size * chunks, label).toBeGreaterThanOrEqual(items);
        expect(size * (chunks - 1), label).toBeLessThan(items);
      }
});

test("little work is not shared", () => {
  setNumThreads(2);
  expect(cut(1000, 1).threads).toBe(1);
  expect(cut(1_000_000, 1).threads).toBe(2);
  expect(cut(1, 1_000_000).threads, "a single item").toBe(1);
});

test("jobs that gain are shared without a break, and small losses between them are chance", () => {
  const balance = new Balance();
  for (let now = 0; now < 1000; now++) {
    expect(balance.isOff(now), `after ${now} ms`).toBe(false);
    balance.record(now, now % 3 === 0 ? -0.3 : 0.4);
  }
});

test("jobs that lose are left alone for longer and longer, so that trying costs little", () => {
  const balance = new Balance();
  let lost = 0;
  let tries = 0;
  for (let now = 0; now < 20_000; now++) {
    if (balance.isOff(now)) continue;
    tries++;
    lost += 4;
    balance.record(now, -4);
  }
  expect(tries).toBeGreaterThan(10);
  expect(lost / 20_000, "share of the time that was lost").toBeLessThan(0.02);
});

test("a single loss is forgotten once sharing has gone well again", () => {
  const balance = new Balance();
  const restAfterLoss = (at: number, loss: number): number => {
    balance.record(at, -loss);
    let end = at;
    while (balance.isOff(end)) end++;
    return end - at;
  };
  const first = restAfterLoss(0, 3);
  let now = first;
  for (; now < 20 * first; now++) balance.record(now, 0.2);
  expect(restAfterLoss(now, 2), "what was gained meanwhile makes up for one loss").toBe(0);
  expect(restAfterLoss(now, 3)).toBe(first);
  expect(restAfterLoss(now + first, 3), "two losses in a row").toBe(2 * first);
});
