import { autograd, dropout, Generator, manualSeed, nn, ones, rand, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const { checkpoint, checkpointSequential, CheckpointError, recomputeGrad } = autograd;
const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });

const gradients = (f: (x: Tensor) => Tensor, x: Tensor, parameters: readonly Tensor[]): unknown[] => {
  for (const p of [x, ...parameters]) p.grad = null;
  f(x).sum().backward();
  return [x, ...parameters].map((p) => p.grad?.toArray());
};

describe("checkpoint", () => {
  test("gives the gradients of the function, for arguments and captured tensors", () => {
    const net = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2));
    const x = leaf(randn([5, 3]));
    const plain = gradients((t) => net.forward(t).exp(), x, net.parameters());
    const again = gradients((t) => checkpoint((s: Tensor) => net.forward(s).exp(), [t]), x, net.parameters());
    expect(again).toEqual(plain);
  });
  test("saves no tensors between forward and backward, and runs the function a second time", () => {
    let runs = 0;
    const f = (x: Tensor): Tensor => {
      runs++;
      return x.exp().mul(2).sin();
    };
    const x = leaf(randn([1000]));
    const y = checkpoint(f, [x]);
    expect(y.gradFn?.savedTensors(), "tensors that the last op keeps").toEqual([]);
    y.sum().backward();
    expect(runs).toBe(2);
  });
  test("draws the same random numbers again, and does not change those that follow", () => {
    const x = leaf(Array.from({ length: 50 }, () => 1));
    manualSeed(3);
    const y = checkpoint((t: Tensor) => dropout(t, { p: 0.5 }).mul(t), [x]);
    const kept = y.toArray<number[]>().map((v) => v !== 0);
    const next = randn([1]).item();
    y.sum().backward();
    expect(x.grad!.toArray<number[]>().map((g) => g !== 0)).toEqual(kept);
    manualSeed(3);
    dropout(x, { p: 0.5 });
    expect(randn([1]).item()).toBe(next);
  });
  test("nests, goes backward twice, and has second derivatives", () => {
    const f = (x: Tensor): Tensor => checkpoint((t: Tensor) => checkpoint((s: Tensor) => s.exp(), [t]).mul(t), [x]);
    const x = leaf([0.5]);
    const y = f(x).sum();
    const [a] = autograd.grad(y, [x], { retainGraph: true });
    const [b] = autograd.grad(y, [x]);
    expect(b?.item()).toBe(a?.item());
    expect(a?.item()).toBeCloseTo(Math.exp(0.5) * 1.5, 5);
    const [g] = autograd.grad(f(x).sum(), [x], { createGraph: true });
    const [h] = autograd.grad(g, [x]);
    expect(h?.item()).toBeCloseTo(Math.exp(0.5) * 2.5, 5);
  });
  test("reports a function that saves other tensors the second time", () => {
    let big = false;
    const x = leaf([1, 2]);
    const y = checkpoint(
      (t: Tensor) => {
        const r = big ? t.sum().exp() : t.exp().sum();
        big = true;
        return r;
      },
      [x],
    );
    expect(() => y.backward()).toThrow(CheckpointError);
  });
  test("checkpointSequential works in segments, and recomputeGrad as a function", () => {
    const net = new nn.Sequential(new nn.Linear(3, 3), new nn.Tanh(), new nn.Linear(3, 3), new nn.Tanh());
    const x = leaf(randn([2, 3]));
    const plain = gradients((t) => net.forward(t), x, net.parameters());
    expect(gradients((t) => checkpointSequential(net, 2, t), x, net.parameters())).toEqual(plain);
    expect(
      gradients(
        recomputeGrad((t: Tensor) => net.forward(t)),
        x,
        net.parameters(),
      ),
    ).toEqual(plain);
    expect(() => checkpointSequential(net, 9, x)).toThrow("segments must be from 1");
  });
});

describe("generators other than the default one", () => {
  test("dropout with its own generator draws the same mask again, and the generator advances once", () => {
    for (const n of [4, 400]) {
      const own = new Generator(5);
      const layer = new nn.Dropout(0.5, own);
      const w = ones([n], { requiresGrad: true });
      const y = autograd.checkpoint((x: Tensor) => layer.forward(x.mul(w)).mul(w), [ones([n])]);
      const kept = y.toTypedArray();
      const next = new Generator(0).setState(own.getState()).uniform();
      y.sum().backward();
      expect(w.grad?.toTypedArray(), `gradient of ${n} elements`).toEqual(kept.map((v) => 2 * v));
      expect(own.uniform(), "the generator goes on from where the first run left it").toBe(next);
    }
  });
  test("several generators, in nested checkpoints", () => {
    const [a, b] = [new Generator(1), new Generator(2)];
    const w = ones([30], { requiresGrad: true });
    const inner = (x: Tensor): Tensor => x.mul(rand([30], { generator: b })).mul(w);
    const f = (x: Tensor): Tensor => autograd.checkpoint(inner, [x.mul(randn([30], { generator: a })).mul(w)]).mul(w);
    const y = autograd.checkpoint(f, [ones([30])]);
    const value = y.toTypedArray();
    y.sum().backward();
    const slopes = w.grad?.toTypedArray() ?? [];
    value.forEach((v, i) => expect(slopes[i]).toBeCloseTo(3 * v, 4));
  });
  test("without preserveRngState the generators advance in the recomputation", () => {
    const own = new Generator(5);
    const w = ones([30], { requiresGrad: true });
    const f = (x: Tensor): Tensor => x.mul(rand([30], { generator: own })).mul(w);
    const y = autograd.checkpoint(f, [ones([30])], { preserveRngState: false });
    const kept = y.toTypedArray();
    y.sum().backward();
    expect(w.grad?.toTypedArray()).not.toEqual(kept);
  });
});
