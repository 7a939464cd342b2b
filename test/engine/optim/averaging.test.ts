import { nn, optim, randn, tensor } from "tapelab";
import { expect, test } from "vitest";

const { AveragedModel, getEmaAvgFn, updateBn } = optim.swaUtils;

test("an averaged model has the names of PyTorch, and forward uses the averages", () => {
  const model = new nn.Sequential(new nn.Linear(1, 1));
  const averaged = new AveragedModel(model);
  for (const w of [1, 2, 6]) {
    model.loadStateDict({ "0.weight": tensor([[w]]), "0.bias": tensor([-w]) });
    averaged.updateParameters(model);
  }
  const { nAveraged, ...weights } = averaged.stateDict();
  expect(nAveraged.item()).toBe(3);
  expect(Object.keys(weights)).toEqual(["module.0.weight", "module.0.bias"]);
  expect(averaged.forward(tensor([[2]])).toArray()).toEqual([[3]]);
  expect(model.forward(tensor([[2]])).toArray()).toEqual([[6]]);
});

test("an exponential average weighs the newest model by 1 - decay", () => {
  const model = new nn.Linear(1, 1, { bias: false });
  const averaged = new AveragedModel(model, { avgFn: getEmaAvgFn(0.75) });
  for (const w of [0, 4, 8]) {
    model.loadStateDict({ weight: tensor([[w]]) });
    averaged.updateParameters(model);
  }
  expect(averaged.stateDict()["module.weight"].item()).toBe(2.75);
});

test("buffers are copied, or averaged where they are floats and useBuffers is set", () => {
  const model = new nn.BatchNorm1d(1);
  const copied = new AveragedModel(model);
  const averages = new AveragedModel(model, { useBuffers: true });
  for (const mean of [1, 3]) {
    model.runningMean?.fill_(mean);
    model.numBatchesTracked?.add_(1);
    for (const m of [copied, averages]) m.updateParameters(model);
  }
  expect(copied.stateDict()["module.runningMean"].item()).toBe(3);
  expect(averages.stateDict()["module.runningMean"].item()).toBe(2);
  expect(averages.stateDict()["module.numBatchesTracked"].item()).toBe(2);
});

test("the mode of the averaged model is its own, and that of the model is kept", () => {
  const model = new nn.Sequential(new nn.BatchNorm1d(2), new nn.Dropout(0.5));
  const averaged = new AveragedModel(model);
  averaged.eval();
  const x = randn([8, 2]);
  expect(averaged.forward(x).toArray()).toEqual(averaged.forward(x).toArray());
  expect(model.training).toBe(true);
  const own = averaged.stateDict()["module.0.runningMean"].toArray();
  averaged.train().forward(x);
  expect(averaged.stateDict()["module.0.runningMean"].toArray(), "statistics of the copy").not.toEqual(own);
  expect(model.stateDict()["0.runningMean"].toArray(), "statistics of the model").toEqual([0, 0]);
});

test("updateBn averages statistics over all batches, and restores momentum and mode", () => {
  const layer = new nn.BatchNorm1d(1, { momentum: 0.3 });
  const model = new nn.Sequential(layer);
  model.eval();
  updateBn([[tensor([[1], [3]]), "label"], tensor([[5], [9]])], model);
  expect(layer.runningMean?.item()).toBeCloseTo(4.5, 6);
  expect(layer.runningVar?.item()).toBeCloseTo(5, 5);
  expect([layer.momentum, model.training]).toEqual([0.3, false]);
});

test("a model with other names cannot be added", () => {
  const averaged = new AveragedModel(new nn.Linear(1, 1));
  expect(() => averaged.updateParameters(new nn.Linear(1, 1, { bias: false }))).toThrow(
    'AveragedModel.updateParameters: the model has no "bias"',
  );
});
