/** Operands that would enlarge a result by broadcasting are refused, in place too. */
import { maximum, nn, randn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const { linear, binaryCrossEntropyWithLogits, layerNorm, mseLoss } = nn.functional;

describe("linear", () => {
  test.each([[[2, 1, 4]], [[3, 4]], [[5, 2, 4]], [[1, 2, 4]]])("a bias %j is too large for [2, 4]", (shape) => {
    expect(() => linear(zeros([2, 3]), zeros([4, 3]), zeros(shape))).toThrow(
      `linear: the bias must broadcast to the shape of the result (the bias, result), but got [${shape.join(", ")}] and [2, 4]`,
    );
  });
  test.each([[[]], [[1]], [[4]], [[2, 1]], [[2, 4]]])("a bias %j fits [2, 4]", (shape) => {
    expect(linear(zeros([2, 3]), zeros([4, 3]), zeros(shape)).shape).toEqual([2, 4]);
  });
  test("a vector as weight takes only a scalar as bias", () => {
    expect(linear(zeros([2, 3]), zeros([3]), tensor(1)).toArray()).toEqual([1, 1]);
    expect(() => linear(zeros([2, 3]), zeros([3]), zeros([2]))).toThrow("linear: the bias must broadcast");
  });
});

describe("LSTM", () => {
  const lstm = new nn.LSTM(3, 4, { numLayers: 2 });
  test.each([
    [
      [2, 1, 4],
      [2, 5, 4],
    ],
    [
      [2, 5, 4],
      [2, 1, 4],
    ],
    [
      [1, 5, 4],
      [1, 5, 4],
    ],
    [
      [3, 5, 4],
      [3, 5, 4],
    ],
    [
      [2, 4],
      [2, 4],
    ],
    [
      [1, 2, 5, 4],
      [1, 2, 5, 4],
    ],
    [
      [2, 5, 3],
      [2, 5, 3],
    ],
  ])("states %j and %j do not fit a batch of 5", (h, c) => {
    expect(() => lstm.forward(zeros([7, 5, 3]), [zeros(h), zeros(c)])).toThrow(
      "LSTM: hidden and cell state must be [2, 5, 4], but got [",
    );
  });
  test("the batch of the state is that of the input with batchFirst, too", () => {
    const first = new nn.LSTM(3, 4, { batchFirst: true });
    expect(first.forward(zeros([5, 7, 3]), [zeros([1, 5, 4]), zeros([1, 5, 4])])[0].shape).toEqual([5, 7, 4]);
    expect(() => first.forward(zeros([5, 7, 3]), [zeros([1, 7, 4]), zeros([1, 7, 4])])).toThrow("LSTM: hidden");
  });
  test("dtypes, the number of steps and sizes are checked", () => {
    const f64 = { dtype: "float64" } as const;
    expect(() => lstm.forward(zeros([7, 5, 3], f64))).toThrow("LSTM: the input must have the dtype of the weights");
    expect(() => lstm.forward(zeros([7, 5, 3]), [zeros([2, 5, 4], f64), zeros([2, 5, 4])])).toThrow("LSTM: the state");
    expect(() => lstm.forward(zeros([0, 5, 3]))).toThrow("LSTM: the sequence must have at least one step");
    expect(() => new nn.LSTM(3, 4, { numLayers: 0 })).toThrow("LSTM: numLayers must be an integer of at least 1");
  });
});

describe("binary cross-entropy", () => {
  const [x, z] = [zeros([2, 3]), zeros([2, 3])];
  test.each(["weight", "posWeight"])("%s may not enlarge the loss", (name) => {
    for (const shape of [
      [5, 2, 3],
      [1, 2, 3],
      [4, 3],
    ])
      expect(() => binaryCrossEntropyWithLogits(x, z, { [name]: zeros(shape), reduction: "none" })).toThrow(
        `binaryCrossEntropyWithLogits: ${name} must broadcast to the shape of the result`,
      );
    expect(binaryCrossEntropyWithLogits(x, z, { [name]: zeros([2, 1]), reduction: "none" }).shape).toEqual([2, 3]);
  });
  test("a target of integers is refused", () => {
    expect(() => binaryCrossEntropyWithLogits(x, z.to("int32"))).toThrow("expected a float tensor, but got int32");
  });
});

test("a bias of layerNorm has the normalized shape, also without a weight", () => {
  for (const shape of [[1], [3, 4], []])
    expect(() => layerNorm(zeros([2, 3, 4]), [4], { bias: zeros(shape) })).toThrow(
      "layerNorm: weight and bias must have the normalized shape, but got [4]",
    );
});

test("the weight of mseLoss has the shape of the input", () => {
  expect(() => mseLoss(zeros([3]), zeros([2, 3]), { weight: zeros([2, 3]) })).toThrow(
    "mseLoss: the weight must have the shape of the input",
  );
});

describe("in place", () => {
  const ops: readonly (readonly [string, (x: Tensor, z: Tensor) => Tensor])[] = [
    ["add_", (x, z) => x.add_(z)],
    ["sub_", (x, z) => x.sub_(z)],
    ["mul_", (x, z) => x.mul_(z)],
    ["div_", (x, z) => x.div_(z)],
    ["pow_", (x, z) => x.pow_(z)],
    ["copy_", (x, z) => x.copy_(z)],
    ["clamp_", (x, z) => x.clamp_({ min: z })],
  ];
  test.each(ops)("%s may not enlarge the tensor, and leaves it as it was", (name, run) => {
    for (const [a, b] of [
      [[3], [2, 3]],
      [[3], [1, 3]],
      [
        [1, 20],
        [2, 20],
      ],
      [[], [1]],
      [[1], [0]],
    ]) {
      const x = zeros(a).add(2);
      expect(() => run(x, zeros(b).add(3)), `${JSON.stringify(a)} and ${JSON.stringify(b)}`).toThrow(`${name}: the`);
      expect(x.toTypedArray().every((v) => v === 2)).toBe(true);
    }
  });
  test("a result of a higher category of dtypes is refused, but copies and fills are cast", () => {
    expect(() => tensor([true]).add_(tensor([1], { dtype: "int32" }))).toThrow(
      "add_: a numeric result cannot be stored",
    );
    expect(() => tensor([1], { dtype: "int32" }).div_(2)).toThrow("div_: a float result cannot be stored in place");
    expect(
      zeros([2], { dtype: "int32" })
        .copy_(tensor([1.7, -1.7]))
        .toArray(),
    ).toEqual([1, -1]);
    expect(zeros([2], { dtype: "int32" }).fill_(1.5).toArray()).toEqual([1, 1]);
    expect(
      tensor([false, true])
        .copy_(tensor([0.5, 0]))
        .toArray(),
    ).toEqual([true, false]);
  });
  test("limits of clamp_ get their gradients", () => {
    const [x, low] = [tensor([1, 5], { requiresGrad: true }), tensor([2, 2], { requiresGrad: true })];
    const y = x.clone();
    y.clamp_({ min: low });
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([0, 1]);
    expect(low.grad?.toArray()).toEqual([1, 0]);
    const z = zeros([2]);
    z.clamp_(low);
    expect(z.requiresGrad).toBe(true);
  });
  test("fill_ takes a number or a 0-d tensor", () => {
    expect(
      zeros([2])
        .fill_(tensor(3) as never)
        .toArray(),
    ).toEqual([3, 3]);
    expect(() => zeros([2]).fill_(tensor([3]) as never)).toThrow("fill_: the value must be a number or a 0-d tensor");
  });
});

test("operands of ops that broadcast still enlarge the result", () => {
  expect(randn([3]).add(randn([2, 3])).shape).toEqual([2, 3]);
  expect(maximum(zeros([3]), zeros([2, 1])).shape).toEqual([2, 3]);
});
