/** Hooks around state dictionaries and extra state, as in PyTorch 2.13, whose order of calls is written out below. */
import { manualSeed, nn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

/** A model of three levels, as the one in PyTorch from which the order of calls is. */
const makeModel = (): nn.Sequential =>
  new nn.Sequential(new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU()), new nn.Linear(2, 1));

/** Registers a hook on each module, by its name. */
function onEach(model: nn.Module, register: (m: nn.Module, name: string) => void): void {
  for (const [name, m] of model.namedModules()) register(m, name);
}

test("hooks of saving run before each module from parents to children, and after it from children to parents", () => {
  const model = makeModel();
  const calls: string[] = [];
  onEach(model, (m, name) => {
    m.registerStateDictPreHook((own, prefix) => void calls.push(`pre ${name}|${prefix}|${own === m}`));
    m.registerStateDictPostHook((own, state, prefix) => {
      calls.push(`post ${name}|${prefix}|${Object.keys(state).length}`);
      expect(own).toBe(m);
    });
  });
  model.stateDict();
  expect(calls.filter((c) => c.startsWith("pre"))).toEqual([
    "pre ||true",
    "pre 0|0.|true",
    "pre 0.0|0.0.|true",
    "pre 0.1|0.1.|true",
    "pre 1|1.|true",
  ]);
  expect(calls.filter((c) => c.startsWith("post")).map((c) => c.replace(/\|\d+$/, ""))).toEqual([
    "post 0.0|0.0.",
    "post 0.1|0.1.",
    "post 0|0.",
    "post 1|1.",
    "post |",
  ]);
});

test("a hook after saving changes the dictionary, and can be removed", () => {
  const model = makeModel();
  const handle = model.registerStateDictPostHook((_, state) => {
    for (const key of Object.keys(state)) {
      state[`model.${key}`] = state[key];
      delete state[key];
    }
  });
  expect(Object.keys(model.stateDict())[0]).toBe("model.0.0.weight");
  handle.remove();
  expect(Object.keys(model.stateDict())[0]).toBe("0.0.weight");
});

test("a hook before loading renames keys in a copy", () => {
  const model = makeModel();
  const old = Object.fromEntries(Object.entries(model.stateDict()).map(([k, v]) => [`old.${k}`, v]));
  const prefixes: string[] = [];
  model.registerLoadStateDictPreHook((_, state, prefix) => {
    prefixes.push(prefix);
    for (const key of Object.keys(state)) {
      state[key.replace(/^old\./, "")] = state[key];
      delete state[key];
    }
  });
  model.loadStateDict(old);
  expect(prefixes).toEqual([""]);
  expect(Object.keys(old)[0]).toBe("old.0.0.weight");
});

test("hooks after loading run from children to parents, and decide which names are an error", () => {
  const model = makeModel();
  const order: string[] = [];
  onEach(model, (m, name) => void m.registerLoadStateDictPostHook(() => void order.push(name)));
  const { "1.bias": _bias, ...rest } = model.stateDict();
  const state = { ...rest, more: zeros([1]) };
  expect(() => model.loadStateDict(state)).toThrow(/missing keys: "1\.bias"; unexpected keys: "more"/);
  expect(order).toEqual(["0.0", "0.1", "0", "1", ""]);
  const handle = model.registerLoadStateDictPostHook((_, keys) => {
    expect(keys).toEqual({ missing: ["1.bias"], unexpected: ["more"] });
    keys.missing.length = 0;
    keys.unexpected.length = 0;
  });
  model.loadStateDict(state);
  handle.remove();
  expect(() => model.loadStateDict(state)).toThrow(/missing keys/);
});

class Counter extends nn.Module {
  count = 0;
  names: string[] = [];
  weight = new nn.Parameter(zeros([1]));
  inner = new nn.Linear(1, 1);
  forward(x: Tensor): Tensor {
    this.count++;
    return this.inner.forward(x.mul(this.weight));
  }
  override getExtraState(): nn.ExtraState {
    return { count: this.count, names: this.names };
  }
  override setExtraState(state: nn.ExtraState): void {
    const { count, names } = state as { count: number; names: string[] };
    this.count = count;
    this.names = [...names];
  }
}

class Table extends nn.Module {
  table = tensor([1, 2, 3]);
  forward(): Tensor {
    return this.table;
  }
  override getExtraState(): nn.ExtraState {
    return this.table;
  }
  override setExtraState(state: nn.ExtraState): void {
    this.table = state as Tensor;
  }
}

