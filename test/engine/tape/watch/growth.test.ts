/** Mistakes that make a graph grow without end: they are reported with the line, and not after the advised change. */
import { autograd, inspect, nn, noGrad, optim, randn, type Tensor, tensor, zeros } from "tapelab";
import { beforeEach, describe, expect, test } from "vitest";
import { setWatch } from "../../../../engine/src/tape/watch/watch.ts";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { requiresGrad: true });
const found = (): inspect.Growth[] => inspect.growth().filter((g) => g.clear);

/** Runs `body` in a separate function, so that the stack keeps none of its values alive. */
const run = <T>(body: () => T): T => body();

beforeEach(() => {
  setWatch({ nodes: 0 });
  inspect.growth();
});

describe("losses that are summed on the tape", () => {
  test("are reported with the memory that they keep alive", () => {
    const x = leaf([1, 2]);
    const sum = run(() => {
      let s = zeros([2]);
      for (let i = 0; i < 300; i++) s = s.add(x.mul(x));
      return s;
    });
    const [g] = found();
    expect(g?.ops).toEqual(["add"]);
    expect(g?.iterations).toBeGreaterThan(250);
    expect(g?.nodes).toBeGreaterThan(500);
    expect(g?.advice).toContain("loss.item()");
    expect(sum.numel()).toBe(2);
  });
  test("are reported while a training loop runs, with the line and the number of backward passes", () => {
    const w = leaf(randn([4]));
    const optimizer = new optim.SGD([w], { lr: 0.01 });
    const told: inspect.Growth[] = [];
    inspect.watchGrowth((g) => told.push(g));
    let line = 0;
    setWatch({
      nodes: 1e5,
      site: () => ({ resolve: () => ({ file: "cell[1]", cellId: null, count: 1, line: line || 7, column: 1 }) }),
    });
    let total = tensor(0);
    for (let i = 0; i < 200; i++) {
      optimizer.zeroGrad();
      const loss = w.mul(w).sum();
      loss.backward();
      optimizer.step();
      total = total.add(loss);
      line = 0;
    }
    inspect.watchGrowth(null);
    expect(told.length, "one warning").toBe(1);
    expect(told[0]?.site?.line).toBe(7);
    expect(told[0]?.walks).toBeGreaterThanOrEqual(16);
    expect(total.requiresGrad).toBe(true);
  });
  test("are not reported once the loss is detached", () => {
    const x = leaf([1, 2]);
    let s = zeros([2]);
    for (let i = 0; i < 300; i++) s = s.add(x.mul(x).detach());
    expect(s.requiresGrad).toBe(false);
    expect(found()).toEqual([]);
  });
});

describe("an update that is recorded", () => {
  const train = (step: (w: Tensor, g: Tensor) => Tensor): Tensor => {
    let w = leaf([1, 2]);
    for (let i = 0; i < 200; i++) {
      const [g] = autograd.grad(w.mul(w).sum(), [w]);
      w = step(w, g);
    }
    return w;
  };
  test("is reported", () => {
    const w = train((v, g) => v.sub(g.mul(0.01)));
    const [g] = found();
    expect(g?.ops).toEqual(["sub"]);
    expect(g?.advice).toContain("noGrad(() => w.sub_");
    expect(w.gradFn).not.toBeNull();
  });
  test.each([
    ["noGrad and sub_", (w: Tensor, g: Tensor): Tensor => noGrad(() => w.sub_(g.mul(0.01)))],
    ["detach", (w: Tensor, g: Tensor): Tensor => w.sub(g.mul(0.01)).detach().requiresGrad_()],
  ])("is gone with %s", (_name, step) => {
    const w = train(step);
    expect(w.isLeaf).toBe(true);
    expect(found()).toEqual([]);
  });
});

describe("optimizer state that is computed from recorded tensors", () => {
  const average = (of: (loss: Tensor) => Tensor): Tensor => {
    const x = leaf([1, 2]);
    let m = zeros([2]);
    for (let i = 0; i < 200; i++) m = m.mul(0.9).add(of(x.mul(x).exp()).mul(0.1));
    return m;
  };
  test("is reported, but not when the state is detached", () => {
    const m = average((g) => g);
    const [g] = found();
    expect(g?.ops).toEqual(["add", "mul"]);
    expect(g?.bytes).toBeGreaterThan(200 * 8);
    expect(g?.advice).toContain("g.detach()");
    expect(m.requiresGrad).toBe(true);
    inspect.growth();
    expect(average((t) => t.detach()).requiresGrad).toBe(false);
  });
});

describe("deep graphs that are no mistake", () => {
  test("a recurrent network, also while its losses are summed", () => {
    const told: inspect.Growth[] = [];
    inspect.watchGrowth((g) => told.push(g));
    const [w, u] = [leaf(randn([4, 4])), leaf(randn([4, 4]))];
    const forward = (): Tensor => {
      let h = zeros([1, 4]);
      let total = tensor(0);
      for (let t = 0; t < 200; t++) {
        h = h
          .matmul(w)
          .add(randn([1, 4]).matmul(u))
          .tanh();
        total = total.add(h.mul(h).mean());
      }
      return total;
    };
    for (let i = 0; i < 20; i++) forward().backward();
    const last = forward();
    inspect.reportGrowth();
    expect(told).toEqual([]);
    expect(found()).toEqual([]);
    expect(last.requiresGrad).toBe(true);
    inspect.watchGrowth(null);
  });
  test("an LSTM in training, and a deep network", () => {
    const told: inspect.Growth[] = [];
    inspect.watchGrowth((g) => told.push(g));
    const lstm = new nn.LSTM(3, 4);
    const optimizer = new optim.Adam(lstm.parameters());
    for (let i = 0; i < 20; i++) {
      optimizer.zeroGrad();
      const [out] = lstm.forward(randn([60, 1, 3]));
      out.square().mean().backward();
      optimizer.step();
    }
    let h = randn([1, 8], { requiresGrad: true });
    const layers = Array.from({ length: 60 }, () => new nn.Linear(8, 8));
    for (const layer of layers) h = h.add(layer.forward(h).relu());
    inspect.reportGrowth();
    expect(told).toEqual([]);
    expect(h.requiresGrad).toBe(true);
    inspect.watchGrowth(null);
  });
  test("a graph that is unreachable, and one that backward has freed", () => {
    const x = leaf([1, 2]);
    run(() => {
      let s = zeros([2]);
      for (let i = 0; i < 300; i++) s = s.add(x.mul(x));
      return s.numel();
    });
    expect(found()).toEqual([]);
    run(() => {
      let s = zeros([2]);
      for (let i = 0; i < 300; i++) s = s.add(x.mul(x));
      s.sum().backward();
      return s;
    });
    expect(found()).toEqual([]);
  });
});
