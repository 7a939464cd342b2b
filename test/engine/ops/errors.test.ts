/** The messages of errors. */

import {
  type Arguments,
  add,
  arange,
  cat,
  crossEntropy,
  DTypeError,
  gather,
  linear,
  matmul,
  nllLoss,
  operators,
  ShapeError,
  stack,
  tensor,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";

const f64 = (shape: number[]) => zeros(shape, { dtype: "float64" });

describe("shapes", () => {
  test.each([
    [
      () => matmul(zeros([128, 64]), zeros([128, 10])),
      "matmul: inner sizes must agree ([m, k] @ [k, n]), but got [128, 64] and [128, 10]",
    ],
    [
      () => add(zeros([2, 3]), zeros([2])),
      "add: shapes must broadcast (equal or 1, aligned at the end), but got [2, 3] and [2]",
    ],
    [
      () => zeros([2, 3]).reshape([4, 2]),
      "reshape: the number of elements must stay the same, but got [2, 3] and [4, 2]",
    ],
    [
      () => zeros([2, 3]).reshape([4, -1]),
      "reshape: -1 must have one answer for 6 elements, but got [2, 3] and [4, -1]",
    ],
    [() => zeros([2]).expand([3]), "expand: only dimensions of size 1 can be repeated, but got [2] and [3]"],
    [
      () => cat([zeros([2, 2]), zeros([2, 3])]),
      "cat: all sizes but that of dim 0 must agree, but got [2, 2] and [2, 3]",
    ],
    [() => stack([zeros([2]), zeros([3])]), "stack: all shapes must be equal, but got [2] and [3]"],
    [
      () => linear(zeros([2, 3]), zeros([4, 5])),
      "linear: the input's last size must be the weight's ([…, in] and [out, in]), but got [2, 3] and [4, 5]",
    ],
    [() => zeros([5]).split([2, 2]), "split: the sizes [2, 2] must add up to the 5 of dim 0, but got [5]"],
    [
      () => crossEntropy(zeros([2, 3]), zeros([3], { dtype: "int32" })),
      "crossEntropy: the target must have the shape of the input without its classes, [2], but got [2, 3] and [3]",
    ],
  ])("%s", (f, text) => {
    expect(f).toThrow(ShapeError);
    expect(f).toThrow(text);
  });
});

describe("dtypes", () => {
  test.each([
    [() => matmul(zeros([2, 2]), f64([2, 2])), "matmul: all operands must have one dtype, but got float32 and float64"],
    [() => arange(3).mean(), "mean: expected a float tensor, but got int64"],
    [
      () => gather(zeros([2, 2]), 0, zeros([2, 2])),
      "gather: expected an int64 or int32 tensor of indices, but got float32",
    ],
    [
      () => tensor([true]).sub(tensor([true])),
      "sub: expected numbers (use ne for two bool tensors), but got bool and bool",
    ],
    [
      () => nllLoss(zeros([2, 3]), zeros([2])),
      "nllLoss: the target must be int64 or int32 class indices, but got float32",
    ],
    [
      () => add("1" as never, tensor([1])),
      'add: input must be a number, a BigInt, a tensor, a complex number { re, im } or a boolean, but got "1"',
    ],
    [() => zeros([1]).where(zeros([1]), 0), "where: the condition must be bool, but got float32"],
    [() => arange(2).add_(0.5), "add_: a float result cannot be stored in place, but got int64"],
  ])("%s", (f, text) => {
    expect(f).toThrow(DTypeError);
    expect(f).toThrow(text);
  });
});

describe("dimensions and indices", () => {
  test.each([
    [() => zeros([2]).sum(1), "sum: dim must be an integer in [-1, 0], but got 1"],
    [() => zeros([2, 2]).sum([0, -2]), "sum: dims must differ from each other, but got [0,-2]"],
    [() => zeros([2]).select(0, 2), "select: index 2 is out of range for dimension 0 of size 2"],
    [() => zeros([3]).narrow(0, 2, 2), "narrow: start 2 and length 2 must lie inside dimension 0 of size 3"],
    [
      () => zeros([3]).indexSelect(0, tensor([3], { dtype: "int32" })),
      "indexSelect: index 3 is out of range for dimension 0 of size 3",
    ],
    [() => zeros([2, 2]).permute([0, 0]), "permute: dims must name each of the 2 dimensions once, but got [0, 0]"],
    [() => zeros([2]).at(0, 0), "at: 2 indices are too many for the dimensions of [2]"],
    [
      () => crossEntropy(zeros([1, 3]), tensor([3], { dtype: "int32" })),
      "crossEntropy: targets must lie in [0, 2], but got 3",
    ],
  ])("%s", (f, text) => {
    expect(f).toThrow(text);
  });
});

describe("calls by name", () => {
  test("take PyTorch's names", () => {
    const y = operators.get("sum")?.callByName({ input: tensor([[1, 2]]), dim: 1, keepdim: true });
    expect((y as { toArray(): unknown }).toArray()).toEqual([[3]]);
  });
  test("an unknown name raises an error that lists the names", () => {
    expect(() => operators.get("sum")?.callByName({ input: zeros([1]), axis: 1 })).toThrow(
      'sum: no parameter is called "axis"; it has input, dim, keepdim, dtype',
    );
    expect(() => operators.get("matmul")?.callByName({ input: zeros([1]) })).toThrow(
      'matmul: the parameter "other" has no default and was not given',
    );
  });
  test("take the other names of PyTorch's documentation, and input for any first parameter", () => {
    const x = zeros([2, 3]);
    const call = (name: string, args: Arguments): unknown => operators.get(name)?.callByName(args);
    for (const args of [
      { input: x, size: [6] },
      { input: x, shape: [6] },
      { self: x, size: [-1] },
    ])
      expect(call("view", args)).toMatchObject({ shape: [6] });
    expect(call("cat", { input: [x, x] })).toMatchObject({ shape: [4, 3] });
    expect(call("split", { tensor: x, splitSizeOrSections: 1 })).toHaveLength(2);
  });
  test("list parameters with their defaults", () => {
    expect(operators.get("transpose")?.parameters.map((p) => p.name)).toEqual(["input", "dim0", "dim1"]);
    expect(operators.get("sum")?.parameters[2]).toEqual({
      name: "keepdim",
      aliases: [],
      required: false,
      default: false,
    });
    expect(operators.get("crossEntropy")?.torch).toBe("nn.functional.cross_entropy");
  });
});
