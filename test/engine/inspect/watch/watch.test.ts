/** Watching trainings: what is measured, alarms and their tapes, overlays, and the size and memory of it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { F, inspect, manualSeed, nn, noGrad, optim, randint, randn, Tensor, tensor, type Watch, watch } from "tapelab";
import { type OutputData, watchOutput } from "tapelab/view";
import { afterEach, expect, test } from "vitest";
import { setWatchPresenter } from "../../../../engine/src/inspect/watch/live.ts";

const runs: Watch[] = [];
/** Watches, and stops at the end of the test. */
function watched(...args: Parameters<typeof watch>): Watch {
  const run = watch(...args);
  runs.push(run);
  return run;
}
afterEach(() => {
  for (const run of runs.splice(0)) run.stop();
});

const makeModel = (): nn.Sequential => new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));

function train(model: nn.Sequential, optimizer: optim.Optimizer, steps: number, seed = 1): number[] {
  manualSeed(seed);
  const x = randn([24, 4]);
  const y = x.matmul(randn([4, 3])).argmax(1);
  return Array.from({ length: steps }, () => {
    optimizer.zeroGrad();
    const loss = F.crossEntropy(model.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

const normOf = (...tensors: readonly Tensor[]): number =>
  Math.sqrt(tensors.reduce((sum, t) => sum + t.square().sum().item(), 0));

test("the loss of every step, and the layers in the sampled ones", () => {
  manualSeed(2);
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const run = watched(model, { optimizer, share: 1 });
  const before = [...model.parameters()].map((p) => p.clone().detach());
  const losses = train(model, optimizer, 1);
  const { runs, layers, sampled } = run.data;
  expect(runs[0].loss.mean).toEqual(losses.map((v) => Number(v.toPrecision(4))));
  expect(sampled).toBe(1);
  expect(layers.name).toEqual(["0", "2"]);
  expect(layers.kind).toEqual(["Linear", "Linear"]);
  expect(layers.elements).toEqual([4 * 16 + 16, 16 * 3 + 3]);
  const [w, b] = model.parameters();
  expect(layers.weight.latest[0]).toBeCloseTo(normOf(w, b), 2);
  expect(layers.gradient.latest[0]).toBeCloseTo(normOf(w.grad as Tensor, b.grad as Tensor), 3);
  const moved = normOf(w.sub(before[0]), b.sub(before[1])) / normOf(before[0], before[1]);
  expect(layers.update.latest[0]).toBeCloseTo(moved, 4);
  train(model, optimizer, 299);
  expect(run.steps).toBe(300);
  expect(run.data.runs[0].width).toBe(4);
  expect(run.alarms).toEqual([]);
});

test("dead units: the share of rectified units that are 0 for the whole batch, by the layer before them", () => {
  const model = makeModel();
  const bias = [...model.parameters()][1];
  noGrad(() => bias.copy_(tensor(Array.from({ length: 16 }, (_, i) => (i < 4 ? -1000 : 1000)))));
  const optimizer = new optim.SGD(model.parameters(), { lr: 1e-6 });
  const run = watched(model, { optimizer });
  train(model, optimizer, 2);
  expect(run.data.layers.dead.latest).toEqual([0.25, null]);
});

test("dead units of a convolution are its channels, also behind a normalization", () => {
  manualSeed(1);
  const model = new nn.Sequential(
    new nn.Conv2d(1, 8, 3),
    new nn.BatchNorm2d(8),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(8 * 36, 2),
  );
  const [, , , shift] = model.parameters();
  noGrad(() => shift.copy_(tensor([-100, -100, 0, 0, 0, 0, 0, 0])));
  const optimizer = new optim.SGD(model.parameters(), { lr: 1e-6 });
  const run = watched(model, { optimizer });
  const x = randn([4, 1, 8, 8]);
  F.crossEntropy(model.forward(x), randint(0, 2, [4])).backward();
  optimizer.step();
  const { name, dead } = run.data.layers;
  expect(Object.fromEntries(name.map((n, i) => [n, dead.latest[i]]))).toEqual({ 0: null, 1: 0.25, 4: null });
});

test("tensors that are trained without a module are layers of their own", () => {
  const w = tensor([1, 2], { requiresGrad: true });
  const b = tensor(0, { requiresGrad: true });
  const optimizer = new optim.SGD([w, b], { lr: 0.1 });
  const run = watched({ w, b }, { optimizer });
  for (let i = 0; i < 4; i++) {
    optimizer.zeroGrad();
    w.mul(tensor([1, 2]))
      .sum()
      .add(b)
      .square()
      .backward();
    optimizer.step();
  }
  expect(run.data.layers.name).toEqual(["w", "b"]);
  expect(run.data.layers.kind).toEqual(["", ""]);
  expect(run.data.runs[0].loss.mean[0]).toBe(25);
});

test("losses of other models are not counted, and those of several backward passes are added up", () => {
  const [a, b] = [tensor(1, { requiresGrad: true }), tensor(1, { requiresGrad: true })];
  const [first, second] = [a, b].map((p) => new optim.SGD([p], { lr: 0 }));
  const run = watched({ a }, { optimizer: first });
  b.mul(100).backward();
  second.step();
  a.mul(2).backward();
  a.mul(3).backward();
  first.step();
  expect(run.data.runs[0].loss.mean).toEqual([5]);
});

test("a learning rate that is too large is an alarm with the tape of its step", () => {
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 1e4 });
  const run = watched(model, { optimizer });
  train(model, optimizer, 40);
  run.settle();
  expect(run.alarms.map(({ finding }) => finding.cause)).toContain("learning-rate-too-large");
  const { step } = run.alarms[0];
  const { rows } = run.tape(step).data;
  expect(rows.label).toContain("linear");
  expect(run.tape().data).toEqual(run.tape(step).data);
  expect(run.data.tapes.map((t) => t.step)).toEqual([...new Set(run.alarms.map((a) => a.step))]);
  expect(() => run.tape(39)).toThrow("tape: no tape was kept of step 39; there are those of");
});

test.each([1, 1e-9])("the first loss that is not finite keeps its tape, at a share of %s", (share) => {
  const w = tensor([2, 3], { requiresGrad: true });
  const optimizer = new optim.SGD([w], { lr: 0.1 });
  const run = watched({ w }, { optimizer, share });
  for (let i = 0; i < 60; i++) {
    optimizer.zeroGrad();
    const x = i === 41 ? w.sub(w.max().add(1)) : w.abs().add(1);
    x.log().sum().backward();
    optimizer.step();
  }
  run.settle();
  const [alarm] = run.alarms;
  expect(alarm.step).toBe(41);
  expect(alarm.finding.cause).toBe("loss-not-finite");
  expect(alarm.finding.sentence).toMatch(/^The loss is NaN: log /);
  expect(run.tape(41).data.rows.label.some((l) => l.includes("log"))).toBe(true);
});

test("examining leaves weights, gradients and the optimizer as they are", () => {
  const losses = [false, true].map((isWatched) => {
    manualSeed(3);
    const model = makeModel();
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const run = isWatched ? watched(model, { optimizer, share: 1 }) : null;
    const all = [...train(model, optimizer, 30), ...train(model, optimizer, 30)];
    run?.settle();
    return [...all, ...train(model, optimizer, 10)];
  });
  expect(losses[1]).toEqual(losses[0]);
});

test("the time of watching is that added to the steps, without the examination at the end", () => {
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0 });
  const run = watched(model, { optimizer });
  train(model, optimizer, 3);
  expect(run.alarms).toEqual([]);
  const { time } = run;
  run.stop();
  expect(run.alarms.map((a) => a.finding.cause)).toContain("learning-rate-zero");
  expect(run.time).toEqual(time);
});

