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
  test("by the norm of all gradients together, which is given back", () => {
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
  test("by value, and with a norm that is known", () => {
    const a = withGrad([-3, 0.5, 2]);
    clipGradValue_(a, 1);
    expect(a.grad!.toArray()).toEqual([-1, 0.5, 1]);
    clipGradsWithNorm_([a], 1, tensor(3));
    expect(a.grad!.toArray<number[]>()[0]).toBeCloseTo(-1 / 3, 5);
  });
  test("leaves parameters without gradients alone, and finds norms that are not finite", () => {
    expect(clipGradNorm_([tensor([1], { requiresGrad: true })], 1).item()).toBe(0);
    const nan = withGrad([Number.NaN]);
    expect(() => clipGradNorm_([nan], 1, { errorIfNonfinite: true })).toThrow(
      "the norm of order 2 of the gradients is NaN",
    );
    expect(clipGradNorm_([nan], 1).item()).toBeNaN();
  });
});
