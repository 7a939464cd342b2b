import { nn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const withGrad = (grad: number[]): Tensor => {
  const w = tensor(
    grad.map(() => 0),
    { requiresGrad: true },
  );
  w.grad = tensor(grad);
  return w;
};
const { clipGradNorm_, clipGradValue_, clipGradsWithNorm_, getTotalNorm } = nn.utils;

describe("clipping", () => {
  test("scales by the total norm of all gradients, and returns it", () => {
    const [a, b] = [withGrad([3, 0]), withGrad([0, 4])];
    expect(clipGradNorm_([a, b], 1).item()).toBe(5);
    expect(getTotalNorm([a.grad!, b.grad!]).item()).toBeCloseTo(1, 5);
    expect(clipGradNorm_([a, b], 10).item()).toBeCloseTo(1, 5);
    expect(a.grad!.toArray<number[]>()[0]).toBeCloseTo(0.6, 5);
  });
  test.each([
    [1, 7],
    [2, 5],
    [Number.POSITIVE_INFINITY, 4],
    [3, 91 ** (1 / 3)],
  ])("norm of order %d", (normType, norm) => {
    expect(getTotalNorm([tensor([-3]), tensor([[4]])], { normType }).item()).toBeCloseTo(norm, 5);
  });
  test("clamps by value, and scales by a given norm", () => {
    const a = withGrad([-3, 0.5, 2]);
    clipGradValue_(a, 1);
    expect(a.grad!.toArray()).toEqual([-1, 0.5, 1]);
    clipGradsWithNorm_([a], 1, tensor(3));
    expect(a.grad!.toArray<number[]>()[0]).toBeCloseTo(-1 / 3, 5);
  });
  test("skips parameters without gradients, and reports norms that are not finite", () => {
    expect(clipGradNorm_([tensor([1], { requiresGrad: true })], 1).item()).toBe(0);
    const nan = withGrad([Number.NaN]);
    expect(() => clipGradNorm_([nan], 1, { errorIfNonfinite: true })).toThrow(
      "the norm of order 2 of the gradients is NaN",
    );
    expect(clipGradNorm_([nan], 1).item()).toBeNaN();
  });
});

describe("limits and orders", () => {
  test.each([0, -1, Number.NaN, Number.NEGATIVE_INFINITY])(
    "a maximum of %s is refused, and changes nothing",
    (limit) => {
      const a = withGrad([3, 4]);
      const says = "must be a number above 0, but got";
      expect(() => clipGradNorm_([a], limit)).toThrow(`clipGradNorm_: maxNorm ${says} ${limit}`);
      expect(() => clipGradsWithNorm_([a], limit, tensor(5))).toThrow(`clipGradsWithNorm_: maxNorm ${says}`);
      expect(() => clipGradValue_([a], limit)).toThrow(`clipGradValue_: clipValue ${says}`);
      expect(a.grad?.toArray()).toEqual([3, 4]);
    },
  );
  test("an infinite maximum changes nothing", () => {
    const a = withGrad([3, 4]);
    expect(clipGradNorm_([a], Infinity).item()).toBe(5);
    expect(a.grad?.toArray()).toEqual([3, 4]);
  });
  // values of PyTorch 2.13
  test.each([
    [0, 2, 2],
    [1, 9, 10],
    [2, 5.385164807134505, 5.477225575051661],
    [0.5, 24.93, 29.1],
    [Infinity, 4, 4],
    [-Infinity, 0, 1],
    [-1, 0, 0.48],
  ])("order %s", (normType, first, second) => {
    const norm = (...all: number[][]): number =>
      getTotalNorm(
        all.map((v) => tensor(v)),
        { normType },
      ).item();
    const half = (...v: number[]): number => v.reduce((s, x) => s + Math.sqrt(x), 0) ** 2;
    expect(norm([3, 4], [0, 2])).toBeCloseTo(normType === 0.5 ? half(3, 4, 0, 2) : first, 4);
    expect(norm([3, 4], [1, 2])).toBeCloseTo(normType === 0.5 ? half(3, 4, 1, 2) : second, 4);
    expect(norm([3, 4], []), "an empty tensor has no part").toBeCloseTo(norm([3, 4]), 5);
    expect(norm()).toBe(0);
  });
  test("the norm has the widest dtype, and NaN as its order is refused", () => {
    expect(getTotalNorm([tensor([3]), tensor([4], { dtype: "float64" })]).dtype).toBe("float64");
    expect(() => clipGradNorm_([], 1, { normType: Number.NaN })).toThrow("clipGradNorm_: normType must be a number");
  });
});
