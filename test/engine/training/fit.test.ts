/** `fit` beside plain loops, and how a training ends. */
import { data, F, fit, Generator, manualSeed, metrics, nn, optim, rand, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test, vi } from "vitest";

const weightsOf = (model: nn.Module): unknown => Object.values(model.stateDict()).map((t) => t.toArray());

/** A classification of points in the plane. */
function problem(n = 96): { readonly x: Tensor; readonly y: Tensor } {
  manualSeed(3);
  const x = randn([n, 2]);
  return { x, y: x.select(1, 0).mul(x.select(1, 1)).gt(0).to("int64") };
}

function makeModel(dtype: "float32" | "float64" = "float32"): nn.Sequential {
  manualSeed(7);
  return new nn.Sequential(
    new nn.Linear(2, 24),
    new nn.BatchNorm1d(24),
    new nn.Tanh(),
    new nn.Dropout(0.1),
    new nn.Linear(24, 2),
  ).to(dtype);
}

const loaderOf = (x: Tensor, y: Tensor, batchSize = 16): data.DataLoader =>
  new data.DataLoader(new data.TensorDataset(x, y), { batchSize, shuffle: true });

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test("weights, losses and metrics are those of a plain loop, to the bit", async () => {
    const { x, y } = problem();
    const typed = x.to(dtype);
    const plain = makeModel(dtype);
    const sgd = new optim.SGD(plain.parameters(), { lr: 0.1, momentum: 0.9 });
    const rates = new optim.lrScheduler.StepLR(sgd, 2, { gamma: 0.5 });
    const losses: number[] = [];
    const accuracies: number[] = [];
    for (let epoch = 0; epoch < 4; epoch++) {
      let sum = 0;
      const accuracy = metrics.streaming("accuracy");
      plain.train();
      for (const [xs, ys] of loaderOf(typed, y)) {
        sgd.zeroGrad();
        const output = plain.forward(xs);
        const loss = F.crossEntropy(output, ys);
        loss.backward();
        nn.utils.clipGradNorm_(plain.parameters(), 0.5);
        sgd.step();
        sum += loss.item() * ys.shape[0];
        accuracy.update(output, ys);
      }
      rates.step();
      losses.push(sum / y.shape[0]);
      accuracies.push(accuracy.compute());
    }
    const model = makeModel(dtype);
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    const history = await fit(model, loaderOf(typed, y), {
      loss: F.crossEntropy,
      optimizer,
      epochs: 4,
      metrics: ["accuracy"],
      clipNorm: 0.5,
      scheduler: new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.5 }),
    });
    expect(weightsOf(model)).toEqual(weightsOf(plain));
    expect(history.values("loss")).toEqual(losses);
    expect(history.values("accuracy")).toEqual(accuracies);
    expect(history.values("lr")).toEqual([0.1, 0.1, 0.05, 0.05]);
    expect(history.state).toBe("finished");
    expect(history.batches).toBe(24);
  });
});

test("accumulated gradients are those of one large batch, also where the last batch is smaller", async () => {
  const { x, y } = problem(40);
  const wide = (n: number): nn.Sequential => {
    manualSeed(n);
    return new nn.Sequential(new nn.Linear(2, 20), new nn.Tanh(), new nn.Linear(20, 2)).to("float64");
  };
  const run = async (batchSize: number, accumulate: number): Promise<nn.Sequential> => {
    const model = wide(1);
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const loader = new data.DataLoader(new data.TensorDataset(x.to("float64"), y), { batchSize });
    await fit(model, loader, { loss: F.crossEntropy, optimizer, epochs: 3, accumulate });
    return model;
  };
  const [one, parts] = [await run(40, 1), await run(12, 8)];
  const [a, b] = [one, parts].map((m) =>
    Float64Array.from(Object.values(m.stateDict()).flatMap((t) => Array.from(t.toTypedArray() as Float64Array))),
  );
  expect(Math.max(...a.map((v, i) => Math.abs(v - b[i])))).toBeLessThan(1e-9);
});

