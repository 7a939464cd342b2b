/** Tiny and huge gradients, and tensors that do not learn in spite of a gradient. */
import { explain, F, inspect, manualSeed, nn, noGrad, optim, randn, type Tensor, tensor } from "tapelab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

beforeEach(() => {
  manualSeed(0);
});

const deep = (n: number, layers: number, act: () => nn.Sigmoid | nn.LeakyReLU, scale = 1): nn.Sequential => {
  const net = new nn.Sequential(
    ...Array.from({ length: layers }, () => [new nn.Linear(n, n), act()]).flat(),
    new nn.Linear(n, 1),
  );
  noGrad(() => {
    for (const p of net.parameters()) p.mul_(scale);
  });
  return net;
};

describe.each([4, 20])("of %i units", (n) => {
  const first = (net: nn.Sequential | nn.Linear): Tensor => [...net.parameters()][0];
  const explainFirst = (net: nn.Sequential | nn.Linear, scale = 1): ReturnType<typeof explain>["data"] => {
    const [x, y] = [randn([16, n]).mul(scale), randn([16, 1])];
    return explain(first(net), { model: net, loss: () => F.mseLoss(net.forward(x), y) }).data;
  };

  test("vanishing: the rate per layer, and not in a few layers", () => {
    const { state, sentence, findings } = explainFirst(deep(n, 12, () => new nn.Sigmoid()));
    expect(state).toBe("tiny");
    expect(findings[0].cause).toBe("vanishing");
    expect(sentence).toMatch(/shrinks on its way from the loss: × 0\.2\d* per layer over 12 sigmoid layers/);
    expect(findings[0].path.filter((p) => p.op === "sigmoid")).toHaveLength(12);
    expect(explainFirst(deep(n, 2, () => new nn.Sigmoid())).state).toBe("sound");
  });

  test("exploding, by weights that are too large", () => {
    const { state, findings } = explainFirst(deep(n, 8, () => new nn.LeakyReLU(0.5), 14));
    expect(state).toBe("huge");
    expect(findings[0].cause).toBe("exploding");
    expect(explainFirst(deep(n, 2, () => new nn.LeakyReLU(0.5))).state).toBe("sound");
  });

  test("input-units: inputs in thousands, and not of deviation 1", () => {
    const net = new nn.Linear(n, 1);
    const { state, findings } = explainFirst(net, 1000);
    expect(state).toBe("huge");
    expect(findings.map((f) => f.cause)).toEqual(["input-units"]);
    expect(explainFirst(net).state).toBe("sound");
  });

  test("constant-factor: a temperature, a coefficient", () => {
    const net = new nn.Linear(n, 3);
    const [x, y] = [randn([4, n]), tensor([0, 1, 2, 0], { dtype: "int64" })];
    const at = (t: number, scale = 1): ReturnType<typeof explain>["data"] =>
      explain(net.weight, { loss: () => F.crossEntropy(net.forward(x).div(t), y).mul(scale) }).data;
    expect(at(1e-4)).toMatchObject({ state: "huge", findings: [{ cause: "constant-factor" }] });
    expect(at(1, 1e-9)).toMatchObject({ state: "tiny", findings: [{ cause: "constant-factor" }] });
    expect(at(0.5, 2)).toMatchObject({ state: "sound", findings: [] });
  });

  test("near-minimum and summed-loss are facts, and the gradient is sound", () => {
    const w = tensor(
      Array.from({ length: n }, () => 1.000001),
      { requiresGrad: true },
    );
    const target = tensor(Array.from({ length: n }, () => 1));
    expect(explain(w, { loss: () => F.mseLoss(w.mul(1), target) }).data).toMatchObject({
      state: "sound",
      findings: [{ cause: "near-minimum", kind: "fact" }],
    });
    const net = new nn.Linear(n, 1);
    const [x, y] = [randn([4000, n]), randn([4000, 1])];
    expect(explain(net.weight, { loss: () => F.mseLoss(net.forward(x), y, { reduction: "sum" }) }).data).toMatchObject({
      state: "sound",
      findings: [{ cause: "summed-loss", kind: "fact" }],
    });
  });
});

