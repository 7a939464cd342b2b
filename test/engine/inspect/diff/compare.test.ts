/** Comparison of elements within the tolerance of their dtypes. */
import { complex, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { compare, toleranceFor } from "../../../../engine/src/inspect/diff/compare.ts";

const state = (a: readonly number[], b: readonly number[], dtype: "float32" | "float64" = "float32") =>
  compare(tensor(a, { dtype }), tensor(b, { dtype })).state;

describe("compare", () => {
  test("uses the tolerance of the dtype", () => {
    expect(state([1], [1 + 1e-6])).toBe("close");
    expect(state([1], [1 + 1e-4])).toBe("different");
    expect(state([1], [1 + 1e-6], "float64")).toBe("different");
    expect(state([1], [1 + 1e-9], "float64")).toBe("close");
    expect(state([1, 2], [1, 2])).toBe("equal");
    const half = { dtype: "float16" } as const;
    expect(compare(tensor([1], half), tensor([1.001], half)).state).toBe("close");
    expect(compare(tensor([3], { dtype: "int64" }), tensor([4], { dtype: "int64" })).state).toBe("different");
  });

  test("takes the larger tolerance of two dtypes", () => {
    expect(toleranceFor("float32", "float64")).toMatchObject({ rtol: 1.3e-6, atol: 1e-5 });
    expect(toleranceFor("float64", "bfloat16").rtol).toBe(1.6e-2);
    expect(compare(tensor([0.1]), tensor([0.1], { dtype: "float64" })).state).toBe("close");
  });

  test("small gradients are not equal because they are small", () => {
    expect(state([1e-9, 2e-9], [2e-9, 4e-9])).toBe("different");
    expect(state([1e-9, 1], [2e-9, 1])).toBe("close");
  });

  test("NaN and infinities are equal to themselves alone", () => {
    expect(state([Number.NaN, Infinity], [Number.NaN, Infinity])).toBe("equal");
    expect(state([Infinity], [-Infinity])).toBe("different");
    const found = compare(tensor([[1, 2]]), tensor([[1, Number.NaN]]));
    expect(found).toMatchObject({
      state: "different",
      largest: "Infinity",
      at: [0, 1],
      values: [2, "NaN"],
      ratio: null,
    });
  });

  test("names the element that exceeds the tolerance most, and the ratio of the norms", () => {
    const found = compare(
      tensor([
        [3, 4],
        [0, 0],
      ]),
      tensor([
        [6, 8],
        [0, 0],
      ]),
    );
    expect(found).toMatchObject({ state: "different", largest: 4, at: [0, 1], values: [4, 8], ratio: 2 });
  });

  test("compares both parts of complex elements", () => {
    const a = complex(tensor([1, 2]), tensor([3, 4]));
    expect(compare(a, complex(tensor([1, 2]), tensor([3, 4]))).state).toBe("equal");
    expect(compare(a, complex(tensor([1, 2]), tensor([3, -4]))).at).toEqual([1]);
  });

  test("what is left of larger operands is called rounding", () => {
    const [a, b] = [tensor([1e-8]), tensor([-3e-8])];
    expect(compare(a, b, { operands: () => 1 }).state).toBe("rounding");
    expect(compare(a, b, { operands: () => 1e-3 }).state).toBe("different");
  });

  test("takes other tolerances", () => {
    expect(compare(tensor([1]), tensor([1.1]), { rtol: 0.2 }).state).toBe("close");
    expect(compare(tensor([1]), tensor([1 + 1e-6]), { rtol: 0, atol: 0 }).state).toBe("different");
  });

  test("takes tensors without elements", () => {
    expect(compare(tensor([]), tensor([])).state).toBe("equal");
  });
});
