/** Ops that arrange elements: which of them are views, special numbers, dtypes, and sizes at the edge. */
import {
  adjoint,
  arange,
  atleast1d,
  atleast3d,
  blockDiag,
  cartesianProd,
  cat,
  combinations,
  diag,
  diagEmbed,
  diagonal,
  func,
  hsplit,
  meshgrid,
  movedim,
  ones,
  repeat,
  repeatInterleave,
  roll,
  sumToSize,
  Tensor,
  tensor,
  tensorSplit,
  tril,
  trilIndices,
  triu,
  triuIndices,
  unbind,
  unflatten,
  unfold,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";

describe("views share the elements of their base", () => {
  const views: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
    ["diagonal", (x) => diagonal(x, 1)],
    ["movedim", (x) => movedim(x, 0, 1)],
    ["adjoint", (x) => adjoint(x)],
    ["mH", (x) => x.mH],
    ["H", (x) => x.H],
    ["tensorSplit", (x) => tensorSplit(x, 2, 1)[1]],
    ["hsplit", (x) => hsplit(x, [1])[1]],
    ["unfold", (x) => unfold(x, 0, 2, 2)],
    ["unflatten", (x) => unflatten(x, 1, [2, -1])],
    ["broadcastTo", (x) => x.select(0, 0).broadcastTo([4])],
    ["atleast3d", (x) => atleast3d(x)],
    ["ravel", (x) => x.ravel()],
  ];
  test.for(views)("%s", ([, take]) => {
    const base = zeros([4, 4]);
    take(base).add_(1);
    expect(base.sum().item()).toBeGreaterThan(0);
  });

  test("unbind and splitWithSizes return views that may be read, and be changed in place outside of the tape", () => {
    const base = zeros([2, 2]);
    unbind(base)[1].fill_(3);
    base.splitWithSizes([1, 1], 1)[0].add_(1);
    expect(base.toArray()).toEqual([
      [1, 0],
      [4, 3],
    ]);
  });

  test("an in-place change of a diagonal is differentiated", () => {
    const x = ones([2, 2], { requiresGrad: true });
    const y = x.mul(2);
    y.diagonal().mul_(3);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([
      [6, 2],
      [2, 6],
    ]);
  });

  test("diag and repeat return copies", () => {
    const base = ones([2, 2]);
    diag(base).fill_(0);
    repeat(base, [1, 1]).fill_(0);
    expect(base.sum().item()).toBe(4);
  });
});

test("triangles select: NaN and infinities outside are dropped, with their gradients", () => {
  const x = tensor(
    [
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 2],
    ],
    { requiresGrad: true },
  );
  const [low, high] = [tril(x), triu(x)];
  expect(low.toArray()).toEqual([
    [1, 0],
    [Number.POSITIVE_INFINITY, 2],
  ]);
  expect(high.select(1, 0).toArray()).toEqual([1, 0]);
  low.backward(
    tensor([
      [1, Number.NaN],
      [1, 1],
    ]),
  );
  expect(x.grad?.toArray()).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(ones([2, 3, 3]).tril_(-1).sum().item()).toBe(6);
  expect(tril(ones([2, 0, 3])).shape).toEqual([2, 0, 3]);
  expect(triu(ones([2, 2], { dtype: "bool" }), 9).dtype).toBe("bool");
});

test("indices of triangles pick what tril and triu keep", () => {
  for (const offset of [-3, -1, 0, 2, 5]) {
    const whole = arange(1, 13).reshape(3, 4);
    const [rows, columns] = unbind(trilIndices(3, 4, offset));
    expect(whole.at(rows, columns).sum().item()).toBe(tril(whole, offset).sum().item());
    const upper = unbind(triuIndices(3, 4, { offset }));
    expect(whole.at(upper[0], upper[1]).sum().item()).toBe(triu(whole, offset).sum().item());
  }
  expect(trilIndices(0, 3).shape).toEqual([2, 0]);
});