test("validation is in evaluation mode and without gradients, and restores the mode of each module", async () => {
  const { x, y } = problem();
  const model = makeModel();
  const frozen = [...model.children()][1];
  const seen: boolean[] = [];
  model.registerForwardHook((m) => void seen.push(m.training));
  const before = frozen.stateDict()["runningMean"].toArray();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const history = await fit(model, loaderOf(x, y, 48), {
    loss: F.crossEntropy,
    optimizer,
    epochs: 2,
    metrics: ["accuracy", "f1"],
    validation: [[x, y]],
    callbacks: { onEpochStart: () => void frozen.eval() },
  });
  expect(seen).toEqual([true, true, false, true, true, false]);
  expect(frozen.training).toBe(false);
  expect(frozen.stateDict()["runningMean"].toArray()).toEqual(before);
  model.eval();
  const output = model.forward(x);
  expect(history.values("valLoss").at(-1)).toBe(F.crossEntropy(output, y).item());
  expect(history.values("valAccuracy").at(-1)).toBe(metrics.accuracy(output, y));
  expect(history.values("valF1").at(-1)).toBe(metrics.f1(output, y));
  expect(history.best?.monitor).toBe("valLoss");
});

test("early stopping stops after patience epochs, and restores the best weights", async () => {
  const w = new nn.Linear(1, 1, { bias: false });
  const optimizer = new optim.SGD(w.parameters(), { lr: 0.1 });
  const losses = [5, 3, 4, 2.95, 3, 3.5, 1];
  const kept: unknown[] = [];
  const history = await fit(w, [[tensor([[1]]), tensor([[0]])]], {
    loss: F.mseLoss,
    optimizer,
    epochs: 7,
    earlyStopping: { patience: 3, minDelta: 0.1 },
    monitor: "value",
    mode: "min",
    metrics: {
      value: {
        update: () => {},
        reset: () => {},
        compute: () => losses[history0.length],
      },
    },
    callbacks: {
      onEpochEnd: (training) => {
        history0.push(training.epoch);
        kept.push(weightsOf(w));
      },
    },
  });
  expect(history.state).toBe("stopped early");
  expect(history.reason).toBe("value has not improved since epoch 2");
  expect(history.epochs).toHaveLength(5);
  expect(history.best).toEqual({ epoch: 2, monitor: "value", value: 3 });
  expect(weightsOf(w)).toEqual(kept[1]);
  expect(weightsOf(w)).not.toEqual(kept[4]);
});
const history0: number[] = [];

test("ReduceLROnPlateau takes the monitored value, OneCycleLR steps with the optimizer", async () => {
  const { x, y } = problem(32);
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0 });
  const rates: number[] = [];
  await fit(model, loaderOf(x, y), {
    loss: F.crossEntropy,
    optimizer,
    epochs: 4,
    monitor: "loss",
    mode: "max",
    scheduler: [
      new optim.lrScheduler.OneCycleLR(optimizer, 1, { totalSteps: 8 }),
      { scheduler: new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0 }), every: "epoch" },
    ],
    callbacks: { onBatchEnd: () => void rates.push(optimizer.lr) },
  });
  expect(new Set(rates).size).toBe(8);
  expect(rates).toHaveLength(8);
});

test("hooks are called in order, and asynchronous ones are waited for", async () => {
  const { x, y } = problem(32);
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const calls: string[] = [];
  const note =
    (name: string) =>
    async (training: { readonly epoch: number; readonly batch: number }): Promise<void> => {
      await Promise.resolve();
      calls.push(`${name} ${training.epoch}.${training.batch}`);
    };
  await fit(model, loaderOf(x, y), {
    loss: F.crossEntropy,
    optimizer,
    epochs: 1,
    accumulate: 2,
    callbacks: [
      {
        onStart: note("start"),
        onEpochStart: note("epoch"),
        onBatchStart: note("batch"),
        onGradients: note("gradients"),
        onBatchEnd: note("end of batch"),
        onEpochEnd: note("end of epoch"),
        onEnd: note("end"),
      },
    ],
  });
  expect(calls).toEqual([
    "start 1.0",
    "epoch 1.0",
    "batch 1.0",
    "end of batch 1.1",
    "batch 1.1",
    "gradients 1.2",
    "end of batch 1.2",
    "end of epoch 1.2",
    "end 2.0",
  ]);
});

