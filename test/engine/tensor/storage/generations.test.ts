/** Generations of blocks: minor sweeps release dead young blocks, major sweeps all dead ones, and no sweep releases a block that is in use. */
import util from "node:util";
import { describe, expect, test } from "vitest";
import { type Collector, collector, membersOf, WeakSetMember } from "../../../../engine/src/platform/collect.ts";
import { type BlockRecord, BlockToken, Generations } from "../../../../engine/src/tensor/storage/generations.ts";

const { major, minor } = collector() as Collector;
const collectYoung = minor as () => void;

/** Adds tokens for blocks at the addresses, and returns those of the blocks to keep. */
const addBlocks = (generations: Generations, addresses: readonly number[], kept: readonly number[]): BlockToken[] =>
  addresses.flatMap((address) => {
    const token = new BlockToken(address, 0, 64, null);
    generations.add(token, true);
    return kept.includes(address) ? [token] : [];
  });

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

/** Returns the addresses of the blocks that a sweep releases. */
function releasedBy(run: (release: (record: BlockRecord) => void) => void): number[] {
  const released: number[] = [];
  run((record) => {
    released.push(record.address);
    record.address = 0;
  });
  return released.sort((a, b) => a - b);
}

test("this runtime has minor collections that find dead objects", () => {
  expect(minor, "no minor collection that empties WeakSets").not.toBe(null);
});

test("membersOf lists all members of a WeakSet that are alive", () => {
  const kept = Array.from({ length: 1000 }, () => new WeakSetMember());
  const set = new WeakSet(kept);
  collectYoung();
  expect(new Set(membersOf(set))).toEqual(new Set(kept));
  expect(membersOf(new WeakSet())).toEqual([]);
});

test("membersOf works when the program has set other defaults for util.inspect", () => {
  const before = { ...util.inspect.defaultOptions };
  Object.assign(util.inspect.defaultOptions, { customInspect: false, depth: -1, maxArrayLength: 1, showHidden: false });
  const kept = [new WeakSetMember(), new WeakSetMember(), new WeakSetMember()];
  expect(membersOf(new WeakSet(kept))).toHaveLength(3);
  Object.assign(util.inspect.defaultOptions, before);
});

describe("generations", () => {
  test("a minor sweep releases the dead young blocks, once", () => {
    const generations = new Generations();
    const kept = addBlocks(generations, range(1, 20), [3, 17]);
    const released = releasedBy((release) => generations.minorSweep(collectYoung, release));
    expect(released).toEqual(range(1, 20).filter((a) => a !== 3 && a !== 17));
    expect(releasedBy((release) => generations.minorSweep(collectYoung, release))).toEqual([]);
    expect(new Set(generations.tokens())).toEqual(new Set(kept));
  });

  test("a block that survives two minor sweeps is tenured: its bytes are returned, and only a major sweep releases it", () => {
    const generations = new Generations();
    let kept = addBlocks(generations, [5, 6], [5, 6]);
    let tenured = 0;
    const sweep = (): number[] => releasedBy((release) => (tenured += generations.minorSweep(collectYoung, release)));
    expect([sweep(), tenured]).toEqual([[], 0]);
    expect([sweep(), tenured]).toEqual([[], 128]);
    expect(kept.map((token) => token.record.address)).toEqual([5, 6]);
    kept = kept.slice(1);
    expect([sweep(), tenured], "a minor sweep leaves the old generation").toEqual([[], 128]);
    expect(releasedBy((release) => generations.majorSweep({ major, minor }, release))).toEqual([5]);
    expect(generations.tokens()).toEqual(kept);
  });

  test("a major sweep releases dead young blocks, too, and tenures the others", () => {
    const generations = new Generations();
    const kept = addBlocks(generations, range(1, 9), [9]);
    expect(releasedBy((release) => generations.majorSweep({ major, minor }, release))).toEqual(range(1, 8));
    expect(generations.tokens()).toEqual(kept);
  });

  test("no block is released when the members cannot be listed", () => {
    const generations = new Generations();
    const kept = addBlocks(generations, [1, 2], [1]);
    const { inspect } = util;
    util.inspect = (() => "") as unknown as typeof inspect;
    expect(releasedBy((release) => generations.minorSweep(collectYoung, release))).toEqual([]);
    util.inspect = inspect;
    expect(releasedBy((release) => generations.minorSweep(collectYoung, release))).toEqual([2]);
    expect(generations.tokens()).toEqual(kept);
  });

  test("a sweep that is terminated loses no block", () => {
    for (const kind of ["minor", "major"] as const)
      for (const last of [1, 4, 7]) {
        const generations = new Generations();
        const kept = addBlocks(generations, range(1, 9), [3, 8]);
        const sweep = (release: (record: BlockRecord) => void): unknown =>
          kind === "minor"
            ? generations.minorSweep(collectYoung, release)
            : generations.majorSweep({ major, minor }, release);
        const until = (): number[] =>
          releasedBy((release) => {
            let released = 0;
            const terminated = (record: BlockRecord): void => {
              if (++released === last) throw new Error("terminated");
              release(record);
            };
            expect(() => sweep(terminated)).toThrow("terminated");
          });
        const released = [...until(), ...releasedBy(sweep)].sort((a, b) => a - b);
        expect(released, `${kind}, until ${last}`).toEqual([1, 2, 4, 5, 6, 7, 9]);
        expect(new Set(generations.tokens())).toEqual(new Set(kept));
        expect(new Set(generations.blocks())).toEqual(new Set(kept.map((token) => token.record)));
      }
  });

  test("a block that was freed explicitly is not released again", () => {
    const generations = new Generations();
    const kept = addBlocks(generations, [1, 2], [2]);
    kept[0].record.address = 0;
    expect(releasedBy((release) => generations.minorSweep(collectYoung, release))).toEqual([1]);
    expect(generations.tokens()).toEqual([]);
  });
});
