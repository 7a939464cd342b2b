/** A second backward, which accumulates in an existing gradient. The expected values are PyTorch's. */
import "../../../support/poison.ts";
import { autograd, type DType, full, inferenceMode, nn, ones, optim, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { sweep } from "../../../../engine/src/tensor/storage/memory.ts";

const elements = (t: Tensor | null): number[] => [...(t as Tensor).toTypedArray()];
const gradOf = (t: Tensor): Tensor => t.grad as Tensor;
const formats: readonly (readonly [number, DType])[] = [
  [3, "float32"],
  [100, "float32"],
  [3, "float64"],
  [100, "float64"],
];

describe.each(formats)("%i elements of %s", (n, dtype) => {
  const leaf = (): Tensor => ones([n], { dtype, requiresGrad: true });
  const all = (value: number): number[] => new Array<number>(n).fill(value);

  test("changes the gradient that was read in place, and with it its views", () => {
    const x = leaf();
    x.mul(2).sum().backward();
    const g = gradOf(x);
    const view = g.narrow(0, 1, 2);
    const before = g.version;
    x.mul(3).sum().backward();
    expect(x.grad, "one object").toBe(g);
    expect(elements(g)).toEqual(all(5));
    expect(elements(view)).toEqual([5, 5]);
    expect(g.version - before, "a change of its elements is counted once").toBe(1);
  });
  test("replaces the gradient by a new tensor if the walk is recorded, and else adds to it", () => {
    const x = leaf();
    x.mul(x).sum().backward(null, { createGraph: true });
    const g = gradOf(x);
    x.mul(x).sum().backward(null, { createGraph: true });
    expect(x.grad === g, "one object").toBe(false);
    expect(elements(g)).toEqual(all(2));
    const sum = gradOf(x);
    x.mul(x).sum().backward();
    expect(x.grad === sum, "one object").toBe(true);
    expect(sum.requiresGrad).toBe(true);
    expect(elements(sum)).toEqual(all(6));
  });
  test("adds to a gradient that the program has set, for any strides", () => {
    const [x, y] = [leaf(), leaf()];
    const both = zeros([2 * n], { dtype });
    x.grad = both.narrow(0, 0, n);
    y.grad = both.narrow(0, n, n);
    const required = zeros([n], { dtype, requiresGrad: true });
    const z = leaf();
    z.grad = required;
    x.add(y.mul(2)).add(z.mul(3)).sum().backward();
    expect(elements(both)).toEqual([...all(1), ...all(2)]);
    expect(z.grad).toBe(required);
    expect(elements(required)).toEqual(all(3));
    const w = full([n, 2], 1, { dtype, requiresGrad: true });
    const turned = zeros([2, n], { dtype }).t();
    w.grad = turned;
    w.mul(w).sum().backward();
    expect(w.grad).toBe(turned);
    expect(elements(turned)).toEqual([...all(2), ...all(2)]);
  });
  test("two leaves that share a gradient both add to it", () => {
    const [x, y] = [leaf(), leaf()];
    x.grad = zeros([n], { dtype });
    y.grad = x.grad;
    x.add(y.mul(2)).sum().backward();
    expect(elements(x.grad)).toEqual(all(3));
  });
  test("takes the existing gradient, or a view of it, as the cotangent", () => {
    const x = leaf();
    x.mul(1).sum().backward();
    x.backward(gradOf(x));
    expect(elements(x.grad)).toEqual(all(2));
    const shifted = zeros([n + 1], { dtype });
    shifted.narrow(0, 0, 1).fill_(1);
    x.grad = shifted.narrow(0, 1, n);
    x.backward(shifted.narrow(0, 0, n));
    expect(elements(shifted)).toEqual([1, 1, ...new Array<number>(n - 1).fill(0)]);
  });
  test("a gradient that another graph has saved is stale", () => {
    const [x, w] = [leaf(), leaf()];
    x.mul(x).sum().backward();
    const loss = gradOf(x).mul(w).sum();
    x.mul(x).sum().backward();
    expect(() => loss.backward()).toThrow(/changed in place/);
  });
  test("hooks see the sum, and a gradient dropped by one begins anew", () => {
    const x = leaf();
    const seen: [first: number, same: boolean][] = [];
    let before: Tensor | null = null;
    x.registerPostAccumulateGradHook((t) => {
      seen.push([elements(t.grad)[0], t.grad === before]);
      before = t.grad;
      if (seen.length === 2) t.grad = null;
    });
    for (let i = 0; i < 3; i++) x.mul(2).sum().backward();
    expect(seen).toEqual([
      [2, false],
      [4, true],
      [2, false],
    ]);
    expect(elements(before)).toEqual(all(2));
  });
  test("a gradient that the program kept is valid after zeroGrad", () => {
    const x = leaf();
    const optimizer = new optim.SGD([x], { lr: 1 });
    x.mul(2).sum().backward();
    x.mul(2).sum().backward();
    const g = gradOf(x);
    x.mul(2).sum().backward();
    optimizer.zeroGrad();
    x.mul(5).sum().backward();
    sweep();
    expect(elements(g)).toEqual(all(6));
    expect(elements(x.grad)).toEqual(all(5));
  });
  test("momentum of the first step is not the gradient itself", () => {
    const x = leaf();
    const optimizer = new optim.SGD([x], { lr: 1, momentum: 1 });
    x.mul(2).sum().backward();
    optimizer.step();
    x.mul(2).sum().backward();
    optimizer.step();
    // v = 2, then 2 + 4
    expect(elements(x)).toEqual(all(1 - 2 - 6));
  });
  test("results that retain their gradient get a new one", () => {
    const x = leaf();
    const h = x.mul(2);
    h.retainGrad();
    const loss = h.mul(h).sum();
    loss.backward(null, { retainGraph: true });
    const g = h.grad;
    loss.backward(null);
    expect(elements(g)).toEqual(all(4));
    expect(elements(h.grad)).toEqual(all(8));
  });
  test("refuses a gradient that cannot be changed in place", () => {
    const x = leaf();
    x.grad = zeros([1], { dtype }).expand([n]);
    expect(() => x.mul(2).sum().backward()).toThrow(/an expanded tensor shares elements/);
    x.grad = inferenceMode(() => zeros([n], { dtype }));
    expect(() => x.mul(2).sum().backward()).toThrow(/inference tensor/);
  });
  test("anomaly mode adds in place too", () => {
    const x = leaf();
    x.mul(2).sum().backward();
    const g = gradOf(x);
    autograd.detectAnomaly(() => x.mul(3).sum().backward());
    expect(x.grad).toBe(g);
    expect(elements(g)).toEqual(all(5));
  });
});

test("a gradient of another dtype keeps it", () => {
  const x = ones([3], { requiresGrad: true });
  const g = zeros([3], { dtype: "float64" });
  x.grad = g;
  x.mul(2).sum().backward();
  expect([x.grad === g, g.dtype, elements(g)]).toEqual([true, "float64", [2, 2, 2]]);
});

test("row gradients are added to a dense gradient", () => {
  const table = new nn.Embedding(5, 2, { sparse: true });
  const at = tensor([1, 3, 1], { dtype: "int32" });
  table.forward(at).sum().backward();
  const g = gradOf(table.weight);
  table.forward(at).sum().backward();
  expect(table.weight.grad).toBe(g);
  expect(elements(g)).toEqual([0, 0, 4, 4, 0, 0, 2, 2, 0, 0]);
});

describe("backward with respect to results", () => {
  const x = (): Tensor => ones([3], { requiresGrad: true });

  test("accumulates in a result that did not ask for its gradient, and in nothing else", () => {
    const a = x();
    const h = a.mul(2);
    const k = h.mul(3);
    k.mul(k)
      .sum()
      .backward({ inputs: [h, k] });
    expect([elements(h.grad), elements(k.grad), a.grad]).toEqual([[36, 36, 36], [12, 12, 12], null]);
    expect(h.retainsGrad(), "it retains its gradient from then on").toBe(true);
  });
  test("adds to an existing gradient, after hooks, and propagates to leaves among the inputs", () => {
    const a = x();
    const h = a.mul(2);
    h.registerHook((g) => g.mul(10));
    const loss = h.mul(h).sum();
    loss.backward({ inputs: [h, a], retainGraph: true });
    expect([elements(h.grad), elements(a.grad)]).toEqual([
      [40, 40, 40],
      [80, 80, 80],
    ]);
    loss.backward({ inputs: [h], retainGraph: true });
    loss.backward();
    expect([elements(h.grad), elements(a.grad)]).toEqual([
      [120, 120, 120],
      [160, 160, 160],
    ]);
  });
  test("takes the root, one of several outputs, one twice, and one that is not reached", () => {
    const a = x();
    const loss = a.mul(a).sum();
    loss.backward({ inputs: loss });
    expect(loss.grad?.item()).toBe(1);
    const [p, q] = a.mul(2).split(2);
    p.sum()
      .mul(q.sum())
      .backward({ inputs: [p, p] });
    expect([elements(p.grad), q.grad]).toEqual([[2, 2], null]);
    const aside = a.mul(5);
    a.mul(a)
      .sum()
      .backward({ inputs: [aside] });
    expect([aside.grad, a.grad]).toEqual([null, null]);
  });
  test("with createGraph the gradient is on the tape", () => {
    const a = x();
    const h = a.mul(2);
    h.mul(h)
      .sum()
      .backward({ inputs: [h], createGraph: true });
    expect([elements(h.grad), h.grad?.requiresGrad]).toEqual([[4, 4, 4], true]);
  });
  test("a tensor that requires no gradient is refused, and the others are left as they are", () => {
    const h = x().mul(2);
    expect(() => h.sum().backward({ inputs: [h, ones([3])] })).toThrow(/does not require a gradient/);
    expect(h.retainsGrad()).toBe(false);
  });
});

test("zeros for unused inputs are leaves that require a gradient with createGraph", () => {
  const [a, b] = [ones([3], { requiresGrad: true }), ones([4], { requiresGrad: true })];
  const zerosOf = (createGraph: boolean): Tensor =>
    autograd.grad(a.mul(a).sum(), [a, b], { createGraph, materializeGrads: true })[1];
  expect([zerosOf(true).requiresGrad, zerosOf(true).isLeaf, zerosOf(false).requiresGrad]).toEqual([true, true, false]);
  expect(elements(zerosOf(true))).toEqual([0, 0, 0, 0]);
});