test("a sound training raises no alarm, and a run can be compared with earlier ones", () => {
  const [first, second] = [0.05, 0.2].map((lr) => {
    manualSeed(1);
    const model = makeModel();
    const optimizer = new optim.SGD(model.parameters(), { lr });
    const run = watched(model, {
      optimizer,
      name: `lr ${lr}`,
      share: 1,
      ...(runs.length > 0 ? { compare: runs[0] } : {}),
    });
    train(model, optimizer, 150);
    run.settle();
    return run;
  });
  expect([...first.alarms, ...second.alarms]).toEqual([]);
  expect(first.data.runs.map((r) => r.name)).toEqual(["lr 0.05"]);
  const { runs: both } = second.data;
  expect(both.map((r) => r.name)).toEqual(["lr 0.2", "lr 0.05"]);
  expect(both[1].loss).toEqual(first.data.runs[0].loss);
  expect(String(second)).toMatch(
    /^150 steps: lr 0\.2, loss [\d.]+, .*\nloss [▁-█]+\n\nrun +steps +loss +least\nlr 0\.2 +150/,
  );
  const svg = String(second.bundle()["image/svg+xml"]);
  expect(svg).toContain("lr 0.05: loss");
  expect(svg).toContain("stroke-dasharray");
});

test("live updates stay below 32 kB, and the whole below the limits, with many layers, alarms and runs", () => {
  manualSeed(1);
  const layers = Array.from({ length: 60 }, () => [new nn.Linear(4, 4), new nn.ReLU()]).flat();
  const model = new nn.Sequential(...layers);
  const others: Watch[] = [];
  for (let k = 0; k < 4; k++) {
    const optimizer = new optim.SGD(model.parameters(), { lr: k === 3 ? 1e6 : 1e-3 });
    const run = watched(model, {
      optimizer,
      share: 1,
      compare: [...others],
      name: `a rather long name of run number ${k}`,
    });
    for (let i = 0; i < 140; i++) {
      optimizer.zeroGrad();
      model
        .forward(randn([8, 4]))
        .square()
        .sum()
        .backward();
      optimizer.step();
    }
    run.settle();
    others.push(run);
  }
  const [last] = others.slice(-1);
  const live = last.liveBundle();
  expect(new TextEncoder().encode(JSON.stringify(live)).length).toBeLessThan(32_000);
  const full = last.bundle();
  expect(Object.keys(full)).toEqual([watchOutput.mime, "image/svg+xml", "text/plain"]);
  expect(JSON.stringify(full[watchOutput.mime]).length).toBeLessThan(256_000);
  expect(String(full["image/svg+xml"]).length).toBeLessThan(60_000);
  expect(String(full["text/plain"]).split("\n").length).toBeLessThanOrEqual(40);
  expect(last.data.layers.name.length).toBe(40);
  expect(last.data.layers.omitted).toBe(20);
  expect(String(last.table()["text/html"])).toContain("… and 20 more layers");
  expect(Object.keys(last.table())).toEqual(["text/html", "text/plain"]);
  expect(watchOutput.read(last.data as OutputData)).toEqual(last.data);
});

