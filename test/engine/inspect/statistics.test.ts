import { arange, inspect, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { gridOf } from "../../../engine/src/inspect/shared/grid.ts";

describe("summarize", () => {
  test("covers the finite elements, and counts the others", () => {
    const s = inspect.summarize(tensor([0, 1, 2, 3, Number.NaN, -Infinity]));
    expect(s).toMatchObject({ count: 6, min: 0, max: 3, mean: 1.5, std: 1.118, zeros: 1, nan: 1, inf: 1, norm: "NaN" });
  });
  test("has a histogram relative to its fullest bin", () => {
    const { histogram } = inspect.summarize(tensor([0, 0, 0, 0, 16]));
    expect(histogram).toBe("z000000000000009");
  });
  test("has no extremes without elements", () => {
    expect(inspect.summarize(zeros([0]))).toMatchObject({ count: 0, min: null, mean: null, norm: 0 });
  });
  test("counts equal elements in the middle bin", () => {
    expect(inspect.summarize(tensor([2, 2])).histogram).toBe("00000000z0000000");
  });
});

describe("gridOf", () => {
  const bytes = (data: string): number[] => [...Buffer.from(data, "base64")];
  test("encodes signs, NaN and infinities", () => {
    const g = gridOf(tensor([[-2, 0, 2, Number.NaN, Infinity, -Infinity]]), 8, 8);
    expect(g).toMatchObject({ rows: 1, columns: 6, scale: 2, exact: true });
    expect(bytes(g?.data ?? "")).toEqual([2, 128, 254, 0, 255, 1]);
  });
  test("averages blocks of a matrix that is too large", () => {
    const g = gridOf(arange(16).reshape([4, 4]).to("float32"), 2, 2);
    expect(g?.exact).toBe(false);
    // means 2.5, 4.5, 10.5, 12.5
    expect(bytes(g?.data ?? "")).toEqual([2.5, 4.5, 10.5, 12.5].map((v) => 128 + Math.round((126 * v) / 12.5)));
  });
  test("lays tensors of more dimensions out as rows", () => {
    expect(gridOf(zeros([2, 3, 5]), 10, 10)).toMatchObject({ rows: 6, columns: 5 });
    expect(gridOf(zeros([0, 3]), 10, 10)).toBeNull();
  });
});
