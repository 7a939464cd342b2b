/** The types of public functions are those of the values that they return. The compiler checks the types, and the tests the values. */
import { autograd, F, func, type NestedArray, nn, ones, rand, randn, Tensor, tensor, where, zeros } from "tapelab";
import { describe, expect, expectTypeOf, test } from "vitest";

const leaf = (): Tensor => tensor([1, 2], { requiresGrad: true });

describe("autograd.grad returns the structure of its inputs", () => {
  test("one tensor gives a tuple of one", () => {
    const x = leaf();
    const grads = autograd.grad(x.mul(x).sum(), x);
    expectTypeOf(grads).toEqualTypeOf<[Tensor]>();
    const [dx] = grads;
    expectTypeOf(dx).toEqualTypeOf<Tensor>();
    expect(dx.toArray()).toEqual([2, 4]);
  });
  test("a tuple gives a tuple, and an array an array", () => {
    const [x, w] = [leaf(), leaf()];
    const [dx, dw] = autograd.grad(x.mul(w).sum(), [x, w]);
    expectTypeOf(dx).toEqualTypeOf<Tensor>();
    expectTypeOf(dw).toEqualTypeOf<Tensor>();
    const list: Tensor[] = [x, w];
    expectTypeOf(autograd.grad(x.mul(w).sum(), list)).toEqualTypeOf<Tensor[]>();
    expectTypeOf(autograd.grad(x.mul(w).sum(), new nn.Linear(1, 1).parameters(), { allowUnused: true })).toEqualTypeOf<
      (Tensor | null)[]
    >();
  });
  test("a record gives a record", () => {
    const [x, w] = [leaf(), leaf()];
    const { a, b } = autograd.grad(x.mul(w).sum(), { a: x, b: w });
    expectTypeOf(a).toEqualTypeOf<Tensor>();
    expectTypeOf(b).toEqualTypeOf<Tensor>();
  });
  test("unused inputs give null only with allowUnused", () => {
    const [x, w] = [leaf(), leaf()];
    const [dx, dw] = autograd.grad(x.sum(), [x, w], { allowUnused: true });
    expectTypeOf(dx).toEqualTypeOf<Tensor | null>();
    expect(dw).toBe(null);
    const [zx] = autograd.grad(x.sum(), w, { materializeGrads: true });
    expectTypeOf(zx).toEqualTypeOf<Tensor>();
    expect(zx.toArray()).toEqual([0, 0]);
  });
  test("an edge of the graph is accepted as an input", () => {
    const x = leaf();
    const [dx] = autograd.grad(x.mul(3).sum(), autograd.getGradientEdge(x));
    expectTypeOf(dx).toEqualTypeOf<Tensor>();
  });
});

