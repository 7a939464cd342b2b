/** Summaries of models: shapes, parameters and multiply-adds beside PyTorch's, shared and lazy modules, text and HTML. */
import { nn, summary, type Tensor, tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

/** Multiply-adds by `torch.utils.flop_counter.FlopCounterMode`, halved, and numbers of parameters, of PyTorch 2.13. */
test.each<[nn.Module, number[][], number, number]>([
  [new nn.Linear(5, 3), [[2, 4, 5]], 120, 18],
  [new nn.Conv2d(4, 6, 3, { groups: 2, padding: 1 }), [[2, 4, 8, 8]], 13824, 114],
  [new nn.Conv1d(4, 6, 3, { stride: 2 }), [[4, 9]], 288, 78],
  [new nn.ConvTranspose2d(4, 6, 3, { stride: 2 }), [[2, 4, 5, 5]], 10800, 222],
  [
    new nn.MultiheadAttention(8, 2, { batchFirst: true }),
    [
      [2, 5, 8],
      [2, 7, 8],
      [2, 7, 8],
    ],
    4192,
    288,
  ],
  [new nn.GRUCell(3, 4), [[2, 3]], 168, 108],
])("multiply-adds of %s", (module, shapes, multiplyAdds, parameters) => {
  expect(summary(module, shapes).data).toMatchObject({ multiplyAdds, parameters });
});

test("recurrent layers multiply each matrix once a step; Bilinear and attention without a batch", () => {
  expect(summary(new nn.LSTM(3, 4, { bidirectional: true }), [5, 2, 3]).data.multiplyAdds).toBe(
    5 * 2 * 2 * 16 * (3 + 4),
  );
  expect(
    summary(new nn.Bilinear(3, 4, 5), [
      [2, 3],
      [2, 4],
    ]).data.multiplyAdds,
  ).toBe(2 * 3 * 4 * 5);
  const attention = new nn.MultiheadAttention(8, 2);
  expect(
    summary(attention, [
      [5, 8],
      [7, 8],
      [7, 8],
    ]).data.multiplyAdds,
  ).toBe(4192 / 2);
});

class Net extends nn.Module {
  readonly blocks = [new nn.Linear(20, 20), new nn.ReLU()];
  readonly head = new nn.Sequential(new nn.Dropout(0.5), new nn.Linear(20, 2));
  readonly again = this.blocks[0];
  readonly unused = new nn.Linear(3, 3);
  readonly tied = new nn.Linear(20, 20, { bias: false });
  constructor() {
    super();
    this.tied.weight = (this.blocks[0] as nn.Linear).weight;
    this.unused.requiresGrad_(false);
  }
  override forward(x: Tensor, y: Tensor): Tensor {
    const h = this.blocks[1].forward(this.again.forward(x));
    return this.head.forward(this.again.forward(h).add(this.tied.forward(y)));
  }
}

test("nested, shared, unused and tied modules, several inputs, and the modes from before", () => {
  const model = new Net();
  model.head.eval();
  const { data } = summary(model, [[4, 20], zeros([4, 20])]);
  expect(data.rows.map((r) => [r.depth, r.name, r.className, r.calls])).toEqual([
    [0, "Net", "Net", 1],
    [1, "blocks.0", "Linear", 2],
    [1, "blocks.1", "ReLU", 1],
    [1, "head", "Sequential", 1],
    [2, "0", "Dropout", 1],
    [2, "1", "Linear", 1],
    [1, "again", "Linear", 0],
    [1, "unused", "Linear", 0],
    [1, "tied", "Linear", 1],
  ]);
  expect(data.rows.map((r) => r.sharedWith)).toEqual([null, null, null, null, null, null, "blocks.0", null, null]);
  expect(data.rows.map((r) => r.parameters)).toEqual([0, 420, 0, 0, 0, 42, 0, 12, 0]);
  expect(data).toMatchObject({ parameters: 474, trainable: 462, multiplyAdds: 4 * (3 * 400 + 40) });
  expect(data).toMatchObject({ inputBytes: 640, parameterBytes: 4 * 474, outputBytes: 4 * 4 * (4 * 20 + 20 + 2) });
  expect([model.training, model.head.training]).toEqual([true, false]);
  expect(model.parameters().every((p) => p.grad === null)).toBe(true);
});

test("text has a line for each module and the totals; HTML is a table", () => {
  const model = new nn.Sequential(
    new nn.LazyConv2d(4, 3),
    new nn.BatchNorm2d(4),
    new nn.Flatten(),
    new nn.LazyLinear(2),
  );
  const result = summary(model, [1, 3, 6, 6]);
  expect(String(result).split("\n")).toEqual([
    "module            input         output        parameters  multiply-adds  output size",
    "Sequential        [1, 3, 6, 6]  [1, 2]                                           8 B",
    "  0: Conv2d       [1, 3, 6, 6]  [1, 4, 4, 4]         112          1,728        256 B",
    "  1: BatchNorm2d  [1, 4, 4, 4]  [1, 4, 4, 4]           8                       256 B",
    "  2: Flatten      [1, 4, 4, 4]  [1, 64]                                        256 B",
    "  3: Linear       [1, 64]       [1, 2]               130            128          8 B",
    "",
    "250 parameters; 1,856 multiply-adds",
    "Memory: input 432 B, parameters 1.0 kB, buffers 40 B, outputs of layers 776 B; together 2.2 kB",
  ]);
  const html = result.bundle()["text/html"] as string;
  expect(html.match(/<tr>/g)).toHaveLength(6);
  expect(html).toContain("<p>250 parameters; 1,856 multiply-adds</p>");
  expect(html.replaceAll(/<(\w+)[^>]*>|<\/\w+>/g, "")).not.toContain("<");
});

test("integer inputs by their dtype, and what is no input", () => {
  const model = new nn.Sequential(new nn.Embedding(10, 3), new nn.Linear(3, 1));
  expect(summary(model, [2, 5], { dtype: "int64" }).data.rows[0].outputs).toEqual([[2, 5, 1]]);
  expect(summary(model, tensor([1, 2], { dtype: "int32" })).data.multiplyAdds).toBe(6);
  expect(() => summary(model, [2, 5])).toThrow(/embedding/i);
  expect(model.training).toBe(true);
  expect(() => summary(model, ["a"] as never)).toThrow(/^summary: /);
});
