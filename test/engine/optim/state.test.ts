import { type DType, optim, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const parameters = (dtype: DType): Tensor[] =>
  [3, 40].map((n) =>
    tensor(
      Array.from({ length: n }, (_, k) => Math.sin(k * k + n)),
      { dtype, requiresGrad: true },
    ),
  );

function train(optimizer: optim.Optimizer, steps: number, from = 0): void {
  for (let k = from; k < from + steps; k++)
    optimizer.step(() => {
      optimizer.zeroGrad();
      const loss = optimizer.parameters
        .map((p) =>
          p
            .sub(k % 3)
            .square()
            .sum(),
        )
        .reduce((a, b) => a.add(b));
      loss.backward();
      return loss;
    });
}

type Maker = (ps: optim.Params) => optim.Optimizer;
const makers: Readonly<Record<string, Maker>> = {
  Adadelta: (ps) => new optim.Adadelta(ps, { lr: 0.1 }),
  Adafactor: (ps) => new optim.Adafactor(ps, { lr: 0.1 }),
  Adagrad: (ps) => new optim.Adagrad(ps, { lr: 0.1, lrDecay: 0.1 }),
  Adam: (ps) => new optim.Adam(ps, { lr: 0.1, amsgrad: true }),
  AdamW: (ps) => new optim.AdamW(ps, { lr: 0.1 }),
  Adamax: (ps) => new optim.Adamax(ps, { lr: 0.1 }),
  ASGD: (ps) => new optim.ASGD(ps, { lr: 0.1, t0: 2 }),
  LBFGS: (ps) => new optim.LBFGS(ps, { lr: 0.1, maxIter: 2, historySize: 3 }),
  NAdam: (ps) => new optim.NAdam(ps, { lr: 0.1 }),
  RAdam: (ps) => new optim.RAdam(ps, { lr: 0.1, betas: [0.9, 0.9] }),
  RMSprop: (ps) => new optim.RMSprop(ps, { lr: 0.01, momentum: 0.9, centered: true }),
  Rprop: (ps) => new optim.Rprop(ps, { lr: 0.1 }),
  SGD: (ps) => new optim.SGD(ps, { lr: 0.1, momentum: 0.9, nesterov: true }),
};

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test.each(Object.entries(makers))("%s goes on from its state dictionary as it would have", (_name, make) => {
    const whole = parameters(dtype);
    train(make(whole), 8);
    const first = parameters(dtype);
    const before = make(first);
    train(before, 5);
    const second = first.map((p) => p.detach().clone().requiresGrad_());
    const after = make(second);
    after.lr = 17;
    after.loadStateDict(before.stateDict());
    train(after, 3, 5);
    expect(second.map((p) => p.toArray())).toEqual(whole.map((p) => p.toArray()));
  });
});

test("a state dictionary does not change with further steps", () => {
  const [w] = parameters("float32");
  const optimizer = new optim.SGD([w], { momentum: 0.9 });
  train(optimizer, 1);
  const { state } = optimizer.stateDict();
  const velocity = (state[0]["momentumBuffer"] as Tensor).toArray();
  train(optimizer, 1);
  expect((state[0]["momentumBuffer"] as Tensor).toArray()).toEqual(velocity);
});

test("a state dictionary may have PyTorch's names, and counts as tensors", () => {
  const w = tensor([1, 2], { requiresGrad: true });
  const optimizer = new optim.Adam([w]);
  optimizer.loadStateDict({
    state: { 0: { step: tensor(3), exp_avg: tensor([1, 2]), exp_avg_sq: tensor([3, 4]) } },
    param_groups: [{ lr: 0.5, betas: [0.5, 0.75], weight_decay: 0.125, params: [0] }],
  });
  const { state, paramGroups } = optimizer.stateDict();
  expect(state[0]["step"]).toBe(3);
  expect((state[0]["expAvgSq"] as Tensor).toArray()).toEqual([3, 4]);
  expect(paramGroups[0]).toMatchObject({ lr: 0.5, betas: [0.5, 0.75], weightDecay: 0.125, eps: 1e-8, params: [0] });
});

test("a state that does not fit is an error, and nothing is changed", () => {
  const w = tensor([1, 2], { requiresGrad: true });
  const optimizer = new optim.Adam([w], { lr: 0.5 });
  train(optimizer, 1);
  const group = { lr: 0.25, params: [0] };
  const moments = { step: 1, expAvg: tensor([1, 2]) };
  const load = (state: object, paramGroups: object[]): void => optimizer.loadStateDict({ state, paramGroups });
  expect(() => load({}, [group, group])).toThrow("Adam.loadStateDict: the state has 2 groups of parameters, but the");
  expect(() => load({}, [{ ...group, params: [0, 1] }])).toThrow("group 0 of the state has 2 parameters, but");
  expect(() => load({ 0: moments }, [group])).toThrow("the state of parameter 0 has no expAvgSq");
  expect(() => load({ 0: { ...moments, expAvgSq: tensor([1]) } }, [group])).toThrow(
    "expAvgSq of parameter 0 must keep its shape, but got [2] and [1]",
  );
  expect(optimizer.lr).toBe(0.5);
  expect(optimizer.stateDict().state[0]["step"]).toBe(1);
});

test("preserveState resets groups and states", () => {
  const [w] = parameters("float64");
  const optimizer = new optim.Adam([w], { lr: 0.5 });
  train(optimizer, 2);
  const restore = optimizer.preserveState();
  const saved = (): unknown => {
    const { state, paramGroups } = optimizer.stateDict();
    const { step, expAvg } = state[0];
    return [step, (expAvg as Tensor).toArray(), paramGroups];
  };
  const before = saved();
  for (let k = 0; k < 2; k++) {
    train(optimizer, 3);
    optimizer.paramGroups[0].lr = 1;
    optimizer.addParamGroup({ params: parameters("float64") });
    restore();
    expect(saved()).toEqual(before);
    expect(optimizer.steps).toBe(2);
  }
});
