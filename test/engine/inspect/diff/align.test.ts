/** Sequence alignment of ops. */

import { describe, expect, test } from "vitest";
import { align, type Pair, similarity, type Token } from "../../../../engine/src/inspect/diff/align.ts";
import { fc } from "../../../support/random.ts";

const token = (text: string): Token => {
  const [op, scope = "", shape = "2"] = text.split(" ");
  return { op, scope: scope === "" ? [] : scope.split("/"), shape: shape.split("x").map(Number) };
};
const tokens = (...texts: readonly string[]): Token[] => texts.map(token);

/** Returns the sum of similarities of the best alignment, by trying all of them. */
function bestSum(a: readonly Token[], b: readonly Token[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      table[i][j] = Math.max(table[i - 1][j], table[i][j - 1], table[i - 1][j - 1] + similarity(a[i - 1], b[j - 1]));
  return table[a.length][b.length];
}

const sumOf = (a: readonly Token[], b: readonly Token[], pairs: readonly Pair[]): number =>
  pairs.reduce((sum, [i, j]) => (i < 0 || j < 0 ? sum : sum + similarity(a[i], b[j])), 0);

describe("align", () => {
  test("an op that was replaced is removed and added, and the others keep their partners", () => {
    expect(align(tokens("linear", "sigmoid", "linear", "mean"), tokens("linear", "relu", "linear", "mean"))).toEqual([
      [0, 0],
      [1, -1],
      [-1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test("a layer in the middle is added as a whole, by its scope and not by its position", () => {
    const a = tokens("linear m/fc1", "relu m", "linear m/fc3", "relu m", "linear m/out");
    const b = tokens("linear m/fc1", "relu m", "linear m/fc2", "relu m", "linear m/fc3", "relu m", "linear m/out");
    const pairs = align(a, b);
    expect(pairs.filter(([i]) => i < 0)).toHaveLength(2);
    expect(pairs).toContainEqual([2, 4]);
    expect(pairs).toContainEqual([-1, 2]);
    expect(pairs).toContainEqual([4, 6]);
  });

  test("an op whose shape has changed keeps its partner; names of the outer module do not matter", () => {
    expect(
      align(
        tokens("linear Student/fc 4x8", "relu Student 4x8"),
        tokens("linear Reference/fc 4x16", "relu Reference 4x16"),
      ),
    ).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test("takes empty sequences", () => {
    expect(align([], [])).toEqual([]);
    expect(align(tokens("a"), [])).toEqual([[0, -1]]);
    expect(align([], tokens("a", "b"))).toEqual([
      [-1, 0],
      [-1, 1],
    ]);
  });

  test("uses each item once and in order, and reaches the best sum of similarities up to the preference for few gaps", () => {
    const item = fc
      .record({
        op: fc.constantFrom("a", "b", "c"),
        scope: fc.constantFrom([], ["m"], ["m", "n"]),
        shape: fc.constantFrom([2], [3], [2, 2]),
      })
      .map((t): Token => t);
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), fc.array(item, { maxLength: 12 }), (a, b) => {
        const pairs = align(a, b);
        expect(pairs.flatMap(([i]) => (i < 0 ? [] : [i]))).toEqual(a.map((_, i) => i));
        expect(pairs.flatMap(([, j]) => (j < 0 ? [] : [j]))).toEqual(b.map((_, j) => j));
        for (const [i, j] of pairs) if (i >= 0 && j >= 0) expect(a[i].op).toBe(b[j].op);
        // common ends are paired at once, and continuations add at most 1 each
        expect(sumOf(a, b, pairs)).toBeGreaterThanOrEqual(bestSum(a, b) - 12);
      }),
      { seed: 5, numRuns: 400 },
    );
  });

  test("long sequences are aligned in a band", () => {
    const layer = (n: number): Token[] => tokens(`linear m/fc${n}`, `relu m`, `dropout m/drop${n}`);
    const all = Array.from({ length: 3000 }, (_, n) => layer(n)).flat();
    const without = all.filter((_, i) => i % 1000 !== 500);
    const pairs = align(all, without);
    expect(pairs.filter(([, j]) => j < 0).map(([i]) => i)).toEqual([
      500, 1500, 2500, 3500, 4500, 5500, 6500, 7500, 8500,
    ]);
  });
});
