import { Generator, nn, noGrad, ones, randn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

class Block extends nn.Module {
  fc = new nn.Linear(4, 4);
  override forward(x: Tensor): Tensor {
    return this.fc.forward(x).relu().add(x);
  }
}

class Net extends nn.Module {
  blocks = [new Block(), new Block()];
  out = new nn.Linear(4, 2, { bias: false });
  scale = new nn.Parameter(ones([1]));
  override forward(x: Tensor): Tensor {
    return this.out.forward(this.blocks.reduce((h, b) => b.forward(h), x)).mul(this.scale);
  }
}

describe("Module", () => {
  test("names parameters by field, each once", () => {
    const net = new Net();
    expect([...net.namedParameters()].map(([name]) => name)).toEqual([
      "scale",
      "blocks.0.fc.weight",
      "blocks.0.fc.bias",
      "blocks.1.fc.weight",
      "blocks.1.fc.bias",
      "out.weight",
    ]);
    const shared = new Net();
    shared.blocks[1] = shared.blocks[0];
    expect(shared.parameters().length).toBe(4);
    expect([...net.children()].length).toBe(3);
  });
  test("train and eval set the mode of all descendants", () => {
    const net = new Net().eval();
    expect(net.blocks[0].fc.training).toBe(false);
    expect(net.train().blocks[1].training).toBe(true);
  });
  test("stateDict and loadStateDict copy the values", () => {
    const [a, b] = [new Net(), new Net()];
    const x = randn([3, 4], { generator: new Generator(1) });
    expect(b.forward(x).toArray()).not.toEqual(a.forward(x).toArray());
    b.loadStateDict(a.stateDict());
    expect(b.forward(x).toArray()).toEqual(a.forward(x).toArray());
    expect(b.out.weight.storage).not.toBe(a.out.weight.storage);
  });
  test("loadStateDict refuses other names and shapes, and leaves the module unchanged", () => {
    const net = new Net();
    const before = net.scale.item();
    const { scale: _dropped, ...rest } = net.stateDict();
    expect(() => net.loadStateDict({ ...rest, extra: zeros([1]) })).toThrow(
      'loadStateDict: the state does not fit Net; missing keys: "scale"; unexpected keys: "extra"',
    );
    expect(() => net.loadStateDict({ ...rest, scale: zeros([2]) })).toThrow(
      "loadStateDict: scale must keep its shape, but got [1] and [2]",
    );
    expect(net.scale.item()).toBe(before);
  });
  test("loadStateDict lists all shapes that differ", () => {
    const state = { weight: zeros([3, 2]), bias: zeros([2]) };
    expect(() => new nn.Linear(2, 4).loadStateDict(state)).toThrow(
      "loadStateDict: weight, bias must keep their shapes [4, 2] and [4], but got [3, 2] and [2]",
    );
  });
  test("loadStateDict accepts PyTorch's names, which toPytorchNames gives", () => {
    const norm = new nn.BatchNorm1d(2);
    norm.forward(
      tensor([
        [1, 2],
        [3, 6],
      ]),
    );
    const named = nn.utils.toPytorchNames(norm.stateDict());
    expect(Object.keys(named)).toEqual(["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]);
    const other = new nn.BatchNorm1d(2);
    other.loadStateDict(named);
    expect(other.runningMean?.toArray()).toEqual(norm.runningMean?.toArray());
    expect(() => other.loadStateDict({ ...named, running_max: zeros([2]) })).toThrow('unexpected keys: "running_max"');
  });
  test("prints as a tree", () => {
    expect(new Net().toString()).toContain("(blocks.0): Block(\n    (fc): Linear(4, 4, bias=true)\n  )");
  });
  test("forward opens a scope with the field's name", () => {
    const net = new Net();
    const y = net.forward(randn([1, 4]));
    const names: string[] = [];
    for (let s = y.gradFn?.edges[0]?.node.scope ?? null; s !== null; s = s.parent) names.unshift(s.name);
    expect(names).toEqual(["Net", "out"]);
  });
  test("zeroGrad sets the gradients to null", () => {
    const net = new Net();
    net
      .forward(randn([1, 4]))
      .sum()
      .backward();
    expect(net.scale.grad).not.toBeNull();
    net.zeroGrad();
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
  });
});

describe("Linear", () => {
  test("computes x Wᵀ + b", () => {
    const fc = new nn.Linear(2, 1);
    noGrad(() => {
      fc.weight.copy_(tensor([[2, 3]]));
      fc.bias?.copy_(tensor([1]));
    });
    expect(fc.forward(tensor([[1, 10]])).toArray()).toEqual([[33]]);
    expect(fc.forward(tensor([1, 10])).toArray()).toEqual([33]);
  });
  test("is initialized uniformly within ±1/√fanIn, as in PyTorch", () => {
    const fc = new nn.Linear(100, 300, { generator: new Generator(3) });
    const bound = 1 / Math.sqrt(100);
    for (const p of fc.parameters()) {
      expect(p.abs().amax().item()).toBeLessThanOrEqual(bound);
      expect(p.abs().amax().item()).toBeGreaterThan(0.95 * bound);
      // the variance of a uniform distribution is (2 bound)² / 12
      expect(p.var().item()).toBeCloseTo((2 * bound) ** 2 / 12, 3);
    }
  });
});

describe("layers without parameters", () => {
  test("Dropout zeroes and scales elements in training mode, and is the identity in evaluation mode", () => {
    const drop = new nn.Dropout(0.25, new Generator(1));
    const y = drop.forward(ones([4000]));
    const values = new Set(y.toArray<number[]>());
    expect([...values].toSorted((a, b) => a - b)).toEqual([0, Math.fround(1 / 0.75)]);
    expect(y.mean().item()).toBeCloseTo(1, 1);
    expect(
      drop
        .eval()
        .forward(ones([3]))
        .toArray(),
    ).toEqual([1, 1, 1]);
    expect(() => new nn.Dropout(1.5)).toThrow("Dropout: p must lie in [0, 1], but got 1.5");
  });
  test("Sequential runs in order, and its children are numbered", () => {
    const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(4, 3), new nn.Tanh());
    expect(net.forward(zeros([2, 2, 2])).shape).toEqual([2, 3]);
    expect([...net.namedParameters()].map(([n]) => n)).toEqual(["1.weight", "1.bias"]);
    expect(net.at(-1)).toBeInstanceOf(nn.Tanh);
  });
  test.each([
    [new nn.ReLU(), 2],
    [new nn.Tanh(), Math.tanh(2)],
    [new nn.Sigmoid(), 1 / (1 + Math.exp(-2))],
    [new nn.GELU({ approximate: "tanh" }), 1.9546],
  ])("%s", (layer, expected) => {
    expect(layer.forward(tensor([2])).item()).toBeCloseTo(expected, 4);
  });
});
