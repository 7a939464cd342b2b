/** Pooling where samples of PyTorch's database do not reach: NaN, ties, random windows, and what unpooling does with positions. */
import {
  adaptiveMaxPool1d,
  fractionalMaxPool2d,
  Generator,
  IndexError,
  maxUnpool1d,
  randn,
  type Tensor,
  tensor,
} from "tapelab";
import { describe, expect, test } from "vitest";

describe("adaptiveMaxPool1d", () => {
  test("takes NaN for the largest, and gives the gradient to the first of equal elements", () => {
    const x = tensor([[2, 2, 1, Number.NaN, 5, 0]], { requiresGrad: true });
    const { values, indices } = adaptiveMaxPool1d(x, 2, { returnIndices: true });
    expect(values.toArray()).toEqual([[2, Number.NaN]]);
    expect(indices.toArray()).toEqual([[0, 3]]);
    values.narrow(1, 0, 1).sum().backward();
    expect(x.grad?.toArray()).toEqual([[1, 0, 0, 0, 0, 0]]);
  });
});

describe("fractionalMaxPool2d", () => {
  const x = randn([2, 3, 10, 12], { generator: new Generator(1) });
  const indicesOf = (seed: number): Tensor =>
    fractionalMaxPool2d(x, 3, { outputSize: [4, 5], returnIndices: true, generator: new Generator(seed) }).indices;

  test("draws its windows from the generator, for each channel by itself", () => {
    expect(indicesOf(1).toArray()).toEqual(indicesOf(1).toArray());
    const different = [2, 3, 4].map((seed) => JSON.stringify(indicesOf(seed).toArray()));
    expect(new Set(different).size).toBe(3);
  });
  test("returns the elements at the indices", () => {
    const options = { outputRatio: 0.5, returnIndices: true, generator: new Generator(3) } as const;
    const { values, indices } = fractionalMaxPool2d(x, 2, options);
    expect(
      x
        .reshape([2, 3, 120])
        .gather(2, indices.reshape([2, 3, 30]))
        .toArray(),
    ).toEqual(values.reshape([2, 3, 30]).toArray());
  });
});

describe("maxUnpool1d", () => {
  const at = (...positions: number[]): Tensor => tensor([positions], { dtype: "int64" });
  test("keeps the last of several elements with one position, and gives each its gradient", () => {
    const x = tensor([[3, 4]], { requiresGrad: true });
    const y = maxUnpool1d(x, at(1, 1), 2);
    expect(y.toArray()).toEqual([[0, 4, 0, 0]]);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([[1, 1]]);
  });
  test("refuses positions outside of the result", () => {
    expect(() => maxUnpool1d(tensor([[3, 4]]), at(0, 4), 2)).toThrow(IndexError);
  });
});
