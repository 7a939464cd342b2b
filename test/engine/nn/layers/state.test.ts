/** State and modes of layers: buffers of losses, random layers in training, bags and attention in batches. */
import { Generator, nn, ones, tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

test("weights of losses are buffers", () => {
  const loss = new nn.BCEWithLogitsLoss({ weight: tensor([1, 2]), posWeight: tensor([3, 4]) });
  expect(Object.keys(loss.stateDict()).sort()).toEqual(["posWeight", "weight"]);
  expect(loss.parameters()).toHaveLength(0);
  expect(Object.keys(new nn.CrossEntropyLoss().stateDict())).toEqual([]);
});

test("dropout and RReLU are random in training alone", () => {
  const generator = new Generator(2);
  for (const layer of [
    new nn.Dropout1d(0.5, generator),
    new nn.Dropout2d(0.5, generator),
    new nn.AlphaDropout(0.5, generator),
  ]) {
    const x = ones([1, 40, 3]);
    expect(new Set(layer.forward(x).toTypedArray()).size).toBe(2);
    expect(layer.eval().forward(x).toArray()).toEqual(x.toArray());
  }
  const rrelu = new nn.RReLU(0.25, 0.75);
  const y = rrelu.forward(ones([100]).neg()).toTypedArray();
  expect(y.every((v) => v <= -0.25 && v >= -0.75)).toBe(true);
  expect(new Set(y).size).toBeGreaterThan(50);
  expect(
    rrelu
      .eval()
      .forward(tensor([-2]))
      .toArray(),
  ).toEqual([-1]);
  expect(() => new nn.Dropout3d(2)).toThrow(/^Dropout3d: p must lie in/);
});

test("EmbeddingBag has a padding row, offsets, and weights of samples", () => {
  const bag = new nn.EmbeddingBag(4, 2, { mode: "sum", paddingIdx: 0, includeLastOffset: true });
  expect(bag.weight.select(0, 0).toArray()).toEqual([0, 0]);
  const indices = tensor([1, 0, 2], { dtype: "int32" });
  const y = bag.forward(indices, tensor([0, 2, 3], { dtype: "int32" }), tensor([2, 5, 1]));
  expect(y.toArray()).toEqual([bag.weight.select(0, 1).mul(2).toArray(), bag.weight.select(0, 2).toArray()]);
  expect(String(bag)).toContain('mode="sum"');
});

test("MultiheadAttention names its parameters, and refuses heads that do not divide the embedding", () => {
  const names = (layer: nn.Module): string[] => [...layer.namedParameters()].map(([name]) => name);
  expect(names(new nn.MultiheadAttention(4, 2))).toEqual([
    "inProjWeight",
    "inProjBias",
    "outProj.weight",
    "outProj.bias",
  ]);
  expect(names(new nn.MultiheadAttention(4, 2, { kdim: 3, bias: false }))).toEqual([
    "qProjWeight",
    "kProjWeight",
    "vProjWeight",
    "outProj.weight",
  ]);
  expect(() => new nn.MultiheadAttention(4, 3)).toThrow(/^MultiheadAttention: embedDim 4 must be a multiple/);
  const [, weights] = new nn.MultiheadAttention(4, 2).forward(zeros([3, 4]), zeros([5, 4]), zeros([5, 4]), {
    needWeights: false,
  });
  expect(weights).toBeNull();
});

test("Hardsigmoid, and Softmax2d of images alone", () => {
  expect(new nn.Hardsigmoid().forward(tensor([-3, 0, 1.5, 3])).toArray()).toEqual([0, 0.5, 0.75, 1]);
  expect(() => new nn.Softmax2d().forward(zeros([2, 3]))).toThrow(/^Softmax2d: the input must have 3 or 4 dimensions/);
});
