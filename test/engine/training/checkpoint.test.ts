/** Checkpoints of `fit`: what they keep, and from where a training goes on. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CheckpointOptions,
  data,
  F,
  type FitOptions,
  fit,
  type History,
  manualSeed,
  metrics,
  nn,
  optim,
  randn,
  type Tensor,
} from "tapelab";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tapelab-checkpoint-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Trained {
  readonly history: History<string>;
  readonly weights: unknown;
}

/** Trains a model; stops after some batches, where they are given. */
async function train(
  optimizerOf: (parameters: Iterable<Tensor>) => optim.Optimizer,
  options: Partial<FitOptions<"accuracy">> = {},
  stopAfter = Infinity,
): Promise<Trained> {
  manualSeed(5);
  const x = randn([50, 3]).to("float64");
  const y = x.sum(1).gt(0).to("int64");
  const model = new nn.Sequential(new nn.Linear(3, 18), new nn.Dropout(0.2), new nn.Linear(18, 2)).to("float64");
  const loader = new data.DataLoader(new data.TensorDataset(x, y), { batchSize: 8, shuffle: true, seed: 3 });
  const history = await fit(model, loader, {
    loss: F.crossEntropy,
    optimizer: optimizerOf(model.parameters()),
    epochs: 4,
    metrics: ["accuracy"],
    callbacks: { onBatchEnd: (training) => void (training.steps === stopAfter && training.stop()) },
    ...options,
  });
  return { history, weights: Object.values(model.stateDict()).map((t) => t.toArray()) };
}

const values = ({ history }: Trained): unknown => history.epochs.map((record) => ({ ...record, seconds: 0 }));

test.each([
  ["SGD with momentum", (ps: Iterable<Tensor>) => new optim.SGD(ps, { lr: 0.1, momentum: 0.9 })],
  ["AdamW", (ps: Iterable<Tensor>) => new optim.AdamW(ps, { lr: 0.01 })],
  ["RMSprop", (ps: Iterable<Tensor>) => new optim.RMSprop(ps, { lr: 0.01, centered: true })],
  ["NAdam", (ps: Iterable<Tensor>) => new optim.NAdam(ps, { lr: 0.01 })],
  ["Adafactor", (ps: Iterable<Tensor>) => new optim.Adafactor(ps, { lr: 0.01 })],
  ["L-BFGS", (ps: Iterable<Tensor>) => new optim.LBFGS(ps, { lr: 0.1, maxIter: 3 })],
])("a stopped training goes on with the same weights and values: %s", async (_, optimizerOf) => {
  const whole = await train(optimizerOf);
  await train(optimizerOf, { checkpoint: folder }, 10);
  const resumed = await train(optimizerOf, { checkpoint: folder });
  expect(resumed.weights).toEqual(whole.weights);
  expect(values(resumed)).toEqual(values(whole));
  expect(resumed.history.batches).toBe(whole.history.batches);
});

const adam = (ps: Iterable<Tensor>): optim.Optimizer => new optim.Adam(ps, { lr: 0.01 });

test("data without a position are passed over up to it", async () => {
  const batches = (): Tensor[][] => {
    manualSeed(8);
    return Array.from({ length: 5 }, () => [randn([6, 3]), randn([6, 1])]);
  };
  const run = async (checkpoint: string | undefined, stopAfter = Infinity): Promise<unknown> => {
    const list = batches();
    const model = new nn.Linear(3, 1);
    await fit(model, list, {
      loss: F.mseLoss,
      optimizer: adam(model.parameters()),
      epochs: 3,
      ...(checkpoint === undefined ? {} : { checkpoint }),
      callbacks: { onBatchEnd: (training) => void (training.steps === stopAfter && training.stop()) },
    });
    return model.weight.toArray();
  };
  const whole = await run(undefined);
  await run(folder, 8);
  expect(await run(folder)).toEqual(whole);
});

test("the last checkpoints and the best weights are kept", async () => {
  const checkpoint: CheckpointOptions = { folder, everyBatches: 2, keepLast: 3 };
  await train(adam, { checkpoint });
  expect(readdirSync(folder).toSorted()).toEqual([
    "best.safetensors",
    "checkpoint-00000025.safetensors",
    "checkpoint-00000027.safetensors",
    "checkpoint-00000028.safetensors",
  ]);
});

test("a training that has ended is not run again, and more epochs go on from it", async () => {
  await train(adam, { checkpoint: folder });
  const again = await train(adam, { checkpoint: folder });
  expect(again.history.epochs).toHaveLength(4);
  const whole = await train(adam, { epochs: 6 });
  const longer = await train(adam, { epochs: 6, checkpoint: folder });
  expect(longer.weights).toEqual(whole.weights);
});

