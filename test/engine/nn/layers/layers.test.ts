/** Layers compared with PyTorch: outputs, gradients, running statistics, and outputs in evaluation mode. */
import { embedding, nn, noGrad, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import reference from "../../../conformance/reference.json" with { type: "json" };

/** Returns sin(seed + 0.7 i), as make_reference.py does. */
const filled = (shape: readonly number[], seed: number): Tensor =>
  tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 0.7 * i))).reshape(
    shape,
  );

const dtype = "float64";
const makers: Readonly<Record<keyof typeof reference.modules, () => nn.Module>> = {
  Conv1d: () => new nn.Conv1d(4, 6, 3, { stride: 2, padding: 1, groups: 2, dtype }),
  Conv2d: () => new nn.Conv2d(2, 3, [3, 2], { padding: 1, dilation: 2, bias: false, dtype }),
  MaxPool2d: () => new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
  AvgPool2d: () => new nn.AvgPool2d(2, { ceilMode: true, countIncludePad: false }),
  LayerNorm: () => new nn.LayerNorm([3, 4], { dtype }),
  RMSNorm: () => new nn.RMSNorm(4, { eps: 1e-3, dtype }),
  BatchNorm1d: () => new nn.BatchNorm1d(3, { momentum: 0.3, dtype }),
  BatchNorm2d: () => new nn.BatchNorm2d(2, { dtype }),
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
    expect(Object.keys(norm.stateDict())).toEqual(["weight", "bias", "runningMean", "runningVar"]);
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
