/** Layers compared with PyTorch: outputs, gradients, running statistics, and outputs in evaluation mode. */
import { embedding, nn, noGrad, type Tensor, tensor, where, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import reference from "../../../conformance/reference.json" with { type: "json" };

/** Returns sin(seed + 0.7 i), as make_reference.py does. */
const filled = (shape: readonly number[], seed: number): Tensor =>
  tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 0.7 * i))).reshape(
    shape,
  );

/** Max pooling, and its partial inverse with the size of the input. */
class Unpooled extends nn.Module {
  readonly pool: nn.MaxPool1d<true> | nn.MaxPool2d<true> | nn.MaxPool3d<true>;
  readonly unpool: nn.MaxUnpool1d;
  constructor(pool: Unpooled["pool"], unpool: nn.MaxUnpool1d) {
    super();
    this.pool = pool;
    this.unpool = unpool;
  }
  override forward(x: Tensor): Tensor {
    const [values, indices] = this.pool.forward(x);
    return this.unpool.forward(values, indices, { outputSize: x.shape });
  }
}

/** Returns random numbers of fractional pooling, as make_reference.py does. */
const samples = (rank: number): Tensor => filled([1, 2, rank], 0.2).add(1).div(2.1);

const camel = (name: string): string => name.replaceAll(/(?<=[^_])_(\w)/g, (_, letter: string) => letter.toUpperCase());

const dtype = "float64";

