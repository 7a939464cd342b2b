/** Cutting work into chunks. */
import { getNumThreads, setNumThreads } from "tapelab";
import { afterEach, expect, test } from "vitest";
import { maxChunks } from "../../../../engine/src/fast/abi/jobs/header.ts";
import { cut } from "../../../../engine/src/fast/threads/chunks.ts";

const before = getNumThreads();
afterEach(() => setNumThreads(before));

test("a cut covers all items in at most as many chunks as the ticket can count, for any number of threads alike", () => {
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
        expect(chunks, label).toBeLessThanOrEqual(maxChunks);
        expect(size * chunks, label).toBeGreaterThanOrEqual(items);
        expect(size * (chunks - 1), label).toBeLessThan(items);
      }
});

test("work of a few microseconds, or of a single item, is not shared", () => {
  setNumThreads(2);
  expect(cut(1000, 1).threads).toBe(1);
  expect(cut(1_000_000, 1).threads).toBe(2);
  expect(cut(1, 1_000_000).threads, "a single item").toBe(1);
});
