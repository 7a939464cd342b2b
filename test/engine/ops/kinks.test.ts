/** Gradients at kinks and ties, and values at the edges of domains, as in PyTorch. */

import { arange, cat, clamp, div, maximum, nn, pow, type Tensor, tensor, where } from "tapelab";
import { expect, test } from "vitest";

const F = nn.functional;

const slope = (f: (x: Tensor) => Tensor, at: number): number | undefined => {
  const x = tensor([at], { dtype: "float64", requiresGrad: true });
  f(x).sum().backward();
  return x.grad?.toTypedArray()[0];
};

test.each([
  ["relu", 0, (x: Tensor) => x.relu(), 0],
  ["abs", 0, (x: Tensor) => x.abs(), 0],
  ["clamp at its lower limit", -1, (x: Tensor) => clamp(x, -1, 1), 1],
  ["clamp at its upper limit", 1, (x: Tensor) => clamp(x, -1, 1), 1],
  ["clamp outside", 2, (x: Tensor) => clamp(x, -1, 1), 0],
  ["sign", 2, (x: Tensor) => x.sign(), 0],
  ["maximum at a tie", 1, (x: Tensor) => maximum(x, tensor([1], { dtype: "float64" })), 0.5],
  ["sqrt at 0", 0, (x: Tensor) => x.sqrt(), Infinity],
  ["the power 0 at 0", 0, (x: Tensor) => x.pow(0), 0],
  ["the power 2 at 0", 0, (x: Tensor) => x.pow(2), 0],
  ["elu", 0, (x: Tensor) => F.elu(x, { alpha: 2 }), 2],
  ["celu", 0, (x: Tensor) => F.celu(x, { alpha: 2 }), 1],
  ["leakyRelu", 0, (x: Tensor) => F.leakyRelu(x, { negativeSlope: 0.25 }), 0.25],
  ["prelu", 0, (x: Tensor) => F.prelu(x, tensor([0.25], { dtype: "float64" })), 0.25],
  ["hardtanh at its lower limit", -1, (x: Tensor) => F.hardtanh(x), 0],
  ["hardtanh at its upper limit", 1, (x: Tensor) => F.hardtanh(x), 0],
  ["relu6", 0, (x: Tensor) => F.relu6(x), 0],
  ["relu6", 6, (x: Tensor) => F.relu6(x), 0],
  ["hardsigmoid", 3, (x: Tensor) => F.hardsigmoid(x), 0],
  ["hardswish", -3, (x: Tensor) => F.hardswish(x), 0],
  ["hardswish", 3, (x: Tensor) => F.hardswish(x), 1],
  ["softshrink", 0.5, (x: Tensor) => F.softshrink(x), 0],
  ["hardshrink", -0.5, (x: Tensor) => x.hardshrink(), 0],
  ["threshold", 1, (x: Tensor) => F.threshold(x, 1, 5), 0],
  ["l1Loss where input and target are equal", 1, (x: Tensor) => F.l1Loss(x, tensor([1], { dtype: "float64" })), 0],
  ["hingeEmbeddingLoss at the margin", 1, (x: Tensor) => F.hingeEmbeddingLoss(x, tensor([-1])), -1],
  ["binaryCrossEntropy", 0, (x: Tensor) => F.binaryCrossEntropy(x, tensor([1], { dtype: "float64" })), -1e12],
  ["normalize", 0, (x: Tensor) => F.normalize(x, { dim: 0 }), 1e12],
])("the slope of %s at %d", (_name, at, f, expected) => {
  expect(slope(f, at)).toBe(expected);
});

test("the gradient of a positive exponent of 0 is 0", () => {
  const z = tensor([2], { requiresGrad: true });
  pow(0, z).sum().backward();
  expect(z.grad?.toArray()).toEqual([0]);
});

test("equal elements share the gradient of amax; the first gets that of max along a dimension", () => {
  const x = tensor([3, 1, 3], { requiresGrad: true });
  x.amax().backward();
  expect(x.grad?.toArray()).toEqual([0.5, 0, 0.5]);
  const y = tensor([3, 1, 3], { requiresGrad: true });
  const { values, indices } = y.max(0);
  values.backward();
  expect(indices.item()).toBe(0);
  expect(y.grad?.toArray()).toEqual([1, 0, 0]);
});

test("NaN is the result of every extreme", () => {
  const x = tensor([1, Number.NaN, 3]);
  expect(x.amax().item()).toBeNaN();
  expect(x.min(0).values.item()).toBeNaN();
  expect(x.argmax().item()).toBe(1);
});

test("a NaN derivative of the operand that where does not choose still makes its gradient NaN", () => {
  const x = tensor([0, 4], { requiresGrad: true });
  where(x.gt(0), x.sqrt(), 0).sum().backward();
  expect(x.grad?.toArray()).toEqual([Number.NaN, 0.25]);
});

test("softmax of large numbers does not overflow, and logSoftmax does not underflow", () => {
  expect(tensor([1000, 1000]).softmax(0).toArray()).toEqual([0.5, 0.5]);
  expect(tensor([1000, 0]).logSoftmax(0).toArray()).toEqual([0, -1000]);
  expect(tensor([-Infinity, -Infinity]).logsumexp(0).item()).toBe(-Infinity);
});

test("the variance of one element is NaN, and without correction 0", () => {
  expect(tensor([2]).var().item()).toBeNaN();
  expect(tensor([2]).var({ correction: 0 }).item()).toBe(0);
});

test("division of integers by 0, and integers to a negative power, are refused", () => {
  expect(() => div(arange(3), 0, { roundingMode: "floor" })).toThrow("div: integer division by zero");
  expect(() => arange(3).pow(-1)).toThrow(
    "pow: integers cannot be raised to the negative integer -1; make the base float32",
  );
});

test("floor and trunc round to their own sides", () => {
  const x = tensor([-7, 7], { dtype: "int32" });
  expect(x.div(2, { roundingMode: "floor" }).toArray()).toEqual([-4, 3]);
  expect(x.div(2, { roundingMode: "trunc" }).toArray()).toEqual([-3, 3]);
});

test("cat skips tensors of shape [0]", () => {
  expect(cat([tensor([]), tensor([[1, 2]])]).shape).toEqual([1, 2]);
});
