/** Objects other than tensors, as they are printed at the end of a cell. */
import { inspect } from "node:util";
import { data, distributions, Generator, nn, ones, optim, Tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

const parameters = (): Tensor[] => new nn.Linear(3, 2).parameters();

test("a node of the tape is its name, without the internals of its op", () => {
  const y = ones([2], { requiresGrad: true }).mul(2);
  expect(inspect(y.gradFn)).toBe("<MulBackward>");
  expect(String(y.gradFn)).toBe("<MulBackward>");
});

test("an optimizer shows the settings of its groups, and how much each has to train, without the tensors", () => {
  const optimizer = new optim.SGD(
    [{ params: parameters() }, { params: [zeros([4], { requiresGrad: true })], lr: 0.5, momentum: 0.9 }],
    { lr: 0.1 },
  );
  optimizer.paramGroups[0].lr = 0.1 + 0.2;
  expect(inspect(optimizer)).toBe(
    [
      "SGD(",
      "  (0): lr=0.3, momentum=0, dampening=0, weightDecay=0, nesterov=false, maximize=false; parameters=2, elements=8",
      "  (1): lr=0.5, momentum=0.9, dampening=0, weightDecay=0, nesterov=false, maximize=false; parameters=1, elements=4",
      ")",
    ].join("\n"),
  );
  expect(inspect(new optim.AdamW(parameters(), { lr: 1e-3 }))).toMatch(
    /^AdamW\(\n {2}\(0\): lr=0.001, betas=\[0.9, 0.999\], eps=1e-8, weightDecay=0.01, .*; parameters=2, elements=8\n\)$/,
  );
});

test("a schedule shows its settings and the present learning rates, without the optimizer", () => {
  const optimizer = new optim.SGD(parameters(), { lr: 0.1 });
  const schedule = new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.5 });
  expect(inspect(schedule)).toBe("StepLR(lr=[0.1], baseLrs=[0.1], lastEpoch=0, stepSize=2, gamma=0.5)");
  const plateau = new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 3 });
  expect(inspect(plateau)).toMatch(/^ReduceLROnPlateau\(lr=\[0.1\], mode=min, factor=0.1, patience=3, .*\)$/);
});

test("a data set shows its length, a loader that of both", () => {
  const set = new data.TensorDataset(zeros([10, 2]), zeros([10], { dtype: "int64" }));
  expect(inspect(set)).toBe("TensorDataset(length=10; [10, 2] float32, [10] int64)");
  const [part] = data.randomSplit(set, [7, 3]);
  expect(inspect(part)).toBe("Subset(length=7)");
  expect(inspect(new data.ConcatDataset([part, set]))).toBe("ConcatDataset(length=17)");
  expect(inspect(new data.DataLoader(part, { batchSize: 2, shuffle: true }))).toMatch(
    /^DataLoader\(length=4, dataset=Subset\(length=7\), batchSize=2, shuffle=true, dropLast=false, numWorkers=0, /,
  );
});

test("a generator shows its seed, a distribution its shapes", () => {
  expect(inspect(new Generator(7))).toBe("Generator(seed=7)");
  expect(inspect(new distributions.Normal(zeros([3]), 1))).toBe("Normal(batchShape=[3], eventShape=[])");
});