describe("extra state", () => {
  test("is saved behind the module's own tensors under PyTorch's key, and comes back", () => {
    const model = new nn.Sequential(new Counter(), new Table());
    const [counter, table] = [...model.children()] as [Counter, Table];
    counter.count = 3;
    counter.names = ["ä", "日"];
    const state = model.stateDict();
    expect(Object.keys(state)).toEqual([
      "0.weight",
      "0._extra_state",
      "0.inner.weight",
      "0.inner.bias",
      "1._extra_state",
    ]);
    expect(state["0._extra_state"].dtype).toBe("uint8");
    expect(state["1._extra_state"].toArray()).toEqual([1, 2, 3]);
    const other = new nn.Sequential(new Counter(), new Table());
    const [otherCounter, otherTable] = [...other.children()] as [Counter, Table];
    otherTable.table = tensor([0]);
    other.loadStateDict(state);
    expect([otherCounter.count, otherCounter.names, otherTable.table.toArray()]).toEqual([3, ["ä", "日"], [1, 2, 3]]);
    expect(table.table.toArray()).toEqual([1, 2, 3]);
  });

  test("is missing or unexpected like a parameter", () => {
    const { _extra_state: _dropped, ...rest } = new Counter().stateDict();
    expect(() => new Counter().loadStateDict(rest)).toThrow(/missing keys: "_extra_state"/);
    new Counter().loadStateDict(rest, { strict: false });
    expect(() =>
      new nn.Linear(1, 1).loadStateDict({ ...new nn.Linear(1, 1).stateDict(), _extra_state: zeros([1]) }),
    ).toThrow(/unexpected keys: "_extra_state"/);
  });
});

/** The modules that have reset_parameters in PyTorch 2.13, without lazy ones and base classes, and those that consist of them. */
const layers: Readonly<Record<string, () => nn.Module & { resetParameters(): void }>> = {
  AdaptiveLogSoftmaxWithLoss: () => new nn.AdaptiveLogSoftmaxWithLoss(16, 20, [4, 10]),
  BatchNorm1d: () => new nn.BatchNorm1d(3),
  BatchNorm2d: () => new nn.BatchNorm2d(3),
  BatchNorm3d: () => new nn.BatchNorm3d(3),
  Bilinear: () => new nn.Bilinear(3, 4, 5),
  Conv1d: () => new nn.Conv1d(3, 4, 2),
  Conv2d: () => new nn.Conv2d(3, 4, 2),
  Conv3d: () => new nn.Conv3d(3, 4, 2),
  ConvTranspose1d: () => new nn.ConvTranspose1d(3, 4, 2),
  ConvTranspose2d: () => new nn.ConvTranspose2d(3, 4, 2),
  ConvTranspose3d: () => new nn.ConvTranspose3d(3, 4, 2),
  Embedding: () => new nn.Embedding(6, 5, { paddingIdx: 2 }),
  EmbeddingBag: () => new nn.EmbeddingBag(6, 5, { paddingIdx: 1 }),
  GRU: () => new nn.GRU(3, 5, { numLayers: 2, bidirectional: true }),
  GRUCell: () => new nn.GRUCell(3, 5),
  GroupNorm: () => new nn.GroupNorm(2, 6),
  InstanceNorm1d: () => new nn.InstanceNorm1d(3, { affine: true, trackRunningStats: true }),
  InstanceNorm2d: () => new nn.InstanceNorm2d(3, { affine: true }),
  InstanceNorm3d: () => new nn.InstanceNorm3d(3, { affine: true }),
  LSTM: () => new nn.LSTM(3, 5, { projSize: 2 }),
  LSTMCell: () => new nn.LSTMCell(3, 5),
  LayerNorm: () => new nn.LayerNorm([4, 5]),
  Linear: () => new nn.Linear(18, 4),
  LinearCrossEntropyLoss: () => new nn.LinearCrossEntropyLoss(4, 3),
  PReLU: () => new nn.PReLU(3, { init: 0.5 }),
  RMSNorm: () => new nn.RMSNorm([20]),
  RNN: () => new nn.RNN(3, 5),
  RNNCell: () => new nn.RNNCell(3, 5),
};

test.each(Object.entries(layers))("resetParameters gives the initial distribution again: %s", (_, make) => {
  manualSeed(9);
  const layer = make();
  const initial = Object.values(layer.stateDict()).map((t) => t.toArray());
  for (const p of layer.parameters()) p.detach().fill_(7);
  for (const b of layer.buffers()) b.fill_(3);
  manualSeed(9);
  layer.resetParameters();
  expect(Object.values(layer.stateDict()).map((t) => t.toArray())).toEqual(initial);
  for (const p of layer.parameters()) expect(p.requiresGrad && p.isLeaf).toBe(true);
});