test("resume: false begins anew", async () => {
  await train(adam, { checkpoint: folder }, 9);
  const anew = await train(adam, { checkpoint: { folder, resume: false }, epochs: 1 });
  expect(anew.history.batches).toBe(7);
  expect(readdirSync(folder).filter((name) => name.startsWith("checkpoint"))).toEqual([
    "checkpoint-00000007.safetensors",
  ]);
});

test("early stopping counts on, and its best weights survive", async () => {
  const options: Partial<FitOptions<"accuracy">> = { earlyStopping: 2, monitor: "loss", mode: "max", epochs: 20 };
  const whole = await train(adam, options);
  expect(whole.history.state).toBe("stopped early");
  await train(adam, { ...options, checkpoint: folder }, 10);
  const resumed = await train(adam, { ...options, checkpoint: folder });
  expect(values(resumed)).toEqual(values(whole));
  expect(resumed.weights).toEqual(whole.weights);
});

test("a file that was cut off is passed over for the one before it, with a warning", async () => {
  const whole = await train(adam);
  await train(adam, { checkpoint: folder }, 16);
  const latest = join(
    folder,
    readdirSync(folder)
      .filter((name) => name.startsWith("checkpoint"))
      .toSorted()
      .at(-1) ?? "",
  );
  writeFileSync(latest, readFileSync(latest).subarray(0, 900));
  writeFileSync(`${latest}.part`, "half");
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const resumed = await train(adam, { checkpoint: folder });
  expect(warn.mock.calls.map(([text]) => String(text)).join()).toMatch(
    /cannot be read, and the checkpoint before it is taken/,
  );
  warn.mockRestore();
  expect(resumed.weights).toEqual(whole.weights);
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("callbacks save a state of their own", async () => {
  const counter = (): {
    count: number;
    onBatchEnd(training: { readonly steps: number; stop(): void }): void;
    stateDict(): number;
    loadStateDict(state: unknown): void;
  } => ({
    count: 0,
    onBatchEnd(training) {
      this.count++;
      if (training.steps === 5) training.stop();
    },
    stateDict() {
      return this.count;
    },
    loadStateDict(state) {
      this.count = state as number;
    },
  });
  await train(adam, { checkpoint: folder, callbacks: counter() });
  const second = counter();
  await train(adam, { checkpoint: folder, callbacks: second });
  expect(second.count).toBe(28);
});

test("a checkpoint of another model is refused", async () => {
  await train(adam, { checkpoint: folder });
  const model = new nn.Linear(3, 2);
  const batches = [[randn([4, 3]), randn([4, 2])]];
  await expect(
    fit(model, batches, { loss: F.mseLoss, optimizer: adam(model.parameters()), epochs: 1, checkpoint: folder }),
  ).rejects.toThrow(/missing keys: "weight", "bias"/);
});

test.each(["accuracy", "f1", "cohenKappa", "rocAuc", "matthewsCorrelation", "balancedAccuracy", "logLoss"] as const)(
  "the state of a metric of classes: %s",
  (name) => {
    manualSeed(1);
    const [p, t] = [randn([20, 2]).softmax(1), randn([20]).gt(0).to("int64")];
    const [whole, first, second] = [1, 2, 3].map(() => metrics.streaming(name));
    whole.update(p, t);
    first.update(p.narrow(0, 0, 9), t.narrow(0, 0, 9));
    second.update(p, t);
    second.loadStateDict?.(JSON.parse(JSON.stringify(first.stateDict?.())));
    second.update(p.narrow(0, 9, 11), t.narrow(0, 9, 11));
    expect(second.compute()).toBe(whole.compute());
  },
);

test.each(["meanSquaredError", "r2", "explainedVariance", "maxError", "medianAbsoluteError"] as const)(
  "the state of a metric of numbers: %s",
  (name) => {
    manualSeed(1);
    const [p, t] = [randn([20]), randn([20])];
    const [whole, first, second] = [1, 2, 3].map(() => metrics.streaming(name));
    whole.update(p, t);
    first.update(p.narrow(0, 0, 9), t.narrow(0, 0, 9));
    second.loadStateDict?.(JSON.parse(JSON.stringify(first.stateDict?.())));
    second.update(p.narrow(0, 9, 11), t.narrow(0, 9, 11));
    expect(second.compute()).toBe(whole.compute());
  },
);