describe("a gradient that is there, of a tensor that does not learn", () => {
  beforeAll(() => inspect.setWatch({ nodes: 100_000 }));
  afterAll(() => inspect.setWatch({ nodes: 0 }));

  const start = () => {
    const net = new nn.Sequential(new nn.Linear(5, 8), new nn.Tanh(), new nn.Linear(8, 1));
    const [x, y] = [randn([16, 5]), randn([16, 1])];
    const backward = (): Tensor => {
      const loss = F.mseLoss(net.forward(x), y);
      loss.backward();
      return loss;
    };
    const w = [...net.parameters()][0];
    const causes = (loss: Tensor, optimizer?: optim.Optimizer): string[] =>
      explain(w, { loss, model: net, ...(optimizer && { optimizer }) }).data.findings.map((f) => f.cause);
    return { net, w, backward, causes };
  };

  test("a sound training of SGD and of Adam", () => {
    const { net, backward, causes } = start();
    for (const optimizer of [new optim.SGD(net.parameters(), { lr: 0.1 }), new optim.Adam(net.parameters())])
      for (let step = 0; step < 3; step++) {
        optimizer.zeroGrad();
        const loss = backward();
        optimizer.step();
        expect(causes(loss, optimizer)).toEqual([]);
      }
  });

  test("never-cleared", () => {
    const { net, backward, causes } = start();
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
    let loss = backward();
    for (let step = 0; step < 11; step++) {
      optimizer.step();
      loss = backward();
    }
    expect(causes(loss, optimizer)).toEqual(["never-cleared"]);
  });

  test("clipped: to next to nothing, to 0, and not by a usual limit", () => {
    const { net, w, backward, causes } = start();
    let loss = backward();
    nn.utils.clipGradNorm_(net.parameters(), 1e-5);
    expect(causes(loss)).toEqual(["clipped"]);
    w.grad = null;
    loss = backward();
    (w.grad as unknown as Tensor).zero_();
    expect(explain(w, { loss }).data.sentence).toMatch(/it was set to 0 after backward/);
    net.zeroGrad();
    loss = backward();
    nn.utils.clipGradNorm_(net.parameters(), 1e3);
    expect(causes(loss)).toEqual([]);
  });

  test("grad-changed", () => {
    const { w, backward, causes } = start();
    const loss = backward();
    w.grad = (w.grad as Tensor).add(1);
    expect(causes(loss)).toEqual(["grad-changed"]);
  });

  test("optimizer-lacks-it: other parameters, and those of an earlier model", () => {
    const { net, backward, causes, w } = start();
    const loss = backward();
    expect(causes(loss, new optim.SGD([...net.parameters()].slice(1), { lr: 0.1 }))).toEqual(["optimizer-lacks-it"]);
    const old = start().net;
    const optimizer = new optim.SGD(old.parameters(), { lr: 0.1 });
    expect(explain(w, { loss, model: net, optimizer }).data.sentence).toMatch(/those of an earlier model/);
  });

  test("never-stepped: without step, and with step before backward", () => {
    for (const stepsFirst of [false, true]) {
      const { net, backward, causes } = start();
      const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
      let loss = backward();
      for (let step = 0; step < 3; step++) {
        optimizer.zeroGrad();
        if (stepsFirst) optimizer.step();
        loss = backward();
      }
      expect(causes(loss, optimizer)).toEqual(["never-stepped"]);
    }
  });

  test("update-size: a rate of nothing, a rate that is far too large", () => {
    const { net, backward, causes } = start();
    const loss = backward();
    expect(causes(loss, new optim.SGD(net.parameters(), { lr: 1e-12 }))).toEqual(["update-size"]);
    expect(causes(loss, new optim.SGD(net.parameters(), { lr: 1e4 }))).toEqual(["update-size"]);
    expect(causes(loss, new optim.SGD(net.parameters(), { lr: 0.01 }))).toEqual([]);
  });

  test("symmetry and not-finite-parameter", () => {
    const { net, w, backward, causes } = start();
    noGrad(() => {
      for (const p of net.parameters()) p.fill_(0.1);
    });
    expect(causes(backward())).toEqual(["symmetry"]);
    noGrad(() => w.fill_(Number.NaN));
    expect(explain(w).data.findings.map((f) => f.cause)).toContain("not-finite-parameter");
  });
});
