import { nn, optim, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";

const parameter = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });

/** Runs a step in which every gradient is 1. */
function stepOfOnes(optimizer: optim.Optimizer): void {
  for (const p of optimizer.parameters) p.grad = p.detach().mul(0).add(1);
  optimizer.step();
}

test("groups have settings of their own, and those of the options otherwise", () => {
  const [a, b] = [parameter(1), parameter(1)];
  const optimizer = new optim.SGD([{ params: [a] }, { params: b, lr: 0.5 }], { lr: 0.25, maximize: true });
  stepOfOnes(optimizer);
  expect([a.item(), b.item()]).toEqual([1.25, 1.5]);
  expect(optimizer.settingsOf(b).lr).toBe(0.5);
});

test("lr is that of the first group, and sets that of all", () => {
  const optimizer = new optim.Adam([{ params: [parameter(1)] }, { params: [parameter(1)], lr: 0.5 }], { lr: 0.25 });
  expect(optimizer.lr).toBe(0.25);
  optimizer.lr = 1;
  expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([1, 1]);
});

test("a group that is added is updated from then on", () => {
  const [a, b] = [parameter(1), parameter(1)];
  const optimizer = new optim.SGD([a], { lr: 0.25 });
  stepOfOnes(optimizer);
  optimizer.addParamGroup({ params: [b], lr: 0.5 });
  stepOfOnes(optimizer);
  expect([a.item(), b.item()]).toEqual([0.5, 0.5]);
  expect([optimizer.updatesOf(a), optimizer.updatesOf(b)]).toEqual([2, 1]);
});

test("settings may be changed between steps", () => {
  const w = parameter(1);
  const optimizer = new optim.SGD([w], { lr: 0.25 });
  optimizer.paramGroups[0].weightDecay = 1;
  stepOfOnes(optimizer);
  expect(w.item()).toBe(0.5);
});

test.each([
  [() => new optim.SGD([]), "SGD: expected at least one parameter"],
  [() => new optim.SGD([{ params: [] }]), "SGD: expected at least one parameter"],
  [() => new optim.SGD([parameter(1).mul(2)]), "SGD: only leaves can be optimized"],
  [() => new optim.SGD([{ params: [parameter(1)], lr: -1 }]), "SGD: lr must be at least 0, but got -1"],
  [() => new optim.SGD([{ params: [parameter(1)], nesterov: true }]), "SGD: nesterov needs a momentum above 0"],
  [() => new optim.Adam([{ params: [parameter(1)], betas: [1, 0.9] }]), "Adam: betas must lie in [0, 1)"],
  [() => new optim.Rprop([parameter(1)], { etas: [1, 2] }), "Rprop: etas must lie in (0, 1) and above 1"],
  [() => new optim.Adafactor([parameter(1)], { d: 0.5 }), "Adafactor: d must be at least 1"],
  [() => new optim.Adadelta([parameter(1)], { rho: 2 }), "Adadelta: rho must lie in [0, 1]"],
  [() => new optim.Muon([parameter(1)]), "Muon: parameters must be matrices, but got [1]"],
  [() => new optim.LBFGS([parameter(1)]).step(undefined as never), "LBFGS: step needs a closure"],
  [() => new optim.LBFGS([{ params: [parameter(1)] }, { params: [parameter(2)] }]), "LBFGS: all parameters must be"],
])("settings that make no sense are errors that name the optimizer: %s", (make, message) => {
  expect(make).toThrow(message);
});

test("a parameter cannot be in two groups", () => {
  const w = parameter(1);
  expect(() => new optim.SGD([{ params: [w] }, { params: [w] }])).toThrow("SGD: a parameter is in more than one group");
});

test("a setting that the optimizer does not have is an error that lists those it has", () => {
  const group = { params: [parameter(1)], learningRate: 1 };
  expect(() => new optim.SGD([group as { params: Tensor[] }])).toThrow(/SGD: .*learningRate/s);
});

test("step evaluates a closure with gradients on, and returns its loss", () => {
  const w = parameter(3);
  const optimizer = new optim.SGD([w], { lr: 0.5 });
  const loss = optimizer.step(() => {
    optimizer.zeroGrad();
    const value = w.square().sum();
    value.backward();
    return value;
  });
  expect([loss.item(), w.item()]).toEqual([9, 0]);
});

test("zeroGrad keeps the tensors of gradients where setToNone is false", () => {
  const w = parameter(3);
  w.mul(2).sum().backward();
  const g = w.grad;
  new optim.SGD([w]).zeroGrad({ setToNone: false });
  expect(w.grad).toBe(g);
  expect(g?.toArray()).toEqual([0]);
});

test("row gradients are negated where the loss is maximized, and Adagrad updates their rows alone", () => {
  const table = new nn.Embedding(20, 3, { sparse: true });
  table.weight.detach().fill_(1);
  const optimizer = new optim.Adagrad([table.weight], { lr: 0.5, maximize: true });
  table
    .forward(tensor([4, 4, 7], { dtype: "int64" }))
    .sum()
    .backward();
  optimizer.step();
  const rows = table.weight.sum(1).toArray<number[]>();
  expect(rows.flatMap((v, i) => (v === 3 ? [] : [[i, v]]))).toEqual([
    [4, 4.5],
    [7, 4.5],
  ]);
  const { state } = optimizer.stateDict();
  expect((state[0]["sum"] as Tensor).sum(1).toArray()).toEqual(rows.map((_, i) => (i === 4 ? 12 : i === 7 ? 3 : 0)));
});

test.each(["Adadelta", "Adagrad", "Adam", "Adamax", "ASGD", "NAdam", "RAdam", "RMSprop", "Rprop", "SGD"] as const)(
  "%s steps a transposed parameter as a contiguous one, and complex numbers as pairs",
  (name) => {
    const data = Array.from({ length: 24 }, (_, k) => Math.sin(k * k));
    const plain = tensor(data, { dtype: "float64" }).reshape([4, 6]).t().contiguous().requiresGrad_();
    const transposed = tensor(data, { dtype: "float64" }).reshape([4, 6]).t().requiresGrad_();
    const pairs = tensor(data, { dtype: "float64" }).reshape([12, 2]).clone().requiresGrad_();
    const complex = tensor(data, { dtype: "float64" }).reshape([12, 2]).viewAsComplex().clone().requiresGrad_();
    const Class = optim[name] as unknown as new (ps: Tensor[]) => optim.Optimizer;
    const optimizer = new Class([plain, transposed, pairs, complex]);
    for (let k = 1; k <= 3; k++) {
      for (const p of [plain, transposed, pairs]) p.grad = p.detach().cos().mul(k);
      complex.grad = complex.detach().viewAsReal().cos().mul(k).viewAsComplex();
      optimizer.step();
    }
    expect(transposed.toArray(), "transposed").toEqual(plain.toArray());
    expect(complex.viewAsReal().toArray(), "complex").toEqual(pairs.toArray());
  },
);