describe("transforms", () => {
  const f = (x: Tensor, w: Tensor): Tensor => x.mul(w).sum();
  const [x, w] = [tensor([1, 2]), tensor([3, 4])];
  test("grad and valueAndGrad", () => {
    expectTypeOf(func.grad(f)(x, w)).toEqualTypeOf<Tensor>();
    expectTypeOf(func.grad(f, { argnums: 1 })(x, w)).toEqualTypeOf<Tensor>();
    expectTypeOf(func.grad(f, { argnums: -1 })(x, w)).toEqualTypeOf<Tensor>();
    const [dx, dw] = func.grad(f, { argnums: [0, 1] })(x, w);
    expectTypeOf(dx).toEqualTypeOf<Tensor>();
    expectTypeOf(dw).toEqualTypeOf<Tensor>();
    const [value, slope] = func.valueAndGrad(f)(x, w);
    expectTypeOf(value).toEqualTypeOf<Tensor>();
    expectTypeOf(slope).toEqualTypeOf<Tensor>();
    const { a } = func.grad((p: { a: Tensor }) => p.a.sum())({ a: x });
    expectTypeOf(a).toEqualTypeOf<Tensor>();
  });
  test("vjp, jvp, linearize", () => {
    const [y, pull] = func.vjp(f, x, w);
    expectTypeOf(y).toEqualTypeOf<Tensor>();
    const [dx, dw] = pull(tensor(1));
    expectTypeOf(dx).toEqualTypeOf<Tensor>();
    expectTypeOf(dw).toEqualTypeOf<Tensor>();
    const [v, dv] = func.jvp(f, [x, w], [x, w]);
    expectTypeOf(v).toEqualTypeOf<Tensor>();
    expectTypeOf(dv).toEqualTypeOf<Tensor>();
    const [, push] = func.linearize(f, x, w);
    expectTypeOf(push(x, w)).toEqualTypeOf<Tensor>();
  });
  test("Jacobians and Hessians", () => {
    const g = (t: Tensor): Tensor => t.pow(3);
    expectTypeOf(func.jacrev(g)(x)).toEqualTypeOf<Tensor>();
    expectTypeOf(func.jacfwd(g)(x)).toEqualTypeOf<Tensor>();
    expectTypeOf(func.hessian((t: Tensor) => t.pow(3).sum())(x)).toEqualTypeOf<Tensor>();
    const [a, b] = func.jacrev(f, { argnums: [0, 1] })(x, w);
    expectTypeOf(a).toEqualTypeOf<Tensor>();
    expectTypeOf(b).toEqualTypeOf<Tensor>();
    const [, hv] = func.hvp((t: Tensor) => t.pow(3).sum(), [x], [x]);
    expectTypeOf(hv[0]).toEqualTypeOf<Tensor>();
  });
  test("vmap and functionalCall", () => {
    expectTypeOf(func.vmap((t: Tensor) => t.sum())(ones([2, 3]))).toEqualTypeOf<Tensor>();
    const model = new nn.Linear(2, 1);
    expectTypeOf(func.functionalCall(model, model.stateDict(), ones([1, 2]))).toEqualTypeOf<Tensor>();
  });
  test("GradientTape", () => {
    const tape = new autograd.GradientTape({ persistent: true });
    const y = tape.record(() => {
      tape.watch([x, w]);
      return x.mul(w).sum();
    });
    expectTypeOf(tape.gradient(y, x)).toEqualTypeOf<Tensor | null>();
    expectTypeOf(tape.gradient(y, x, { unconnectedGradients: "zero" })).toEqualTypeOf<Tensor>();
    const [dx, dw] = tape.gradient(y, [x, w], { unconnectedGradients: "zero" });
    expectTypeOf(dx).toEqualTypeOf<Tensor>();
    expectTypeOf(dw).toEqualTypeOf<Tensor>();
    const { a } = tape.gradient(y, { a: x });
    expectTypeOf(a).toEqualTypeOf<Tensor | null>();
    expect(dw.toArray()).toEqual([1, 2]);
  });
});

