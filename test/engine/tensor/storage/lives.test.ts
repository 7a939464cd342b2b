/** Blocks by age: minor collections find those of the young, major ones all, and nobody loses one that is in use. */
import util from "node:util";
import { describe, expect, test } from "vitest";
import { type Collector, collector, Listed, membersOf } from "../../../../engine/src/platform/collect.ts";
import { type Entry, Life, Lives } from "../../../../engine/src/tensor/storage/lives.ts";

const { all, young } = collector() as Collector;
const found = young as () => void;

/** Adds lives at the addresses; gives back those that are to be kept. */
const begin = (lives: Lives, addresses: readonly number[], kept: readonly number[]): Life[] =>
  addresses.flatMap((address) => {
    const life = new Life(address, 0, 64, null);
    lives.add(life, true);
    return kept.includes(address) ? [life] : [];
  });

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

/** The addresses that a sweep releases. */
function releasedBy(run: (release: (entry: Entry) => void) => void): number[] {
  const released: number[] = [];
  run((entry) => {
    released.push(entry.address);
    entry.address = 0;
  });
  return released.sort((a, b) => a - b);
}

test("this runtime finds what is dead and young", () => {
  expect(young, "no minor collection that empties WeakSets").not.toBe(null);
});

test("members of a WeakSet that are alive are listed, all of them", () => {
  const kept = Array.from({ length: 1000 }, () => new Listed());
  const set = new WeakSet(kept);
  found();
  expect(new Set(membersOf(set))).toEqual(new Set(kept));
  expect(membersOf(new WeakSet())).toEqual([]);
});

test("also where the program has set other defaults for what is printed", () => {
  const before = { ...util.inspect.defaultOptions };
  Object.assign(util.inspect.defaultOptions, { customInspect: false, depth: -1, maxArrayLength: 1, showHidden: false });
  const kept = [new Listed(), new Listed(), new Listed()];
  expect(membersOf(new WeakSet(kept))).toHaveLength(3);
  Object.assign(util.inspect.defaultOptions, before);
});

describe("lives", () => {
  test("a sweep of the young releases the dead ones, once", () => {
    const lives = new Lives();
    const kept = begin(lives, range(1, 20), [3, 17]);
    const released = releasedBy((release) => lives.sweepYoung(found, release));
    expect(released).toEqual(range(1, 20).filter((a) => a !== 3 && a !== 17));
    expect(releasedBy((release) => lives.sweepYoung(found, release))).toEqual([]);
    expect(new Set(lives.all())).toEqual(new Set(kept));
  });

  test("what outlives two is old: its bytes are told, and only a sweep of all finds it dead", () => {
    const lives = new Lives();
    let kept = begin(lives, [5, 6], [5, 6]);
    let grown = 0;
    const sweep = (): number[] => releasedBy((release) => (grown += lives.sweepYoung(found, release)));
    expect([sweep(), grown]).toEqual([[], 0]);
    expect([sweep(), grown]).toEqual([[], 128]);
    expect(kept.map((life) => life.entry.address)).toEqual([5, 6]);
    kept = kept.slice(1);
    expect([sweep(), grown], "a minor collection leaves the old").toEqual([[], 128]);
    expect(releasedBy((release) => lives.sweepAll({ all, young }, release))).toEqual([5]);
    expect(lives.all()).toEqual(kept);
  });

  test("a sweep of all finds the young, too, and makes old what is left", () => {
    const lives = new Lives();
    const kept = begin(lives, range(1, 9), [9]);
    expect(releasedBy((release) => lives.sweepAll({ all, young }, release))).toEqual(range(1, 8));
    expect(lives.all()).toEqual(kept);
  });

  test("where nothing can be listed, nothing is released", () => {
    const lives = new Lives();
    const kept = begin(lives, [1, 2], [1]);
    const { inspect } = util;
    util.inspect = (() => "") as unknown as typeof inspect;
    expect(releasedBy((release) => lives.sweepYoung(found, release))).toEqual([]);
    util.inspect = inspect;
    expect(releasedBy((release) => lives.sweepYoung(found, release))).toEqual([2]);
    expect(lives.all()).toEqual(kept);
  });

  test("a sweep that is terminated on its way loses no block", () => {
    for (const sweepOf of ["young", "all"] as const)
      for (const last of [1, 4, 7]) {
        const lives = new Lives();
        const kept = begin(lives, range(1, 9), [3, 8]);
        const sweep = (release: (entry: Entry) => void): unknown =>
          sweepOf === "young" ? lives.sweepYoung(found, release) : lives.sweepAll({ all, young }, release);
        const until = (): number[] =>
          releasedBy((release) => {
            let released = 0;
            const terminated = (entry: Entry): void => {
              if (++released === last) throw new Error("terminated");
              release(entry);
            };
            expect(() => sweep(terminated)).toThrow("terminated");
          });
        const released = [...until(), ...releasedBy(sweep)].sort((a, b) => a - b);
        expect(released, `${sweepOf}, until ${last}`).toEqual([1, 2, 4, 5, 6, 7, 9]);
        expect(new Set(lives.all())).toEqual(new Set(kept));
        expect(new Set(lives.blocks())).toEqual(new Set(kept.map((life) => life.entry)));
      }
  });

  test("a block that was freed by hand is not released again", () => {
    const lives = new Lives();
    const kept = begin(lives, [1, 2], [2]);
    kept[0].entry.address = 0;
    expect(releasedBy((release) => lives.sweepYoung(found, release))).toEqual([1]);
    expect(lives.all()).toEqual([]);
  });
});
