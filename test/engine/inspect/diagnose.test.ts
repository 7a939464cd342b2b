import {
  cat,
  diagnose,
  explain,
  F,
  Generator,
  manualSeed,
  nn,
  noGrad,
  operators,
  optim,
  randn,
  type Tensor,
  tensor,
  watchTraining,
  zeros,
} from "tapelab";
import { diagnosisOutput } from "tapelab/view";
import { describe, expect, test } from "vitest";
import { lossNames } from "../../../engine/src/inspect/diagnose/record/roles.ts";
import { clouds, curve } from "./corpus/program.ts";

const values = (m: nn.Module): unknown => Object.values(m.stateDict()).map((t) => t.toArray());

/** A classifier with softmax twice, batch norm and dropout. */
function broken(): { model: nn.Sequential; optimizer: optim.Adam; loss: () => Tensor } {
  const [x, y] = clouds(30, 4, 3);
  const model = new nn.Sequential(
    new nn.Linear(4, 8),
    new nn.BatchNorm1d(8),
    new nn.ReLU(),
    new nn.Dropout(0.2),
    new nn.Linear(8, 3),
    new nn.Softmax(1),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
  return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
}

describe("diagnose", () => {
  test("restores weights, buffers, gradients, modes, the optimizer and random numbers", () => {
    manualSeed(3);
    const { model, optimizer, loss } = broken();
    loss().backward();
    optimizer.step();
    const before = [values(model), optimizer.steps, model.parameters().map((p) => p.grad?.toArray())];
    const state = optimizer.preserveState();
    const next = randn([4]).toArray();
    manualSeed(3);
    model.eval();
    diagnose(model, { optimizer, loss, steps: 4 });
    expect(model.training).toBe(false);
    expect([values(model), optimizer.steps, model.parameters().map((p) => p.grad?.toArray())]).toEqual(before);
    expect(randn([4]).toArray()).not.toEqual(next);
    model.train();
    // the next update is the one that it would have been
    const reference = broken().model;
    reference.loadStateDict(model.stateDict());
    state();
    optimizer.step();
    expect(values(model)).not.toEqual(values(reference));
  });
  test("leaves the random numbers that follow as they are", () => {
    const { model, optimizer, loss } = broken();
    manualSeed(8);
    const expected = randn([4]).toArray();
    manualSeed(8);
    diagnose(model, { optimizer, loss, steps: 3 });
    expect(randn([4]).toArray()).toEqual(expected);
  });
  test("names the line of the program", () => {
    const { model, optimizer, loss } = broken();
    const [finding] = diagnose(model, { optimizer, loss, steps: 3 }).findings;
    expect(finding).toMatchObject({ cause: "softmax-twice", kind: "fault" });
    expect(finding.path[0].at?.file).toContain("diagnose.test.ts");
  });
  test("takes a loss function or module with batches of inputs and targets", () => {
    const [x, y] = clouds(40, 4, 3);
    const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const batches = [0, 20].map((from) => [x.narrow(0, from, 20), y.narrow(0, from, 20)]);
    for (const loss of [new nn.CrossEntropyLoss(), (p: Tensor, t: Tensor) => F.crossEntropy(p, t)]) {
      const report = diagnose(model, { optimizer, loss, data: batches, steps: 6 });
      expect(report.findings).toEqual([]);
      expect(report.data.losses).toHaveLength(6);
    }
    expect(() => diagnose(model, { loss: new nn.CrossEntropyLoss(), steps: 2 })).toThrow("batches [inputs, targets]");
  });
  test("an async step gives a promise", async () => {
    const { model, optimizer, loss } = broken();
    const before = values(model);
    const report = await diagnose(model, {
      optimizer,
      steps: 3,
      step: async () => {
        await Promise.resolve();
        optimizer.zeroGrad();
        const l = loss();
        l.backward();
        optimizer.step();
        return l;
      },
    });
    expect(report.findings[0].cause).toBe("softmax-twice");
    expect(report.data.steps).toBe(3);
    expect(values(model)).toEqual(before);
  });
  test("an error that no cause explains is thrown, and the state is restored", () => {
    const { model, optimizer, loss } = broken();
    const before = values(model);
    const step = (): void => {
      loss().backward();
      optimizer.step();
      throw new Error("the disk is full");
    };
    const fine = new nn.Sequential(model.getSubmodule("0") as nn.Linear);
    expect(() =>
      diagnose(fine, {
        optimizer: new optim.SGD(fine.parameters()),
        step: () => {
          throw new Error("the disk is full");
        },
      }),
    ).toThrow("the disk is full");
    expect(diagnose(model, { optimizer, step }).data.error).toBe("the disk is full");
    expect(values(model)).toEqual(before);
  });
  test("refuses bad arguments", () => {
    const model = new nn.Linear(2, 1);
    expect(() => diagnose(model, {})).toThrow("expected a step, or a loss");
    expect(() => diagnose(model, { step: () => null, steps: 0 })).toThrow("steps must be an integer from 1 on");
    expect(() => diagnose({ model: 3 } as never, { step: () => null })).toThrow("diagnose: model");
    expect(() => diagnose(model, { step: () => null, data: [] })).toThrow("data has no batches");
    expect(() => watchTraining(model)).toThrow("expected an optimizer");
  });
  test("122 equal findings are one", () => {
    const x = randn([8, 4], { generator: new Generator(1) });
    const layers = Array.from({ length: 61 }, () => new nn.Linear(4, 4));
    const model = new nn.Sequential(...layers);
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
    const report = diagnose(model, { optimizer, steps: 2, loss: () => model.forward(x).mul(0).sum() });
    expect(report.findings.filter((f) => f.kind === "fault").length).toBeLessThanOrEqual(2);
  });
});

describe("watchTraining", () => {
  test("watches steps that the program runs, and keeps their updates", () => {
    const [x, y] = curve(32, 2);
    const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
    const watch = watchTraining(model, { optimizer });
    for (let i = 0; i < 6; i++) {
      F.mseLoss(model.forward(x), y).backward();
      optimizer.step();
    }
    const after = values(model);
    expect(watch.steps).toBe(6);
    const report = watch.diagnose();
    expect(report.findings[0].cause).toBe("gradients-accumulate");
    expect(report.data.restored).toBe(false);
    expect(values(model)).toEqual(after);
  });
  test("says nothing about a sound training", () => {
    const [x, y] = curve(32, 2);
    const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const watch = watchTraining(model, { optimizer });
    for (let i = 0; i < 12; i++) {
      optimizer.zeroGrad();
      F.mseLoss(model.forward(x), y).backward();
      optimizer.step();
    }
    expect(watch.diagnose().findings).toEqual([]);
  });
});

describe("the output", () => {
  const { model, optimizer, loss } = broken();
  const report = diagnose(model, { optimizer, loss, steps: 3 });
  test("reads as text", () => {
    const text = report.toString();
    expect(text).toMatch(/^1 fault.* in 3 steps\.\nLoss /);
    expect(text).toContain("▲ 1. fault: softmax-twice (diagnose.test.ts:");
    expect(text.split("\n").every((line) => line.length <= 100)).toBe(true);
  });
  test("has a semantic table, and data that is JSON", () => {
    const bundle = report.bundle();
    expect(bundle["text/html"]).toMatch(/<th scope="row"[^>]*>softmax-twice<\/th>/);
    expect(bundle["text/html"]).not.toMatch(/<style|<script|class=/);
    const stored = JSON.parse(JSON.stringify(bundle[diagnosisOutput.mime])) as unknown;
    expect(stored).toEqual(report.data);
  });
  test("a sound training is said to be sound", () => {
    const w = zeros([3, 1], { requiresGrad: true });
    const [x, y] = curve(20, 3);
    const sgd = new optim.SGD([w], { lr: 0.1 });
    const sound = diagnose({ w }, { optimizer: sgd, loss: () => F.mseLoss(x.matmul(w), y) });
    expect(sound.toString()).toMatch(/^Nothing found in 20 steps: \d+ causes were checked\./);
    expect(sound.bundle()["text/html"]).not.toContain("<table>");
  });
});

test("explain after diagnose counts the passes of the program alone", () => {
  const { model, optimizer, loss } = broken();
  const [w] = model.parameters();
  loss().backward();
  const before = explain(w, { model, optimizer }).data;
  diagnose(model, { optimizer, loss, steps: 3 });
  expect(explain(w, { model, optimizer }).data).toEqual(before);
  loss().backward();
  const causes = explain(w, { model, optimizer }).data.findings.map((f) => f.sentence);
  expect(causes.join(" ")).toContain("in 2 backward passes");
});

test("units that a large step has closed: how many, and since which step", () => {
  manualSeed(2);
  const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1));
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
  const [x, y] = [randn([16, 2]), randn([16, 1])];
  const step = (_: never, i: number): void => {
    // the biases of the first layer are thrown below all inputs
    if (i === 4) noGrad(() => (model.at(0) as nn.Linear).bias?.fill_(-50));
    optimizer.zeroGrad();
    F.mseLoss(model.forward(x), y).backward();
    optimizer.step();
  };
  const found = diagnose(model, { optimizer, step, steps: 8 }).findings.find((f) => f.cause === "dead-relu");
  expect(found?.evidence).toContainEqual({ name: "units that are closed for every example", value: "8 of 8" });
  expect(found?.evidence).toContainEqual({ name: "closed since", value: "step 5" });
});

test("the roles of ops name ops that there are", () => {
  expect(lossNames.filter((name) => !operators.has(name))).toEqual([]);
});

test("a model that is given as tensors, and a step without optimizer", () => {
  const w = tensor([[0.5], [0.5]], { requiresGrad: true });
  const [x, y] = curve(16, 1);
  const both = cat([x, x.mul(2)], 1);
  const report = diagnose([w], { step: () => F.mseLoss(both.matmul(w), y).backward(), steps: 2 });
  expect(report.findings[0].cause).toBe("no-update");
});
