/** Sorting of long lines, NaN and ties, and gradients at ties and zeros, as in PyTorch. */

import { cummax, cumprod, median, prod, randn, sort, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";

const gradientOf = (f: (x: Tensor) => Tensor, values: readonly number[]): unknown => {
  const x = tensor(values, { dtype: "float64", requiresGrad: true });
  f(x).sum().backward();
  return x.grad?.toArray();
};

test.each(["float32", "float64", "int32"] as const)("a long line of %s is sorted in both directions", (dtype) => {
  const x = randn([1000]).mul(1000).to(dtype);
  const expected = Array.from(x.toTypedArray()).sort((a, b) => a - b);
  expect(sort(x).values.toArray()).toEqual(expected);
  expect(sort(x, { descending: true }).values.toArray()).toEqual(expected.toReversed());
});

test.each([3, 100])("equal elements of a line of %d keep their order, and NaN is the largest", (n) => {
  const x = tensor(Array.from({ length: n }, (_, i) => (i === 1 ? Number.NaN : i % 2 === 0 ? 0 : -0)));
  const rest = Array.from({ length: n }, (_, i) => i).filter((i) => i !== 1);
  expect(sort(x).indices.toArray()).toEqual([...rest, 1]);
  expect(sort(x, { descending: true }).indices.toArray()).toEqual([1, ...rest]);
});

test("equal medians share the gradient, and the last of equal maxima gets it", () => {
  expect(gradientOf((x) => median(x), [1, 2, 2, 3, 0])).toEqual([0, 0.5, 0.5, 0, 0]);
  expect(gradientOf((x) => cummax(x, 0).values, [1, 1, 0])).toEqual([1, 2, 0]);
});

test("products with zeros have the gradients of the other factors", () => {
  expect(gradientOf((x) => prod(x), [2, 0, 3])).toEqual([0, 6, 0]);
  expect(gradientOf((x) => prod(x), [0, 0, 3])).toEqual([0, 0, 0]);
  expect(gradientOf((x) => cumprod(x, 0), [2, 0, 3])).toEqual([1, 8, 0]);
});
