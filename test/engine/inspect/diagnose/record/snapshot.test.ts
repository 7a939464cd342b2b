/** Snapshots of weights and gradients. */
import { noGrad, tensor } from "tapelab";
import { expect, test } from "vitest";
import { Snapshot } from "../../../../../engine/src/inspect/diagnose/record/snapshot.ts";

test("a snapshot keeps the elements of its moment, in the precision of the tensor", () => {
  const w = tensor([3, -4], { requiresGrad: true });
  const before = new Snapshot(w);
  noGrad(() => w.mul_(2));
  expect([...before.elements]).toEqual([3, -4]);
  expect(before.elements).toBeInstanceOf(Float32Array);
  expect(before.norm).toBe(5);
  expect(before.distanceTo(new Snapshot(w))).toBe(5);
  expect(before.toTensor(w).toArray()).toEqual([3, -4]);
  expect(new Snapshot(tensor([0.1], { dtype: "float64" })).elements[0]).toBe(0.1);
});

test.each(["float16", "bfloat16", "float32", "float64"] as const)("a tensor of %s is made again", (dtype) => {
  const w = tensor(
    [
      [1.5, -2],
      [0.25, 8],
    ],
    { dtype },
  );
  const again = new Snapshot(w).toTensor(w);
  expect([again.dtype, again.shape]).toEqual([dtype, [2, 2]]);
  expect(again.toArray()).toEqual(w.toArray());
});

test("zeros, and elements that are not finite", () => {
  const facts = (x: number[]): boolean[] => {
    const s = new Snapshot(tensor(x));
    return [s.isZero, s.isFinite];
  };
  expect(facts([0, -0])).toEqual([true, true]);
  expect(facts([0, 1])).toEqual([false, true]);
  expect(facts([0, Number.NaN])).toEqual([false, false]);
  expect(facts([-Infinity, 0])).toEqual([false, false]);
});

test("NaN equals nothing, but is still that of the tensor; -0 equals 0, but is not", () => {
  const [nan, zero, negative] = [[Number.NaN], [0], [-0]].map((x) => tensor(x));
  expect(new Snapshot(nan).equals(new Snapshot(nan))).toBe(false);
  expect(new Snapshot(nan).isCurrent(nan)).toBe(true);
  expect(new Snapshot(zero).equals(new Snapshot(negative))).toBe(true);
  expect(new Snapshot(zero).isCurrent(negative)).toBe(false);
});
