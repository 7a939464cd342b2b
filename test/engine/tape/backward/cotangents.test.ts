/** Accumulating cotangents at an edge: in place if only the walk holds the elements, else in new memory. */
import { full, type Tensor, zeros } from "tapelab";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addCotangent, freeAfterVisit } from "../../../../engine/src/tape/backward/cotangents.ts";
import type { Edge } from "../../../../engine/src/tensor/graph.ts";
import { expose, recordTemporaries } from "../../../../engine/src/tensor/storage/memory.ts";
import type { Storage } from "../../../../engine/src/tensor/storage/storage.ts";

const n = 100;
const place = (): Edge => zeros([n], { requiresGrad: true }).mul(2).source as Edge;
const arrived = ({ node }: Edge): Tensor => node.cotangents[0] as Tensor;
const only = (t: Tensor): number[] => [...new Set(t.toTypedArray())];

/** The temporaries that the rule has allocated. */
let made: Storage[] = [];
const endOfRule = (): void => freeAfterVisit([], made);

beforeEach(() => {
  made = [];
  recordTemporaries(made);
});
afterEach(() => {
  recordTemporaries(null);
});

describe("a second cotangent", () => {
  test("is added in place to the first one, if only the walk holds that", () => {
    const edge = place();
    const first = full([n], 2);
    addCotangent(edge, first);
    endOfRule();
    addCotangent(edge, full([n], 5));
    expect(arrived(edge)).toBe(first);
    expect(only(first)).toEqual([7]);
    expect(first.storage.cotangentCount).toBe(1);
  });

  test("does not change a cotangent that is also at another edge", () => {
    const [edge, other] = [place(), place()];
    const first = full([n], 2);
    addCotangent(edge, first);
    addCotangent(other, first);
    endOfRule();
    addCotangent(edge, full([n], 5));
    expect([only(arrived(edge)), only(arrived(other))]).toEqual([[7], [2]]);
  });

  test("does not change a cotangent that the rule that runs may contribute to another input", () => {
    const [edge, other] = [place(), place()];
    const [t, s] = [full([n], 2), full([n], 5)];
    addCotangent(edge, t);
    addCotangent(edge, s);
    addCotangent(other, t);
    endOfRule();
    expect([only(arrived(edge)), only(arrived(other))]).toEqual([[7], [2]]);
  });

  test("does not change an exposed tensor, or a window of a larger one", () => {
    const seen = (): Tensor => {
      const t = full([n], 2);
      expose(t.storage);
      return t;
    };
    const part = (): Tensor => full([2, n], 2).select(0, 0);
    for (const make of [seen, part]) {
      const [edge, first] = [place(), make()];
      addCotangent(edge, first);
      endOfRule();
      addCotangent(edge, full([n], 5));
      expect(only(arrived(edge))).toEqual([7]);
      if (make === seen) expect(only(first)).toEqual([2]);
    }
  });

  test("may be an expanded tensor", () => {
    const edge = place();
    addCotangent(edge, full([n], 2));
    endOfRule();
    addCotangent(edge, full([1], 5).expand([n]));
    expect(only(arrived(edge))).toEqual([7]);
  });
});
