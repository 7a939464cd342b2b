import { arange, data, estimators, manualSeed, nn, ones, randperm, type Tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

describe("random numbers without a seed", () => {
  const drawn: Readonly<Record<string, () => unknown>> = {
    randomSplit: () => data.randomSplit(new data.TensorDataset(arange(20)), [10, 10]).map((part) => [...part.indices]),
    dropout: () => nn.functional.dropout(ones([40])).toArray(),
    Dropout: () => new nn.Dropout(0.5).forward(ones([40])).toArray(),
    Linear: () => new nn.Linear(3, 3).weight.toArray(),
    Conv2d: () => new nn.Conv2d(1, 2, 3).weight.toArray(),
    Embedding: () => new nn.Embedding(4, 3).weight.toArray(),
    LSTM: () => new nn.LSTM(2, 3).parameters().map((p) => p.toArray()),
    "init.kaimingUniform_": () => nn.init.kaimingUniform_(zeros([3, 3])).toArray(),
    "init.xavierUniform_": () => nn.init.xavierUniform_(zeros([3, 3])).toArray(),
    "init.normal_": () => nn.init.normal_(zeros([3, 3])).toArray(),
    randperm: () => randperm(20).toArray(),
    gumbelSoftmax: () => estimators.gumbelSoftmax(zeros([5])).toArray(),
    relaxedBernoulli: () => estimators.relaxedBernoulli(zeros([5])).toArray(),
    randomizedSmoothing: () =>
      estimators
        .randomizedSmoothing((x: Tensor) => x.exp().sum())(zeros([3]))
        .toArray(),
    spsa: () =>
      estimators
        .spsa((x: Tensor) => x.pow(2).sum())(ones([3]))
        .toArray(),
    perturbed: () =>
      estimators
        .perturbed((x: Tensor) => x.sign(), { samples: 3 })(zeros([5]))
        .toArray(),
  };
  test.each(Object.keys(drawn))("%s follows manualSeed, and draws anew each time", (name) => {
    manualSeed(11);
    const first = drawn[name]();
    const second = drawn[name]();
    manualSeed(11);
    expect(drawn[name]()).toEqual(first);
    expect(second).not.toEqual(first);
  });
});