describe("a training ends between two batches, with the best weights if they are kept", () => {
  const start = (
    options: { readonly signal?: AbortSignal },
    onBatchEnd: (n: number, stop: (reason?: string) => void) => void,
  ): { readonly model: nn.Sequential; readonly done: ReturnType<typeof fit>; readonly atEpochEnd: unknown[] } => {
    const { x, y } = problem(64);
    const model = makeModel();
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
    const atEpochEnd: unknown[] = [];
    const done = fit(model, loaderOf(x, y), {
      loss: F.crossEntropy,
      optimizer,
      epochs: 50,
      keepBest: true,
      mode: "max",
      ...options,
      callbacks: {
        onBatchEnd: (training) => onBatchEnd(training.steps, training.stop),
        onEpochEnd: () => void atEpochEnd.push(weightsOf(model)),
      },
    });
    return { model, done, atEpochEnd };
  };

  test("by its signal", async () => {
    const abort = new AbortController();
    const { model, done, atEpochEnd } = start({ signal: abort.signal }, (n) => {
      if (n === 10) abort.abort(new Error("enough"));
    });
    const history = await done;
    expect([history.state, history.reason, history.batches]).toEqual(["aborted", "enough", 10]);
    expect(weightsOf(model)).toEqual(atEpochEnd[(history.best?.epoch ?? 0) - 1]);
  });

  test("by a callback", async () => {
    const { done } = start({}, (n, stop) => {
      if (n === 3) stop("seen enough");
    });
    const history = await done;
    expect([history.state, history.reason, history.batches]).toEqual(["stopped", "seen enough", 3]);
  });

  test("by a timer of the program, which gets its turn", async () => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 120);
    const { done } = start({ signal: abort.signal }, () => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    });
    const history = await done;
    clearTimeout(timer);
    expect(history.state).toBe("aborted");
    expect(history.batches).toBeLessThan(200);
  });

  test("by an error, which is passed on", async () => {
    const { model, done, atEpochEnd } = start({}, (n) => {
      if (n === 6) throw new Error("mine");
    });
    await expect(done).rejects.toThrow("mine");
    expect(weightsOf(model)).toEqual(atEpochEnd[0]);
  });
});

test("a step of one's own, L-BFGS, asynchronous batches and a module as the loss", async () => {
  manualSeed(2);
  const x = rand([32, 3]).to("float64");
  const y = x.matmul(tensor([[1], [-2], [3]], { dtype: "float64" }));
  const model = new nn.Linear(3, 1).to("float64");
  const lbfgs = new optim.LBFGS(model.parameters(), { lineSearchFn: "strongWolfe" });
  const history = await fit(model, [[x, y]], { loss: new nn.MSELoss(), optimizer: lbfgs, epochs: 8 });
  expect(F.mseLoss(model.forward(x), y).item()).toBeLessThan(1e-10);
  expect(history.epochs[0].loss).toBeGreaterThan(0.01);

  async function* batches(): AsyncGenerator<Tensor[]> {
    for (let i = 0; i < 3; i++) {
      await Promise.resolve();
      yield [x];
    }
  }
  const other = new nn.Linear(3, 1).to("float64");
  const adam = new optim.Adam(other.parameters(), { lr: 0.1 });
  const result = await fit(
    other,
    { [Symbol.asyncIterator]: batches },
    { step: ([xs]) => F.mseLoss(other.forward(xs), xs.sum(1, { keepdim: true })), optimizer: adam, epochs: 2 },
  );
  expect(result.batches).toBe(6);
});

