import { arange, gather, type Index, maskedSelect, ones, scatterAdd, slice, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const x = arange(24).reshape([2, 3, 4]);
const at = (...i: number[]): ReturnType<typeof tensor> => tensor(i, { dtype: "int32" });

describe("index", () => {
  test.each([
    ["an integer", x.at(1), [3, 4], 12],
    ["two integers", x.at(1, -1), [4], 20],
    ["a range", x.at(slice(), slice(1, 3)), [2, 2, 4], 4],
    ["a range with a step", x.at("...", slice(0, 4, 2)), [2, 3, 2], 0],
    ["a new axis", x.at(null, 0), [1, 3, 4], 0],
    ["an ellipsis", x.at("...", 3), [2, 3], 3],
    ["an index tensor", x.at(slice(), at(2, 0)), [2, 2, 4], 8],
    ["two index tensors", x.at(at(0, 1), at(2, 0)), [2, 4], 8],
    ["index tensors apart", x.at(at(1), slice(), at(2)), [1, 3], 14],
    ["a list", x.at([1, 1, 0]), [3, 3, 4], 12],
    ["a mask", x.at(tensor([false, true])), [1, 3, 4], 12],
  ])("takes %s", (_name, y, shape, first) => {
    expect(y.shape).toEqual(shape);
    expect(y.toTypedArray()[0]).toBe(first);
  });

  test("adds up the gradients of elements that are picked twice", () => {
    const w = tensor([1, 2, 3], { requiresGrad: true });
    w.at(at(0, 2, 0))
      .sum()
      .backward();
    expect(w.grad?.toArray()).toEqual([2, 0, 1]);
  });
});

/** PyTorch's shape and elements of `arange(6).view(2, 3)[…]`. */
test.each<[indices: Index[], shape: number[], elements: number[]]>([
  [[true], [1, 2, 3], [0, 1, 2, 3, 4, 5]],
  [[false], [0, 2, 3], []],
  [
    [true, true],
    [1, 2, 3],
    [0, 1, 2, 3, 4, 5],
  ],
  [[true, false], [0, 2, 3], []],
  [
    [true, 0],
    [1, 3],
    [0, 1, 2],
  ],
  [
    [0, true],
    [1, 3],
    [0, 1, 2],
  ],
  [[0, true, 0], [1], [0]],
  [[0, 0, true], [1], [0]],
  [[0, 0, false], [0], []],
  [
    [slice(), true],
    [2, 1, 3],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    ["...", true],
    [2, 3, 1],
    [0, 1, 2, 3, 4, 5],
  ],
  [["...", false], [2, 3, 0], []],
  [
    [null, true],
    [1, 1, 2, 3],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [true, slice(1, null)],
    [1, 1, 3],
    [3, 4, 5],
  ],
  [
    [true, [0, 1]],
    [2, 3],
    [0, 1, 2, 3, 4, 5],
  ],
  [[[0, 1], [0, 2], true], [2], [0, 5]],
  [[[0], false], [0, 3], []],
  [
    [slice(), true, [0, 1]],
    [2, 2],
    [0, 1, 3, 4],
  ],
  [
    [true, slice(), [0, 1]],
    [2, 2],
    [0, 3, 1, 4],
  ],
  [
    [[0, 1], slice(), true],
    [2, 3],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [true, slice(), true],
    [1, 2, 3],
    [0, 1, 2, 3, 4, 5],
  ],
  [[[true, false]], [1, 3], [0, 1, 2]],
  [[[true, false], 0], [1], [0]],
  [[[false, false]], [0, 3], []],
  [
    [[true, false], true],
    [1, 3],
    [0, 1, 2],
  ],
  [[false, [true, false]], [0, 3], []],
  [
    [tensor(true), tensor(1, { dtype: "int32" })],
    [1, 3],
    [3, 4, 5],
  ],
])("booleans as an index: %j", (indices, shape, elements) => {
  const y = arange(6)
    .reshape([2, 3])
    .at(...indices);
  expect([y.shape, [...y.toTypedArray()]]).toEqual([shape, elements]);
});

test.each<[Index[], RegExp]>([
  [[false, [0, 1]], /broadcast/],
  [[[0, 1], false], /broadcast/],
  [[[true]], /mask/],
  [[[true, false, true]], /mask/],
])("booleans that fit nothing: %j", (indices, message) => {
  expect(() =>
    arange(6)
      .reshape([2, 3])
      .at(...indices),
  ).toThrow(message);
});

test("the gradient of an index by true is that of a new dimension, and false has none", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  x.at(true)
    .mul(tensor([[3, 4]]))
    .sum()
    .backward();
  x.at(false).sum().backward();
  expect(x.grad?.toArray()).toEqual([3, 4]);
  const s = tensor(5, { requiresGrad: true });
  s.at(true).sum().backward();
  expect([s.at(true).shape, s.at(false).shape, s.grad?.item()]).toEqual([[1], [0], 1]);
});

test("maskedSelect returns a vector", () => {
  expect(maskedSelect(arange(4), arange(4).gt(1)).toArray()).toEqual([2, 3]);
});

test("gather and scatterAdd take a scalar as a vector of one element", () => {
  const x = tensor(5, { requiresGrad: true });
  for (const n of [3, 20]) {
    const index = zeros([n], { dtype: "int32" });
    expect(gather(x, 0, index).toArray()).toEqual(Array(n).fill(5));
    expect(scatterAdd(x, 0, index, ones([n])).item()).toBe(5 + n);
  }
  gather(x, 0, zeros([3], { dtype: "int32" }))
    .sum()
    .backward();
  expect(x.grad?.item()).toBe(3);
});

test("an index of no elements may have any number of dimensions", () => {
  expect(gather(ones([2, 3]), 0, zeros([0], { dtype: "int32" })).shape).toEqual([0]);
  expect(scatterAdd(ones([2]), 0, zeros([0, 3], { dtype: "int32" }), ones([0, 3])).toArray()).toEqual([1, 1]);
});
