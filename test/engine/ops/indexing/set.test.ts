/** Views, assignment and iteration: what random indices do not show. */
import { arange, func, noGrad, ones, slice, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const grid = (): Tensor => arange(6).reshape([2, 3]);

describe("at", () => {
  test("returns views for integers, slices and new dimensions, also backwards", () => {
    const x = zeros([3, 4]);
    x.at(0).fill_(1);
    x.at("1:, ::-2").copy_(tensor([5, 6]));
    x.at(null, -1, "0").fill_(9);
    x.at("::-1").at(":, 2").at(slice(0, 1)).fill_(7);
    expect(x.toArray()).toEqual([
      [1, 1, 1, 1],
      [0, 6, 0, 5],
      [9, 6, 7, 5],
    ]);
    expect(x.at("::-1, ::-1").strides).toEqual([-4, -1]);
  });

  test("returns copies for masks and index tensors", () => {
    const x = grid();
    x.at([0]).zero_();
    x.at(x.gt(1)).zero_();
    expect(x.toArray()).toEqual(grid().toArray());
  });

  test("a view that runs backwards works in place on the tape, and is an operand like others", () => {
    const w = tensor([1, 2, 3, 4], { requiresGrad: true });
    const x = w.mul(1);
    x.at("::-1").mul_(tensor([1, 10, 100, 1000]));
    x.sum().backward();
    expect(w.grad?.toArray()).toEqual([1000, 100, 10, 1]);
    const y = arange(20).reshape([4, 5]);
    expect(y.at("::-1").matmul(y.at("::-1").t()).toArray()).toEqual(
      y
        .at([3, 2, 1, 0])
        .matmul(y.at([3, 2, 1, 0]).t())
        .toArray(),
    );
    expect(y.at("::-1, ::-1").reshape([20]).toArray()).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
  });

  test("an integer tensor without dimensions is an integer, and a view", () => {
    const x = grid();
    x.at(tensor(1, { dtype: "int32" })).zero_();
    expect(x.toArray()).toEqual([
      [0, 1, 2],
      [0, 0, 0],
    ]);
  });

  test("inside vmap an index may be batched, also beside others that a range separates", () => {
    const x = arange(12).reshape([3, 4]);
    const rows = tensor([2, 0], { dtype: "int32" });
    expect(
      func
        .vmap((i: Tensor) => x.at(i))(rows)
        .toArray(),
    ).toEqual(x.at(rows).toArray());
    const batch = arange(48).reshape([2, 2, 3, 4]);
    const f = (y: Tensor): Tensor => y.at([1, 0], ":", [3, 2]);
    expect(func.vmap(f)(batch).toArray()).toEqual([f(batch.at(0)).toArray(), f(batch.at(1)).toArray()]);
  });
});

describe("errors", () => {
  const x = grid();
  test.each<[f: () => unknown, message: string]>([
    [() => x.at(":, 3"), 'at: index 3 (character 4 of ":, 3") is out of range for dimension 1 of size 3'],
    [() => x.at(2), "at: index 2 is out of range for dimension 0 of size 2"],
    [() => x.at(0, [1, -4]), "at: index -4 is out of range for dimension 1 of size 3"],
    [() => x.at("1:2a"), 'at: unexpected a; a variable is inserted as in `${a}:`, at character 4 of "1:2a"'],
    [() => x.at(":", "0, :;"), 'at: unexpected ";", at character 5 of "0, :;"'],
    [() => x.at("::0"), 'at: a step must not be 0, at character 3 of "::0"'],
    [() => x.at("1:2:3:4"), 'at: a range has at most two colons, start:stop:step, at character 6 of "1:2:3:4"'],
    [() => x.at(""), 'at: an entry is missing; ":" is a whole dimension, at character 1 of ""'],
    [() => x.at(":,,0"), 'at: an entry is missing; ":" is a whole dimension, at character 3 of ":,,0"'],
    [() => x.at("1.5"), 'at: 1.5 is no integer, at character 1 of "1.5"'],
    [() => x.at("1:-"), 'at: a number is missing, at character 4 of "1:-"'],
    [() => x.at("None, 0"), 'at: write null for a new dimension, not None, at character 1 of "None, 0"'],
    [() => x.at("..., ..."), 'at: only one "..." may stand in an index, at character 6 of "..., ..."'],
    [() => x.at("...", "..."), 'at: only one "..." may stand in an index'],
    [() => x.at(0, 0, 0), "at: 3 indices are too many for the dimensions of [2, 3]"],
    [() => x.at(0.5), "at: an index must be an integer, but got 0.5"],
    [() => x.at([0, 0.5]), "at: an array of indices must hold integers or booleans, but got 0.5"],
    [() => x.at(slice(0.5, 1)), "at: a range must have integer bounds, but got 0.5"],
    [() => x.at(ones([2])), 'at: index tensors must hold integers or be bool masks, but got float32; x.to("int64")'],
    [
      () => x.at(":", tensor([true, false])),
      "at: a mask must have the sizes of the dimensions that it selects from; dimension 1 has size 3, and the mask 2",
    ],
    [() => x.set([0], [1, 2]), "set: the value must broadcast to the shape of the result (the value, result)"],
    [() => x.set([":, 3"], 0), 'set: index 3 (character 4 of ":, 3") is out of range for dimension 1 of size 3'],
    [() => ones([2], { requiresGrad: true }).set([0], 1), "set: a view of a leaf that requires a gradient"],
    [() => ones([2], { requiresGrad: true }).set([[0]], 1), "set: a leaf that requires a gradient"],
    [
      () =>
        ones([1])
          .expand([2])
          .set([[0]], 1),
      "set: an expanded tensor shares elements",
    ],
  ])("%s", (f, message) => {
    expect(f).toThrow(message);
  });

  test("an index out of range changes nothing", () => {
    const y = zeros([3]);
    expect(() => y.set([[0, 1, 5]], 1)).toThrow("out of range");
    expect(y.toArray()).toEqual([0, 0, 0]);
  });
});

describe("set", () => {
  test("takes numbers, booleans, nested arrays and tensors of other dtypes", () => {
    const x = zeros([2, 2], { dtype: "int32" });
    x.set([0], [1.9, 2])
      .set([1, 0], true)
      .set([":", 1], tensor([[7.5, 8]]));
    expect(x.toArray()).toEqual([
      [1, 7],
      [1, 8],
    ]);
    expect(
      zeros([2], { dtype: "bool" })
        .set([[1]], 5)
        .toArray(),
    ).toEqual([false, true]);
  });

  test("reads the value before it writes", () => {
    const x = arange(5);
    expect(x.set(["1:"], x.at(":-1")).toArray()).toEqual([0, 0, 1, 2, 3]);
    expect(x.set(["::-1"], x).toArray()).toEqual([3, 2, 1, 0, 0]);
    expect(x.set([[1, 0]], x.at(":2")).toArray()).toEqual([2, 3, 1, 0, 0]);
  });

  test("a value requires a gradient of a tensor that did not", () => {
    const v = tensor([2, 3], { requiresGrad: true });
    const x = zeros([2, 2]).set([":, 1"], v);
    x.pow(2).sum().backward();
    expect(v.grad?.toArray()).toEqual([4, 6]);
    const y = zeros([3]).set([tensor([true, false, true])], v);
    y.pow(2).sum().backward();
    expect(v.grad?.toArray()).toEqual([8, 12]);
  });

  test("of several values for one element, the last remains and gets the gradient, also of second order", () => {
    const v = tensor([2, 3, 4], { requiresGrad: true });
    const x = zeros([2]).set([[1, 1, 0]], v.pow(2));
    expect(x.toArray()).toEqual([16, 9]);
    x.pow(2).sum().backward();
    expect(v.grad?.toArray()).toEqual([0, 108, 256]);
    const f = (z: Tensor): Tensor =>
      zeros([2])
        .set([[1, 1, 0]], z.pow(2))
        .pow(2)
        .sum();
    expect(func.hessian(f)(v.detach()).toArray()).toEqual([
      [0, 0, 0],
      [0, 108, 0],
      [0, 0, 192],
    ]);
    const [, tangent] = func.jvp(f, [v.detach()], [tensor([1, 1, 1])]);
    expect(tangent.item()).toBe(364);
  });

  test("a saved tensor that was changed is an error of backward, which names set", () => {
    for (const key of [0, [0]]) {
      const w = ones([2], { requiresGrad: true });
      const x = w.mul(1);
      const y = x.pow(2).sum();
      x.set([key], 3);
      expect(() => y.backward()).toThrow("set");
    }
  });

  test("changes a leaf inside noGrad", () => {
    const w = ones([3], { requiresGrad: true });
    noGrad(() => w.set([0], 5).set([[2]], 6));
    expect(w.toArray()).toEqual([5, 1, 6]);
  });
});

describe("iteration", () => {
  test("for … of, destructuring and spread give views of the rows, which are on the tape", () => {
    const w = tensor(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      { requiresGrad: true },
    );
    const [q, k] = w;
    q.mul(k).sum().backward();
    expect(w.grad?.toArray()).toEqual([
      [3, 4],
      [1, 2],
      [0, 0],
    ]);
    expect([...w].map((row) => row.sum().item())).toEqual([3, 7, 11]);
    const x = grid();
    for (const row of x) row.fill_(9);
    expect(x.sum().item()).toBe(54);
    expect([...zeros([0, 2])]).toEqual([]);
  });

  test("takes the rows once, when the first is read", () => {
    const w = ones([3], { requiresGrad: true });
    const rows = w[Symbol.iterator]();
    const [a, b] = [rows.next().value, rows.next().value];
    expect(a?.gradFn).toBe(b?.gradFn);
  });

  test("length is the size of the first dimension", () => {
    expect([grid().length, zeros([0]).length]).toEqual([2, 0]);
  });

  test("a 0-d tensor has neither", () => {
    expect(() => [...tensor(5)]).toThrow("iteration over the elements of a 0-d tensor; x.item() returns its number");
    expect(() => tensor(5).length).toThrow("length of a 0-d tensor");
  });
});
