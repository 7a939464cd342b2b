import { optim, tensor } from "tapelab";
import { expect, test } from "vitest";

const { lrScheduler: s } = optim;

const sgd = (): optim.SGD => new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1, momentum: 0.9 });

type Scheduler = optim.lrScheduler.LRScheduler;
const makers: Readonly<Record<string, (o: optim.Optimizer) => Scheduler>> = {
  LambdaLR: (o) => new s.LambdaLR(o, (epoch) => 1 / (1 + epoch)),
  MultiStepLR: (o) => new s.MultiStepLR(o, [3, 9]),
  LinearLR: (o) => new s.LinearLR(o, { totalIters: 9 }),
  CosineAnnealingLR: (o) => new s.CosineAnnealingLR(o, 5),
  CosineAnnealingWarmRestarts: (o) => new s.CosineAnnealingWarmRestarts(o, 3, { tMult: 2 }),
  CyclicLR: (o) => new s.CyclicLR(o, 0.1, 1, { stepSizeUp: 4, mode: "triangular2" }),
  OneCycleLR: (o) => new s.OneCycleLR(o, 1, { totalSteps: 20 }),
  SWALR: (o) => new optim.swaUtils.SWALR(o, 0.1),
  SequentialLR: (o) => new s.SequentialLR(o, [new s.LinearLR(o), new s.ExponentialLR(o, 0.9)], [6]),
  ChainedScheduler: (o) => new s.ChainedScheduler([new s.StepLR(o, 3), new s.ExponentialLR(o, 0.9)]),
};

test.each(Object.entries(makers))("%s goes on from its state as it would have", (_name, make) => {
  const run = (scheduler: Scheduler, epochs: number): number[] =>
    Array.from({ length: epochs }, () => {
      scheduler.step();
      return scheduler.optimizer.lr;
    });
  const whole = run(make(sgd()), 15);
  const first = make(sgd());
  run(first, 8);
  const second = make(sgd());
  second.optimizer.loadStateDict(first.optimizer.stateDict());
  second.loadStateDict(first.stateDict());
  expect(second.getLastLr()).toEqual(first.getLastLr());
  expect(run(second, 7)).toEqual(whole.slice(8));
});

test("ReduceLROnPlateau goes on from its state, and takes tensors", () => {
  const first = new s.ReduceLROnPlateau(sgd(), { patience: 2, factor: 0.5 });
  for (const loss of [3, 3, 3]) first.step(tensor(loss));
  const second = new s.ReduceLROnPlateau(sgd(), { patience: 2, factor: 0.5 });
  second.loadStateDict(first.stateDict());
  expect([second.best, second.numBadEpochs, second.getLastLr()]).toEqual([3, 2, [1]]);
  second.step(3);
  expect(second.optimizer.lr).toBe(0.5);
});

test("schedulers have a learning rate for each group", () => {
  const groups = [
    { params: [tensor([1], { requiresGrad: true })] },
    { params: [tensor([1], { requiresGrad: true })], lr: 2 },
  ];
  const scheduler = new s.LambdaLR(new optim.SGD(groups, { lr: 1 }), [() => 0.5, () => 0.25]);
  expect(scheduler.getLastLr()).toEqual([0.5, 0.5]);
});

test.each([
  [() => new s.StepLR({} as optim.SGD, 1), "StepLR"],
  [() => new s.LambdaLR(sgd(), []), "LambdaLR: expected a function for each of the 1 groups, but got 0"],
  [() => new s.StepLR(sgd(), 1, { lastEpoch: 3 }), "StepLR: lastEpoch needs groups with an initialLr"],
  [() => new s.ConstantLR(sgd(), { factor: 2 }), "ConstantLR: factor must lie in [0, 1], but got 2"],
  [() => new s.LinearLR(sgd(), { startFactor: 0 }), "LinearLR: startFactor must be above 0"],
  [() => new s.CosineAnnealingWarmRestarts(sgd(), 1.5), "t0 must be a positive integer, but got 1.5"],
  [() => new s.OneCycleLR(sgd(), 1), "OneCycleLR: expected totalSteps, or epochs and stepsPerEpoch"],
  [() => new s.CyclicLR(new optim.Adagrad([tensor([1])]), 0, 1), "cycleMomentum needs an optimizer with momentum"],
  [() => new s.ReduceLROnPlateau(sgd(), { factor: 1 }), "ReduceLROnPlateau: factor must be below 1, but got 1"],
  [() => new s.SequentialLR(sgd(), [new s.ExponentialLR(sgd(), 1)], []), "scheduler 0 belongs to another optimizer"],
  [() => new s.ChainedScheduler([]), "ChainedScheduler: expected at least one scheduler, but got none"],
])("wrong arguments are errors that name the scheduler: %s", (make, message) => {
  expect(make).toThrow(message);
});

test("a cycle has an end", () => {
  const scheduler = new s.OneCycleLR(sgd(), 1, { totalSteps: 3 });
  for (let k = 0; k < 3; k++) scheduler.step();
  expect(() => scheduler.step()).toThrow("OneCycleLR: step was called 4 times, but the cycle has 3 steps");
});