/** A module of several inputs as one of its first, or with the first as several of them. */
class Closed extends nn.Module {
  module: nn.Module;
  readonly #rest: readonly unknown[];
  readonly #repeat: number;
  constructor(module: nn.Module, rest: readonly unknown[], repeat = 1) {
    super();
    this.module = module;
    this.#rest = rest;
    this.#repeat = repeat;
  }
  override forward(x: Tensor): Tensor {
    const { forward } = this.module as unknown as { forward(...xs: unknown[]): Tensor };
    return forward.call(this.module, ...new Array<Tensor>(this.#repeat).fill(x), ...this.#rest);
  }
}

const closed = (module: nn.Module, ...rest: unknown[]): Closed => new Closed(module, rest);
const classes = (values: readonly unknown[]): Tensor => tensor(values as number[], { dtype: "int32" });
const target = filled([4, 3], 5);
const signs = (shape: readonly number[]): Tensor => where(filled(shape, 2).gt(0), 1, tensor(-1, { dtype }));
const weight = filled([3], 1);
const labels = classes([0, 2, 1, 0]);

const makers: Readonly<Record<keyof typeof reference.modules, () => nn.Module>> = {
  ReLU6: () => new nn.ReLU6(),
  LeakyReLU: () => new nn.LeakyReLU(0.2),
  Hardtanh: () => new nn.Hardtanh(-0.4, 0.6),
  Hardswish: () => new nn.Hardswish(),
  Hardshrink: () => new nn.Hardshrink(0.3),
  Softshrink: () => new nn.Softshrink(0.3),
  Threshold: () => new nn.Threshold(0.2, 5),
  PReLU: () => new nn.PReLU(3, { dtype }),
  SiLU: () => new nn.SiLU(),
  Mish: () => new nn.Mish(),
  ELU: () => new nn.ELU(0.7),
  CELU: () => new nn.CELU(0.5),
  SELU: () => new nn.SELU(),
  Softplus: () => new nn.Softplus(2, 1),
  Softsign: () => new nn.Softsign(),
  Tanhshrink: () => new nn.Tanhshrink(),
  LogSigmoid: () => new nn.LogSigmoid(),
  GLU: () => new nn.GLU(0),
  Softmax: () => new nn.Softmax(1),
  LogSoftmax: () => new nn.LogSoftmax(0),
  Softmin: () => new nn.Softmin(1),
  Softmax2d: () => new nn.Softmax2d(),
  L1Loss: () => closed(new nn.L1Loss({ reduction: "sum" }), target),
  MSELoss: () => closed(new nn.MSELoss(), target),
  SmoothL1Loss: () => closed(new nn.SmoothL1Loss({ beta: 0.5 }), target),
  HuberLoss: () => closed(new nn.HuberLoss({ delta: 0.5 }), target),
  BCEWithLogitsLoss: () => closed(new nn.BCEWithLogitsLoss({ weight, posWeight: weight }), target.abs()),
  BCELoss: () => new nn.Sequential(new nn.Sigmoid(), closed(new nn.BCELoss(), target.abs())),
  PoissonNLLLoss: () => closed(new nn.PoissonNLLLoss({ full: true }), target.abs().mul(4)),
  GaussianNLLLoss: () => closed(new nn.GaussianNLLLoss({ full: true }), target, filled([4, 3], 6).abs().add(0.5)),
  KLDivLoss: () => closed(new nn.KLDivLoss({ reduction: "batchmean", logTarget: true }), target),
  NLLLoss: () => closed(new nn.NLLLoss({ weight }), labels),
  CrossEntropyLoss: () => closed(new nn.CrossEntropyLoss({ weight, ignoreIndex: 1, labelSmoothing: 0.1 }), labels),
  CTCLoss: () =>
    new nn.Sequential(
      new nn.LogSoftmax(2),
      closed(
        new nn.CTCLoss({ blank: 1, reduction: "sum" }),
        classes([
          [0, 2],
          [2, 2],
        ]),
        [5, 4],
        [2, 1],
      ),
    ),
  MultiMarginLoss: () => closed(new nn.MultiMarginLoss({ p: 2, margin: 0.8, weight }), labels),
  MultiLabelMarginLoss: () =>
    closed(
      new nn.MultiLabelMarginLoss(),
      classes([
        [0, -1, 1],
        [2, 0, -1],
        [1, 2, 0],
        [-1, 0, 0],
      ]),
    ),
  MultiLabelSoftMarginLoss: () => closed(new nn.MultiLabelSoftMarginLoss({ weight }), signs([4, 3]).add(1).div(2)),
  SoftMarginLoss: () => closed(new nn.SoftMarginLoss(), signs([4, 3])),
  HingeEmbeddingLoss: () => closed(new nn.HingeEmbeddingLoss({ margin: 0.7 }), signs([4, 3])),
  MarginRankingLoss: () => closed(new nn.MarginRankingLoss({ margin: 0.3 }), target, signs([4, 3])),
  CosineEmbeddingLoss: () => closed(new nn.CosineEmbeddingLoss({ margin: 0.1 }), target, signs([4])),
  TripletMarginLoss: () => closed(new nn.TripletMarginLoss({ p: 3, swap: true }), target, filled([4, 3], 7)),
  TripletMarginWithDistanceLoss: () =>
    closed(new nn.TripletMarginWithDistanceLoss({ margin: 2 }), target, filled([4, 3], 7)),
  CosineSimilarity: () => closed(new nn.CosineSimilarity(0), target),
  PairwiseDistance: () => closed(new nn.PairwiseDistance(3, 1e-6, true), target),
  Bilinear: () => closed(new nn.Bilinear(3, 2, 2, { dtype }), filled([4, 2], 5)),
  MultiheadAttention: () =>
    new Closed(new nn.MultiheadAttention(4, 2, { addBiasKv: true, addZeroAttn: true, batchFirst: true, dtype }), [], 3),
  "MultiheadAttention with other sizes": () =>
    closed(new nn.MultiheadAttention(4, 2, { kdim: 3, vdim: 2, dtype }), filled([5, 2, 3], 5), filled([5, 2, 2], 6)),
  Conv1d: () => new nn.Conv1d(4, 6, 3, { stride: 2, padding: 1, groups: 2, dtype }),
  Conv2d: () => new nn.Conv2d(2, 3, [3, 2], { padding: 1, dilation: 2, bias: false, dtype }),
  MaxPool2d: () => new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
  AvgPool2d: () => new nn.AvgPool2d(2, { ceilMode: true, countIncludePad: false }),
  LayerNorm: () => new nn.LayerNorm([3, 4], { dtype }),
  RMSNorm: () => new nn.RMSNorm(4, { eps: 1e-3, dtype }),
  BatchNorm1d: () => new nn.BatchNorm1d(3, { momentum: 0.3, dtype }),
  BatchNorm2d: () => new nn.BatchNorm2d(2, { dtype }),
  "Conv1d circular": () => new nn.Conv1d(2, 3, 3, { padding: 2, paddingMode: "circular", dtype }),
  "Conv2d same, reflect": () => new nn.Conv2d(2, 3, [3, 2], { padding: "same", paddingMode: "reflect", dtype }),
  Conv3d: () => new nn.Conv3d(2, 4, [2, 3, 1], { stride: [1, 2, 1], padding: [1, 0, 1], groups: 2, dtype }),
  ConvTranspose1d: () => new nn.ConvTranspose1d(4, 6, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2, dtype }),
  ConvTranspose2d: () => new nn.ConvTranspose2d(2, 3, [3, 2], { stride: [2, 1], dilation: 2, bias: false, dtype }),
  ConvTranspose3d: () => new nn.ConvTranspose3d(2, 1, 2, { stride: 2, padding: 1, dtype }),
  MaxPool1d: () => new nn.MaxPool1d(3, { stride: 2, padding: 1, dilation: 2 }),
  "MaxPool2d ceil": () => new nn.MaxPool2d([2, 3], { ceilMode: true }),
  MaxPool3d: () => new nn.MaxPool3d(2, { stride: [1, 2, 2], padding: 1 }),
  AvgPool1d: () => new nn.AvgPool1d(3, { stride: 2, padding: 1 }),
  AvgPool3d: () => new nn.AvgPool3d([2, 1, 2], { divisorOverride: 3 }),
  LPPool1d: () => new nn.LPPool1d(2, 3, { stride: 2 }),
  LPPool2d: () => new nn.LPPool2d(4, [2, 3], { ceilMode: true }),
  LPPool3d: () => new nn.LPPool3d(2, 2),
  AdaptiveAvgPool1d: () => new nn.AdaptiveAvgPool1d(3),
  AdaptiveAvgPool2d: () => new nn.AdaptiveAvgPool2d([3, null]),
  AdaptiveAvgPool3d: () => new nn.AdaptiveAvgPool3d([3, 1, 5]),
  AdaptiveMaxPool1d: () => new nn.AdaptiveMaxPool1d(3),
  AdaptiveMaxPool2d: () => new nn.AdaptiveMaxPool2d([3, null]),
  AdaptiveMaxPool3d: () => new nn.AdaptiveMaxPool3d([3, 1, 5]),
  FractionalMaxPool2d: () => new nn.FractionalMaxPool2d(2, { outputSize: [3, 4], _randomSamples: samples(2) }),
  FractionalMaxPool3d: () => new nn.FractionalMaxPool3d([2, 1, 3], { outputRatio: 0.5, _randomSamples: samples(3) }),
  MaxUnpool1d: () =>
    new Unpooled(new nn.MaxPool1d(2, { stride: 3, returnIndices: true }), new nn.MaxUnpool1d(2, { stride: 3 })),
  MaxUnpool2d: () => new Unpooled(new nn.MaxPool2d(2, { returnIndices: true }), new nn.MaxUnpool2d(2)),
  MaxUnpool3d: () => new Unpooled(new nn.MaxPool3d(2, { returnIndices: true }), new nn.MaxUnpool3d(2)),
  GroupNorm: () => new nn.GroupNorm(2, 4, { eps: 1e-3, dtype }),
  InstanceNorm1d: () => new nn.InstanceNorm1d(3, { affine: true, trackRunningStats: true, momentum: 0.3, dtype }),
  InstanceNorm2d: () => new nn.InstanceNorm2d(2),
  "InstanceNorm2d of one": () => new nn.InstanceNorm2d(2, { affine: true, dtype }),
  InstanceNorm3d: () => new nn.InstanceNorm3d(2, { trackRunningStats: true, dtype }),
  BatchNorm3d: () => new nn.BatchNorm3d(2, { dtype }),
  LocalResponseNorm: () => new nn.LocalResponseNorm(3, { alpha: 0.5, k: 2 }),
  "Upsample nearest": () => new nn.Upsample({ scaleFactor: [1.7, 2.2] }),
  "Upsample bicubic": () => new nn.Upsample({ size: [5, 3], mode: "bicubic", alignCorners: true }),
  "Upsample trilinear": () => new nn.Upsample({ scaleFactor: 1.6, mode: "trilinear", recomputeScaleFactor: true }),
  UpsamplingNearest2d: () => new nn.UpsamplingNearest2d({ scaleFactor: 2 }),
  UpsamplingBilinear2d: () => new nn.UpsamplingBilinear2d({ size: [5, 7] }),
  Unfold: () => new nn.Unfold([2, 3], { dilation: 2, padding: 1, stride: [2, 1] }),
  Fold: () => new nn.Fold([5, 4], [2, 3], { padding: 1, stride: [2, 1] }),
  PixelShuffle: () => new nn.PixelShuffle(2),
  PixelUnshuffle: () => new nn.PixelUnshuffle(2),
  ChannelShuffle: () => new nn.ChannelShuffle(3),
  ConstantPad1d: () => new nn.ConstantPad1d([2, -1], 1.5),
  ConstantPad2d: () => new nn.ConstantPad2d(1, -2),
  ConstantPad3d: () => new nn.ConstantPad3d([1, 0, 2, 1, 0, 1], 0.5),
  ZeroPad1d: () => new nn.ZeroPad1d(2),
  ZeroPad2d: () => new nn.ZeroPad2d([1, 2, 0, -1]),
  ZeroPad3d: () => new nn.ZeroPad3d(1),
  ReflectionPad1d: () => new nn.ReflectionPad1d([2, 1]),
  ReflectionPad2d: () => new nn.ReflectionPad2d([1, 2, 0, 1]),
  ReflectionPad3d: () => new nn.ReflectionPad3d(1),
  ReplicationPad1d: () => new nn.ReplicationPad1d([3, 1]),
  ReplicationPad2d: () => new nn.ReplicationPad2d(2),
  ReplicationPad3d: () => new nn.ReplicationPad3d([1, 2, 0, 1, 3, 0]),
  CircularPad1d: () => new nn.CircularPad1d([3, 1]),
  CircularPad2d: () => new nn.CircularPad2d([1, 2, 0, 1]),
  CircularPad3d: () => new nn.CircularPad3d(1),
  LSTM: () => new nn.LSTM(3, 4, { numLayers: 2, dtype }),
  "LSTM batchFirst": () => new nn.LSTM(3, 4, { bias: false, batchFirst: true, dtype }),
  "LSTM without a batch": () => new nn.LSTM(3, 4, { numLayers: 2, dtype }),
  LSTMCell: () => new nn.LSTMCell(3, 4, { dtype }),
};

function close(got: Tensor, wanted: readonly number[], label: string): void {
  const flat = [...got.toTypedArray()];
  expect(flat.length, label).toBe(wanted.length);
  flat.forEach((v, i) => expect(v, `${label}, element ${i}`).toBeCloseTo(wanted[i], 9));
}

const call = (module: nn.Module, x: Tensor): Tensor[] => {
  const result = (module as unknown as { forward(x: Tensor): Tensor | readonly [Tensor, readonly Tensor[]] }).forward(
    x,
  );
  return [result].flat<unknown[], 2>(2) as Tensor[];
};

test.each(Object.entries(makers))("%s", (name, make) => {
  const wanted = reference.modules[name as keyof typeof makers];
  const module = make();
  noGrad(() => {
    module.parameters().forEach((p, i) => p.copy_(filled(p.shape, i + 1)));
  });
  // modules that wrap another one for the test name it differently
  const isWrapped = wanted.state.some((key) => key.includes("."));
  if (!isWrapped) expect(Object.keys(module.stateDict())).toEqual(wanted.state.map(camel));
  const x = filled(wanted.shape, 0.3).requiresGrad_();
  const outputs = call(module, x);
  outputs
    .map((y) => y.mul(y).sum())
    .reduce((a, b) => a.add(b))
    .backward();
  outputs.forEach((y, i) => close(y, wanted.outputs[i], `output ${i}`));
  close(x.grad as Tensor, wanted.input, "gradient of the input");
  module.parameters().forEach((p, i) => close(p.grad as Tensor, wanted.gradients[i], `gradient of parameter ${i}`));
  [...module.namedBuffers()].forEach(([key, b], i) => close(b, wanted.buffers[i], key));
  module.eval();
  close(call(module, x)[0], wanted.evaluated, "in evaluation");
});

describe("state", () => {
  test("contains running statistics, which are not parameters", () => {
    const norm = new nn.BatchNorm1d(2);
    expect(Object.keys(norm.stateDict())).toEqual(["weight", "bias", "runningMean", "runningVar", "numBatchesTracked"]);
    expect(norm.parameters()).toHaveLength(2);
    norm.forward(tensor([1, 2, 3, 6]).reshape([2, 2]));
    const other = new nn.BatchNorm1d(2).loadStateDict(norm.stateDict());
    expect(other.runningMean?.toArray()).toEqual(norm.runningMean?.toArray());
    expect(other.runningMean?.toArray()).not.toEqual([0, 0]);
  });

  test("an embedding initializes its padding row with 0 and gives it no gradient", () => {
    const table = new nn.Embedding(4, 3, { paddingIdx: 1 });
    expect(table.weight.select(0, 1).toArray()).toEqual([0, 0, 0]);
    table
      .forward(tensor(Int32Array.of(1, 2, 1, 2)))
      .sum()
      .backward();
    expect(table.weight.grad?.select(0, 1).toArray()).toEqual([0, 0, 0]);
    expect(table.weight.grad?.select(0, 2).toArray()).toEqual([2, 2, 2]);
  });
});

describe("errors", () => {
  test.each([
    [
      () => new nn.Conv2d(3, 4, 3, { groups: 2 }),
      "Conv2d: groups must divide both numbers of channels, but got 2 for 3 and 4",
    ],
    [
      () => new nn.Conv2d(3, 4, 3).forward(zeros([1, 2, 8, 8])),
      "conv2d: the input's channels must be those of the weight times 1 groups, which must divide the output's ([N, C, …], [O, C / groups, …]), but got [1, 2, 8, 8] and [4, 3, 3, 3]",
    ],
    [
      () => new nn.Conv2d(3, 4, 9).forward(zeros([1, 3, 8, 8])),
      "conv2d: the window must fit into the padded input (sizes of the input, of the window), but got [8, 8] and [9, 9]",
    ],
    [
      () => new nn.MaxPool2d(2, { padding: 2 }).forward(zeros([1, 1, 8, 8])),
      "maxPool2d: padding must be at most half of the window, but got 2, 2 for 2, 2",
    ],
    [
      () => new nn.BatchNorm2d(3).forward(zeros([2, 3])),
      "BatchNorm2d: the input must have 4 dimensions, but got [2, 3]",
    ],
    [
      () => new nn.BatchNorm1d(3).forward(zeros([1, 3])),
      "BatchNorm1d: training needs more than one element for each channel, but got 1",
    ],
    [
      () => new nn.LayerNorm(5).forward(zeros([2, 4])),
      "layerNorm: the input's last sizes must be the normalized shape, but got [2, 4] and [5]",
    ],
    [
      () => new nn.LSTM(3, 4).forward(zeros([2, 4])),
      "LSTM: the input must be [T, N, 3], [N, T, 3] with batchFirst, or [T, 3] without a batch, but got [2, 4]",
    ],
    [
      () => embedding(tensor(Int32Array.of(7)), zeros([4, 2])),
      "embedding: index 7 is out of range for dimension 0 of size 4",
    ],
  ])("%#", (body, message) => {
    expect(body).toThrow(message);
  });
});