describe("errors say what to write", () => {
  const model = new nn.Linear(1, 1);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const batches = [[tensor([[1]]), tensor([[1]])]];
  const base = { loss: F.mseLoss, optimizer, epochs: 1 };
  test.each([
    [
      "a data set",
      () => fit(model, new data.TensorDataset(tensor([1])) as never, base),
      /wrap it: new data\.DataLoader/,
    ],
    ["no loss", () => fit(model, batches, { optimizer, epochs: 1 }), /a loss, or a function step/],
    [
      "a monitor without validation",
      () => fit(model, batches, { ...base, monitor: "valLoss" }),
      /one of loss, but got "valLoss"/,
    ],
    [
      "a metric called loss",
      () => fit(model, batches, { ...base, metrics: { loss: metrics.streaming("accuracy") } }),
      /cannot be called "loss"/,
    ],
    [
      "an unknown metric",
      () => fit(model, batches, { ...base, metrics: ["acc" as "accuracy"] }),
      /unknown metric "acc"/,
    ],
    [
      "a loss per example",
      () =>
        fit(model, [[tensor([[1], [2]]), tensor([[1], [2]])]], { ...base, loss: (a: Tensor, b: Tensor) => a.sub(b) }),
      /must be a scalar/,
    ],
    ["a batch without a target", () => fit(model, [[tensor([[1]])]], base), /give step: \(batch\) => loss/],
    ["a batch that is no list", () => fit(model, [5 as never], base), /must be a list of tensors/],
    ["epochs below 0", () => fit(model, batches, { ...base, epochs: -1 }), /epochs must be an integer of at least 0/],
    ["clipNorm 0", () => fit(model, batches, { ...base, clipNorm: 0 }), /clipNorm must be a number above 0/],
    ["validation without batches", () => fit(model, batches, { ...base, validation: [] }), /validation has no batches/],
    ["data without batches", () => fit(model, [], base), /data has no batches/],
  ])("%s", async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});

test("progress: true writes a line for each epoch, and the history prints as a table", async () => {
  const { x, y } = problem(64);
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const history = await fit(model, loaderOf(x, y), {
    loss: F.crossEntropy,
    optimizer,
    epochs: 3,
    validation: [[x, y]],
    metrics: ["accuracy"],
    progress: true,
  });
  const lines = write.mock.calls.map(([text]) => String(text));
  write.mockRestore();
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^epoch 2 of 3 \[█{8}·{16}\] loss [\d.]+ · validation [\d.]+ · /);
  expect(String(history)).toMatch(
    /^3 epochs: loss [\d.]+, validation [\d.]+, best valLoss [\d.]+ in epoch \d(?:, [\d.,]+ batches\/s)?, [\d.]+ s\n/,
  );
  expect(String(history)).toMatch(/\n {0,3}epoch +loss +val loss +accuracy +val accuracy\n/);
  expect(() => history.values("nothing")).toThrow(/there are loss, valLoss, lr, seconds, accuracy, valAccuracy/);
});

test("in a terminal, one line is replaced, at most four times a second", async () => {
  const { x, y } = problem(32);
  const model = makeModel();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const { isTTY } = process.stderr;
  process.stderr.isTTY = true;
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 60));
  const began = performance.now();
  await fit(model, loaderOf(x, y), { loss: F.crossEntropy, optimizer, epochs: 5, callbacks: { onBatchEnd: pause } });
  const seconds = (performance.now() - began) / 1000;
  // the control characters that return to the start of the line and clear it
  const begin = "\r\u001b[K";
  const written = write.mock.calls.map(([text]) => String(text));
  write.mockRestore();
  process.stderr.isTTY = isTTY;
  expect(written.every((text) => text.startsWith(begin))).toBe(true);
  const lines = written.map((text) => text.slice(begin.length));
  expect(lines.length).toBeGreaterThan(2);
  // the first line and the last one are written at any time
  expect(lines.length).toBeLessThanOrEqual(4 * seconds + 3);
  expect(lines[1]).toMatch(/^epoch \d of 5 \[█*·+\] loss [\d.]+ · [\d.]+ batches\/s · [\d.]+ s left$/);
  expect(lines.at(-1)).toMatch(/^5 epochs loss .* s\n$/);
});

test("a loader goes on in the middle of an epoch, and draws the orders that it would have drawn", () => {
  const make = (seed: number): data.DataLoader =>
    new data.DataLoader(new data.TensorDataset(tensor(Array.from({ length: 21 }, (_, i) => i))), {
      batchSize: 4,
      shuffle: true,
      generator: new Generator(seed),
    });
  const rows = (loader: data.DataLoader): unknown[] => [...loader].map(([x]) => x.toArray());
  const whole = make(5);
  const expected = [rows(whole), rows(whole), rows(whole)];
  const first = make(5);
  rows(first);
  const iterator = first[Symbol.iterator]();
  const begun = [iterator.next(), iterator.next()].map(({ value }) => value[0].toArray());
  const state = first.stateDict();
  const other = make(99);
  other.loadStateDict(state);
  expect([...begun, ...rows(other)]).toEqual(expected[1]);
  expect(rows(other)).toEqual(expected[2]);
  expect(() => new data.DataLoader(new data.TensorDataset(tensor([1]))).loadStateDict(state)).toThrow(
    /loader of 21 examples/,
  );
});