describe("calls that the types allow run", () => {
  const x = (): Tensor =>
    tensor([
      [1, 5, 2],
      [4, 0, 6],
    ]);
  test("max and min in all overloads", () => {
    const { values, indices } = x().max({ dim: 1 });
    expect([values.toArray(), indices.toArray()]).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expectTypeOf(x().max({ dim: 1, keepdim: true }).values).toEqualTypeOf<Tensor>();
    expectTypeOf(x().max()).toEqualTypeOf<Tensor>();
    expectTypeOf(x().max({})).toEqualTypeOf<Tensor>();
    expectTypeOf(x().max({ other: x() })).toEqualTypeOf<Tensor>();
    expect(x().min(1, true).values.toArray()).toEqual([[1], [0]]);
    expect(x().min({ dim: 0 }).indices.toArray()).toEqual([0, 1, 0]);
  });
  test("keepdim is positional, as in PyTorch", () => {
    const t = x();
    for (const name of ["sum", "mean", "amax", "amin", "argmax", "argmin", "logsumexp"] as const)
      expect(t[name](1, true).toArray(), name).toEqual(t[name](1, { keepdim: true }).toArray());
    expect(t.sum(1, true).shape).toEqual([2, 1]);
    expect(t.var(1, false).toArray()).toEqual(t.var({ dim: 1, correction: 0 }).toArray());
    expect(t.std(1, true, true).shape).toEqual([2, 1]);
  });
  test("in-place methods accept numbers and options", () => {
    expect(tensor([1, 2]).add_(1).sub_(1).mul_(2).div_(2).pow_(2).toArray()).toEqual([1, 4]);
    expect(
      tensor([1, 2])
        .add_(tensor([1, 1]), { alpha: -0.5 })
        .toArray(),
    ).toEqual([0.5, 1.5]);
    expect(tensor([1, 2]).sub_(2, { alpha: 3 }).toArray()).toEqual([-5, -4]);
    expect(tensor([5, 7]).div_(2, { roundingMode: "floor" }).toArray()).toEqual([2, 3]);
    expect(tensor([-1, 0.5, 3]).clamp_(0, 1).toArray()).toEqual([0, 0.5, 1]);
    expect(tensor([-1, 0.5, 3]).clamp_({ min: 0 }).toArray()).toEqual([0, 0.5, 3]);
    expect(tensor([1, 2]).copy_(3).toArray()).toEqual([3, 3]);
    expect(tensor([1, 2]).fill_(tensor(4)).toArray()).toEqual([4, 4]);
  });
  test("alpha scales the gradient of the operand of an in-place addition", () => {
    for (const n of [4, 20]) {
      const w = ones([n], { requiresGrad: true });
      zeros([n]).add_(w, { alpha: 3 }).sum().backward();
      expect(w.grad?.toArray()).toEqual(new Array(n).fill(3));
    }
  });
  test("sizes and dimensions are accepted one by one and in an array", () => {
    const t = x();
    expect(t.reshape(3, 2).shape).toEqual([3, 2]);
    expect(t.reshape([3, 2]).shape).toEqual([3, 2]);
    expect(t.reshape(-1).shape).toEqual([6]);
    expect(t.view(-1).shape).toEqual([6]);
    expect(tensor([5]).reshape().shape).toEqual([]);
    expect(t.permute(1, 0).shape).toEqual([3, 2]);
    expect(t.expand(2, -1, 3).shape).toEqual([2, 2, 3]);
    for (const make of [zeros, ones, rand, randn]) {
      expect(make(2, 3).shape).toEqual([2, 3]);
      expect(make([2, 3]).shape).toEqual([2, 3]);
      expect(make(2, 3, { dtype: "float64" }).dtype).toBe("float64");
      expect(make(3, { requiresGrad: true }).requiresGrad).toBe(true);
      expect(make([]).shape).toEqual([]);
    }
  });
  test("operands may be numbers", () => {
    expect(where(tensor([true, false]), 1, 0).toArray()).toEqual([1, 0]);
    expect(
      tensor([1, 2])
        .where(tensor([true, false]), 0)
        .toArray(),
    ).toEqual([1, 0]);
    expect(F.linear(ones([1, 2]), ones([1, 2]), ones([1])).toArray()).toEqual([[3]]);
  });
});

test("gradFn is a node of the graph", () => {
  const y = leaf().exp();
  expectTypeOf(y.gradFn).toEqualTypeOf<autograd.Node | null>();
  expectTypeOf(y.gradFn?.registerHook).toEqualTypeOf<autograd.Node["registerHook"] | undefined>();
  expect(y.gradFn).toBeInstanceOf(autograd.Node);
});

describe("elements as arrays", () => {
  test("toArray and tolist have the type of their type argument", () => {
    const t = tensor([
      [1, 2],
      [3, 4],
    ]);
    const rows = t.toArray<number[][]>();
    expectTypeOf(rows).toEqualTypeOf<number[][]>();
    expect(rows[1][0]).toBe(3);
    const annotated: number[][] = t.toArray();
    expect(annotated).toEqual(rows);
    expectTypeOf(t.tolist<number[][]>()).toEqualTypeOf<number[][]>();
    expect(t.tolist()).toEqual(rows);
    expectTypeOf(ones([2]).toArray()).toEqualTypeOf<NestedArray>();
  });
});
