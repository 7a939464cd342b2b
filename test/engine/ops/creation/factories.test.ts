/** Functions that create tensors: strides, dtypes of others, ranges of integers, and methods that describe tensors. */
import {
  asTensor,
  broadcastShapes,
  emptyPermuted,
  emptyStrided,
  isNonzero,
  isTensor,
  logspace,
  operators,
  randintLike,
  range,
  scalarTensor,
  tensor,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";

test("strides are as asked for, and the storage is the smallest that holds them", () => {
  const x = emptyStrided([2, 3], [1, 4]);
  expect([x.strides, x.storage.length]).toEqual([[1, 4], 10]);
  expect(emptyPermuted([2, 3, 5], [2, 0, 1]).strides).toEqual([3, 1, 6]);
  expect(emptyStrided([2, 0], [1, 1]).storage.length).toBe(0);
  expect(() => emptyStrided([2], [1, 1])).toThrow(/^emptyStrided: strides/);
  expect(() => emptyPermuted([2, 3], [0, 0])).toThrow(/^emptyPermuted: physicalLayout/);
});

test("ranges of integers begin and step by integers", () => {
  expect(logspace(0, 3.9, 4, 2, { dtype: "int64" }).toArray()).toEqual([1, 2, 4, 8]);
  expect(range(0.7, 5.9, 2.5, { dtype: "int64" }).toArray()).toEqual([0, 2, 4]);
  expect(operators.get("arange")?.callByName({ start: 0.7, end: 2.9, dtype: "int64" })).toMatchObject({ shape: [2] });
  expect(operators.get("linspace")?.callByName({ start: -2, end: 4.3, steps: 5, dtype: "int64" })).toMatchObject({
    dtype: "int64",
  });
});

describe("methods that create tensors", () => {
  const x = zeros([2], { dtype: "float64" });
  test("keep the dtype unless another is given", () => {
    expect(x.newTensor([1]).dtype).toBe("float64");
    expect(x.newZeros(2, 3).dtype).toBe("float64");
    expect(x.newOnes([2], { dtype: "bool" }).toArray()).toEqual([true, true]);
    expect(x.newFull([2], 7).toArray()).toEqual([7, 7]);
    expect(x.newEmptyStrided([2, 2], [1, 2]).strides).toEqual([1, 2]);
  });
  test("take the ends of ranges as PyTorch does", () => {
    expect(new Set(randintLike(zeros([50]), 2).toArray<number[]>())).toEqual(new Set([0, 1]));
    expect(() => randintLike(x, 3, 3)).toThrow(/^randintLike: /);
  });
});

test("asTensor returns the tensor itself if nothing has to change", () => {
  const x = tensor([1, 2]);
  expect(asTensor(x)).toBe(x);
  expect(asTensor(x, { dtype: "float64" }).dtype).toBe("float64");
  expect(scalarTensor(3).shape).toEqual([]);
});

test("facts about tensors", () => {
  const x = zeros([2, 3], { dtype: "int16" }).t();
  expect([x.elementSize(), x.itemsize, x.nelement(), x.ndimension()]).toEqual([2, 2, 6, 2]);
  expect([x.stride(), x.stride(0), x.storageOffset(), x.dimOrder()]).toEqual([[1, 3], 1, 0, [1, 0]]);
  expect([x.isFloatingPoint(), x.isSigned(), zeros([1], { dtype: "uint8" }).isSigned()]).toEqual([false, true, false]);
  expect([isTensor(x), isTensor([1]), isNonzero(tensor([0.5]))]).toEqual([true, false, true]);
  expect(() => isNonzero(x)).toThrow(/^isNonzero: /);
  expect(broadcastShapes([2, 1], [3], [])).toEqual([2, 3]);
  expect(() => broadcastShapes([2], [3])).toThrow(/^broadcastShapes: /);
});
