/** The search for a learning rate. */
import { data, F, findLearningRate, Generator, manualSeed, nn, optim, rand, randn } from "tapelab";
import { describe, expect, test } from "vitest";
import { steepest } from "../../../engine/src/training/rates/curve.ts";

interface Setup {
  readonly model: nn.Sequential;
  readonly optimizer: optim.Optimizer;
  readonly loader: data.DataLoader;
}

function setup(): Setup {
  manualSeed(4);
  const x = randn([128, 4]);
  const y = x.sum(1, { keepdim: true }).mul(2);
  const model = new nn.Sequential(
    new nn.Linear(4, 20),
    new nn.BatchNorm1d(20),
    new nn.Dropout(0.1),
    new nn.Linear(20, 1),
  );
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.02, momentum: 0.9 });
  const loader = new data.DataLoader(new data.TensorDataset(x, y), {
    batchSize: 16,
    shuffle: true,
    generator: new Generator(3),
  });
  return { model, optimizer, loader };
}

test("the sweep is exponential, its losses fall and then grow, and the suggestion is on the slope", async () => {
  const { model, optimizer, loader } = setup();
  const curve = await findLearningRate(model, loader, { loss: F.mseLoss, optimizer });
  const factors = curve.rates.slice(1).map((r, i) => r / curve.rates[i]);
  expect(Math.max(...factors) - Math.min(...factors)).toBeLessThan(1e-12);
  expect(curve.rates[0]).toBe(1e-7);
  expect(factors[0]).toBeCloseTo((10 / 1e-7) ** (1 / 99), 10);
  expect(curve.diverged).toBe(true);
  expect(curve.losses).toHaveLength(curve.rates.length);
  expect(curve.suggestion).toBeGreaterThan(3e-4);
  expect(curve.suggestion).toBeLessThan(0.5);
  expect(String(curve)).toMatch(
    /^learning rate [\d.e−]+: where the loss falls most steeply, \d+ rates from 1.0e−7 to /,
  );
});

test("the smoothed loss is the average of fastai: of the past, divided by what its zero takes", async () => {
  const { model, optimizer, loader } = setup();
  const { losses, smoothed } = await findLearningRate(model, loader, {
    loss: F.mseLoss,
    optimizer,
    smoothing: 0.8,
    steps: 20,
    to: 1e-3,
  });
  let average = 0;
  losses.forEach((loss, i) => {
    average = 0.8 * average + 0.2 * loss;
    expect(smoothed[i]).toBeCloseTo(average / (1 - 0.8 ** (i + 1)), 12);
  });
  expect(losses).toHaveLength(20);
});

test("model, optimizer, gradients, modes, random numbers and the loader are as before", async () => {
  const [searched, plain] = [setup(), setup()];
  const train = ({ model, optimizer, loader }: Setup): unknown[] => {
    for (const [x, y] of loader) {
      optimizer.zeroGrad();
      F.mseLoss(model.forward(x), y).backward();
      optimizer.step();
    }
    return [...Object.values(model.stateDict()).map((t) => t.toArray()), rand([2]).toArray(), model.training];
  };
  manualSeed(6);
  train(plain);
  plain.model.eval();
  const expected = train(plain);
  manualSeed(6);
  train(searched);
  searched.model.eval();
  const gradient = searched.model.parameters().map((p) => p.grad?.toArray());
  await findLearningRate(searched.model, searched.loader, {
    loss: F.mseLoss,
    optimizer: searched.optimizer,
    steps: 30,
  });
  expect(searched.optimizer.lr).toBe(0.02);
  expect(searched.model.parameters().map((p) => p.grad?.toArray())).toEqual(gradient);
  expect(train(searched)).toEqual(expected);
});

describe("the steepest fall", () => {
  test("is that of a sigmoid in its middle", () => {
    expect(steepest(Array.from({ length: 41 }, (_, i) => 1 / (1 + Math.exp((i - 20) / 2))))).toBe(20);
  });
  test("is sought before the least value, and not in the first steps", () => {
    const values = Array.from({ length: 30 }, (_, i) => (i < 2 ? 9 - i : i < 20 ? 5 - 0.1 * i : 3 + i));
    expect(steepest(values)).toBeGreaterThanOrEqual(3);
    expect(steepest(values)).toBeLessThan(20);
  });
  test("is null where nothing falls", () => {
    expect(steepest(Array.from({ length: 30 }, (_, i) => i))).toBeNull();
  });
});

test.each([
  [{ from: 0 }, /rates must be above 0/],
  [{ from: 1, to: 0.1 }, /from below to/],
  [{ steps: 3 }, /steps must be an integer of at least 10/],
  [{ smoothing: 1 }, /smoothing must lie in \[0, 1\)/],
  [{ divergence: 1 }, /divergence must be above 1/],
])("refuses %j", async (options, message) => {
  const { model, optimizer, loader } = setup();
  await expect(findLearningRate(model, loader, { loss: F.mseLoss, optimizer, ...options })).rejects.toThrow(message);
});