describe("edges", () => {
  test("a diagonal outside of the matrix is empty", () => {
    expect(diagonal(ones([2, 3]), 5).shape).toEqual([0]);
    expect(diagonal(ones([2, 3]), -2).shape).toEqual([0]);
    expect(diagEmbed(zeros([0])).shape).toEqual([0, 0]);
    expect(diagEmbed(zeros([0]), 2).shape).toEqual([2, 2]);
  });
  test("scalars have windows, rolls and repeats", () => {
    expect(unfold(tensor(3), 0, 1, 1).toArray()).toEqual([3]);
    expect(adjoint(tensor(3)).add(tensor(3).mT).add(tensor(3).mH).add(tensor(3).H).item()).toBe(12);
    expect(roll(tensor(3), 4).toArray()).toBe(3);
    expect(repeatInterleave(tensor(3), 2).toArray()).toEqual([3, 3]);
    expect(atleast1d(tensor(3)).shape).toEqual([1]);
    expect(meshgrid([tensor(1), tensor([2, 3])])[0].shape).toEqual([1, 2]);
  });
  test("parts that overlap or are empty", () => {
    expect(tensorSplit(arange(3), [2, 1]).map((x) => x.toArray())).toEqual([[0, 1], [], [1, 2]]);
    expect(tensorSplit(arange(2), 3).map((x) => x.shape[0])).toEqual([1, 1, 0]);
    expect(unbind(zeros([0, 3]))).toEqual([]);
    expect(combinations(arange(2), 3).shape).toEqual([0, 3]);
    expect(combinations(arange(2), 0).shape).toEqual([0]);
    expect(blockDiag([zeros([0]), ones([1, 2])]).shape).toEqual([2, 2]);
  });
  test("dtypes are kept or promoted", () => {
    expect(blockDiag([ones([1], { dtype: "int32" }), ones([1])]).dtype).toBe("float32");
    expect(cartesianProd([arange(2), arange(2)]).dtype).toBe("int64");
    expect(sumToSize(ones([2, 2], { dtype: "float64" }), [2]).dtype).toBe("float64");
    expect(ones([2], { dtype: "bool" }).double().dtype).toBe("float64");
    expect(arange(2).float().dtype).toBe("float32");
  });
  test("vmap over unbind, and lists of repeats", () => {
    const rows = func.vmap((x: Tensor) => unbind(x)[1])(arange(6).reshape(3, 2));
    expect(rows.toArray()).toEqual([1, 3, 5]);
    expect(repeatInterleave(tensor([[1, 2]]), [0, 2], 1).toArray()).toEqual([[2, 2]]);
  });
});

describe("errors name the op", () => {
  const refused: readonly (readonly [string, () => unknown])[] = [
    ["meshgrid", () => meshgrid([arange(2), ones([2])])],
    ["hsplit", () => hsplit(ones([3, 5]), 2)],
    ["tensorSplit", () => tensorSplit(arange(3), 0)],
    ["unflatten", () => unflatten(ones([6]), 0, [4, -1])],
    [
      "viewAs",
      () =>
        ones([2, 3])
          .t()
          .viewAs(ones([6])),
    ],
    ["repeat", () => repeat(ones([2, 2]), [2])],
    ["repeatInterleave", () => repeatInterleave(arange(2), [1, -1])],
    ["unfold", () => unfold(arange(2), 0, 3, 1)],
    ["diagonal", () => diagonal(ones([2, 2]), 0, 1, -1)],
    ["H", () => ones([2, 2, 2]).H],
    ["mT", () => ones([2]).mT],
  ];
  test.for(refused)("%s", ([name, run]) => {
    expect(run).toThrow(new RegExp(`^${name}: `));
  });
});

test("repeats alone are the numbers of times of each index, and no blocks give an empty row", () => {
  const counts = tensor([2, 0, 1], { dtype: "int32" });
  expect(repeatInterleave(counts).toArray()).toEqual([0, 0, 2]);
  expect(repeatInterleave(counts, { outputSize: 3 }).dtype).toBe("int32");
  expect(() => repeatInterleave(counts.reshape([1, 3]))).toThrow(/^repeatInterleave: without repeats/);
  expect(blockDiag([]).shape).toEqual([1, 0]);
});

test("cat skips tensors of shape [0] and gives them a gradient, as PyTorch does", () => {
  const w = ones([3], { requiresGrad: true });
  for (const other of [ones([2]), ones([2, 3])]) {
    const joined = cat([w.maskedSelect(w.gt(1)), other]);
    expect(joined.shape).toEqual(other.shape);
    joined.sum().backward();
    expect(w.grad?.toArray()).toEqual([0, 0, 0]);
    w.grad = null;
  }
  expect(cat([zeros([0]), ones([2])]).requiresGrad).toBe(false);
});