test("steps are not kept, and what an evaluation computes is not recorded", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  manualSeed(1);
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
  const run = watched(model, { optimizer, share: 1 });
  const refs: WeakRef<Tensor>[] = [];
  const keep = (y: Tensor): Tensor => {
    refs.push(new WeakRef(y));
    return y;
  };
  const step = (): void => {
    optimizer.zeroGrad();
    keep(model.forward(randn([24, 4])))
      .square()
      .mean()
      .backward();
    optimizer.step();
  };
  for (let i = 0; i < 30; i++) step();
  // between two steps: an evaluation of many batches
  noGrad(() => {
    for (let i = 0; i < 50; i++) keep(model.forward(randn([64, 4])));
  });
  for (let i = 0; i < 30; i++) step();
  expect(run.steps).toBe(60);
  expect(run.sampled).toBeGreaterThan(3);
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  // a row of recorded steps may wait to be examined
  expect(refs.filter((r) => r.deref() !== undefined).length).toBeLessThanOrEqual(4);
});

test("a presenter is called at most four times a second", () => {
  const times: number[] = [];
  setWatchPresenter((_watch, moment) => moment === "due" && times.push(performance.now()) > 0);
  try {
    const model = makeModel();
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
    watched(model, { optimizer });
    const until = performance.now() + 700;
    while (performance.now() < until) train(model, optimizer, 1);
  } finally {
    setWatchPresenter(() => false);
  }
  expect(times.length).toBeGreaterThanOrEqual(1);
  expect(times.length).toBeLessThanOrEqual((times[times.length - 1] - times[0]) / 250 + 2);
});

test("a new watch of an optimizer takes the place of the one before", () => {
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
  const old = watched(model, { optimizer });
  train(model, optimizer, 2);
  const fresh = watched(model, { optimizer });
  train(model, optimizer, 3);
  expect([old.steps, fresh.steps]).toEqual([2, 3]);
});

test("errors", () => {
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
  expect(() => watch(model, { optimizer: [] })).toThrow(
    "watch: expected an optimizer, whose steps end the steps of the training",
  );
  expect(() => watch([1] as never, { optimizer })).toThrow(/^watch: /);
  expect(() => watch(model, { optimizer, share: 0 })).toThrow("watch: share must be above 0 and at most 1, but got 0");
  expect(() => watched(model, { optimizer }).tape()).toThrow("tape: there is no alarm, so no tape was kept");
  expect(inspect.watch(model, { optimizer }).steps).toBe(0);
});
