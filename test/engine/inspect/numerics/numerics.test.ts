/** Gradient rules compared with central differences: patterns of errors from life, kinks, and what cannot be checked. */
import * as t from "tapelab";
import { numericsHtml, numericsText } from "tapelab/view";
import { describe, expect, test } from "vitest";

const { autograd, inspect, nn, randn, tensor } = t;
type Tensor = t.Tensor;
type Rule = (g: Tensor) => Tensor | null | readonly (Tensor | null)[];

t.manualSeed(2);
const leaf = (...shape: number[]): Tensor => randn(shape).requiresGrad_();

/** Returns the row of one input of an op with a rule of its own. */
function check(f: (...xs: Tensor[]) => readonly [Tensor, Rule], xs: readonly Tensor[], input = 0) {
  const y = autograd.customGradient(f)(...(xs as never[]));
  const { rows } = inspect.checkNode(y).data;
  const name = xs.length === 1 ? "x" : (["x", "z"][input] ?? "");
  const row = rows.find((r) => r.input === name);
  if (row === undefined) throw new Error(`there is no row of ${name}: ${JSON.stringify(rows)}`);
  return row;
}

type Case = readonly [
  name: string,
  f: (...xs: Tensor[]) => readonly [Tensor, Rule],
  shapes: readonly (readonly number[])[],
  input: number,
  says: string,
];

const wrong: readonly Case[] = [
  ["a factor of 2", (x) => [x.mul(x), (g) => g.mul(x)], [[3, 4]], 0, "a factor of 2 is missing"],
  ["a sign", (x) => [x.cos(), (g) => g.mul(x.sin())], [[3, 4]], 0, "The sign is wrong"],
  ["no upstream", (x) => [x.exp(), () => x.exp()], [[3, 4]], 0, "does not depend on the upstream gradient"],
  ["upstream twice", (x) => [x.exp(), (g) => x.exp().mul(g).mul(g)], [[3, 4]], 0, "upstream gradient twice"],
  [
    "a mean without its division",
    (x) => [x.mean(), (g) => g.expand(3, 4)],
    [[3, 4]],
    0,
    "12 times too large. 12 is the number of elements of x",
  ],
  [
    "a mean over rows",
    (x) => [x.mean(0), (g) => g.unsqueeze(0).expand(5, 3)],
    [[5, 3]],
    0,
    "5 is the size of dimension 0",
  ],
  ["a sum that divides", (x) => [x.sum(), (g) => g.expand(7).div(7)], [[7]], 0, "7 times too small"],
  [
    "a missing transpose",
    (x, w) => [x.matmul(w), (g) => [g.matmul(w), x.t().matmul(g)]],
    [
      [4, 5],
      [5, 5],
    ],
    0,
    "the rule computes ȳ z, and the gradient is ȳ zᵀ",
  ],
  [
    "a transposed weight gradient",
    (x, w) => [x.matmul(w), (g) => [g.matmul(w.t()), g.t().matmul(x)]],
    [
      [4, 5],
      [5, 5],
    ],
    1,
    "transposed: rows and columns are exchanged",
  ],
  [
    "gradients in the wrong order",
    (x, z) => [x.mul(z), (g) => [g.mul(x), g.mul(z)]],
    [[3], [3]],
    0,
    "the order of the returned gradients is wrong",
  ],
  ["a missing factor", (x, z) => [x.mul(z), (g) => [g, g.mul(x)]], [[6], [6]], 0, "The rule misses the factor z."],
  [
    "a factor too much",
    (x, z) => [x.add(z), (g) => [g.mul(z), g]],
    [[6], [6]],
    0,
    "The rule has too much of the factor z.",
  ],
  [
    "a sum over the broadcast dimension",
    (x, b) => [x.add(b), (g) => [g, g.at(0)]],
    [[4, 3], [3]],
    1,
    "The sum over the broadcast dimension 0 (4) is missing",
  ],
  [
    "a mean in its place",
    (x, b) => [x.add(b), (g) => [g, g.mean(0)]],
    [[4, 3], [3]],
    1,
    "takes a mean where the gradient is a sum",
  ],
  [
    "softmax without its sum",
    (x) => {
      const y = x.softmax(1);
      return [y, (g) => g.mul(y)];
    },
    [[3, 4]],
    0,
    "a sum or mean over dimension 1 (4) is left out",
  ],
  [
    "centring without its mean",
    (x) => [x.sub(x.mean(1, { keepdim: true })), (g) => g],
    [[3, 4]],
    0,
    "the same along dimension 1",
  ],
  [
    "a leak that is forgotten",
    (x) => [t.where(x.gt(0), x, x.mul(0.1)), (g) => t.where(x.gt(0), g, 0)],
    [[4, 5]],
    0,
    "right but where x < 0; there it gives 0",
  ],
  ["sigmoid without 1 − y", (x) => [x.sigmoid(), (g) => g.mul(x.sigmoid())], [[4, 5]], 0, "misses the factor 1 − y"],
  [
    "tanh without the square",
    (x) => [x.tanh(), (g) => g.mul(x.tanh().neg().add(1))],
    [[4, 5]],
    0,
    "misses the factor 1 + y",
  ],
  [
    "no gradient",
    (x, z) => [x.mul(z), (g) => [g.mul(z), null]],
    [[3], [3]],
    1,
    "gives no gradient for this input (null)",
  ],
  ["zeros", (x) => [x.exp(), (g) => g.mul(0)], [[3]], 0, "gives 0 everywhere"],
  ["NaN", (x) => [x.mul(2), (g) => g.mul(0).div(0)], [[3]], 0, "elements that are not finite"],
  [
    "one row",
    (x) => [x.mul(2), (g) => t.cat([g.narrow(0, 0, 2).mul(2), g.narrow(0, 2, 1)], 0)],
    [[3, 4]],
    0,
    "at the last index of dimension 0",
  ],
];

describe("a wrong rule", () => {
  test.each(wrong)("%s", (_name, f, shapes, input, says) => {
    const row = check(
      f,
      shapes.map((s) => leaf(...s)),
      input,
    );
    expect(row.state).toBe("wrong");
    expect(row.sentence).toContain(says);
    expect(row.worst?.index.length).toBe(shapes[input]?.length);
    expect(row.custom).toBe(true);
  });
});

describe("a right rule", () => {
  const right: readonly (readonly [string, () => Tensor])[] = [
    ["float32, lifted to float64", () => leaf(3, 4).exp().mul(leaf(4)).tanh().sum()],
    ["large values", () => leaf(5).mul(1e4).square().sum()],
    [
      "several outputs",
      () =>
        t
          .split(leaf(4, 3), 2, 0)
          .reduce((a: Tensor, b: Tensor) => a.add(b.exp()))
          .sum(),
    ],
    [
      "views and changes in place",
      () => {
        const y = leaf(4).mul(2);
        y.exp_();
        y.narrow(0, 0, 2).mul_(3);
        return y.sum();
      },
    ],
    [
      "integer inputs",
      () =>
        leaf(5, 2)
          .indexSelect(0, tensor([1, 1, 4], { dtype: "int64" }))
          .square()
          .sum(),
    ],
    ["dropout", () => t.F.dropout(leaf(20), { p: 0.5 }).sum()],
    [
      "complex numbers",
      () =>
        t
          .complex(leaf(3), randn([3]))
          .exp()
          .abs()
          .sum(),
    ],
    [
      "a convolutional network with batch norm and a loss",
      () => {
        const m = new nn.Sequential(
          new nn.Conv2d(1, 2, 3),
          new nn.BatchNorm2d(2),
          new nn.ReLU(),
          new nn.Flatten(),
          new nn.Linear(32, 3),
        );
        return t.F.crossEntropy(m.forward(randn([2, 1, 6, 6])), tensor([0, 2], { dtype: "int64" }));
      },
    ],
    [
      "attention and layer norm",
      () => {
        const x = leaf(2, 3, 4);
        return t.F.layerNorm(t.F.scaledDotProductAttention(x, x, x), [4])
          .square()
          .sum();
      },
    ],
    [
      "many elements",
      () =>
        leaf(200, 30)
          .matmul(randn([30, 40]))
          .sum(),
    ],
  ];
  test.each(right)("of %s agrees", (_name, f) => {
    const found = inspect.checkTape(f);
    expect(found.wrong.map((r) => `${r.op}: ${r.sentence}`)).toEqual([]);
    expect(found.data.totals.unchecked, numericsText(found.data)).toBe(0);
    expect(found.ok).toBe(true);
  });
});

test("a wrong op is found among right ones, and listed first", () => {
  class Gelu extends autograd.Function {
    static override forward(ctx: t.autograd.FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.mul(x.mul(1.702).sigmoid());
    }
    static override backward(ctx: t.autograd.FunctionContext, g: Tensor): Tensor {
      const [x] = ctx.savedTensors;
      return g.mul(x.mul(1.702).sigmoid());
    }
  }
  const found = inspect.checkTape(() =>
    Gelu.apply(leaf(4, 6).matmul(leaf(6, 5)).relu())
      .square()
      .mean(),
  );
  expect(found.ok).toBe(false);
  expect(found.wrong.map((r) => r.op)).toEqual(["Gelu"]);
  expect(found.data.rows[0]).toMatchObject({ op: "Gelu", state: "wrong", checked: 20, total: 20 });
  expect(found.data.rows[0]?.rule?.rows).toBe(4);
  expect(found.data.totals).toMatchObject({ ops: 5, wrong: 1 });
  const text = numericsText(found.data);
  expect(text).toContain("Gradient check of result: 5 ops, 1 wrong, 4 agree");
  expect(text.indexOf("Gelu")).toBeLessThan(text.indexOf("matmul"));
  expect(numericsHtml(found.data)).not.toMatch(/<(script|style|img)/);
});

test("a kink nearby is said, and is no error", () => {
  const { rows } = inspect.checkNode(tensor([0, 1, -1], { requiresGrad: true }).relu()).data;
  expect(rows).toMatchObject([{ state: "kink", wrong: 0 }]);
  expect(rows[0]?.sentence).toContain("At [0] there is a kink or jump nearby");
  const near = inspect.checkNode(tensor([3e-6, -4e-7, 2], { requiresGrad: true }).relu());
  expect(near.wrong).toEqual([]);
  // a step of round is a jump, at which the rule's 0 is not called wrong
  const step = inspect.checkNode(tensor([0.5, 1.2], { requiresGrad: true }).round());
  expect(step.data.rows[0]).toMatchObject({ state: "kink", wrong: 0 });
  // between tied maxima, half of the gradient is also the central difference
  expect(inspect.checkNode(tensor([2, 2, 1], { requiresGrad: true }).amax()).ok).toBe(true);
});

test("needle's ops are checked by their gradient methods", () => {
  class Wrong extends t.needle.TensorOp {
    compute(a: Tensor): Tensor {
      return a.mul(a);
    }
    gradient(g: t.needle.Value, node: t.needle.Value): t.needle.Value {
      return (g as t.needle.Tensor).mul(node.inputs[0] as t.needle.Tensor);
    }
  }
  const y = new Wrong().call(new t.needle.Tensor([[1, 2, 3]], { requiresGrad: true }));
  const { rows } = inspect.checkNode(y.realizeCachedData() as Tensor).data;
  expect(rows[0]).toMatchObject({ op: "Wrong", state: "wrong" });
  expect(rows[0]?.sentence).toContain("a factor of 2 is missing");
});

test("random results are said to be random, and seeded ones are repeated", () => {
  let calls = 0;
  const counted = autograd.customGradient((x: Tensor) => [x.mul(++calls), (g: Tensor) => g.mul(calls)]);
  expect(inspect.checkNode(counted(leaf(3))).data.rows).toMatchObject([{ state: "random" }]);
});

test("an op whose inputs were not kept says so, and a function keeps them", () => {
  const body = (): Tensor =>
    autograd
      .customGradient((x: Tensor) => [x.exp(), (g: Tensor) => g.mul(x.exp())])(leaf(3).mul(leaf(3)))
      .sum();
  const kept = inspect.checkTape(body);
  expect(kept.data.totals.unchecked).toBe(0);
  const loss = autograd.customGradient((x: Tensor) => [x.exp(), (g: Tensor) => g.mul(x.exp())])(
    randn([3]).mul(leaf(3)).detach().mul(leaf(3)),
  );
  const row = inspect.checkTape(loss).data.rows.find((r) => r.custom);
  expect(row?.state === "right" || row?.sentence.includes("was not kept")).toBe(true);
  expect(() => inspect.checkNode(leaf(2))).toThrow(/no rule to check/);
  expect(() => inspect.checkTape(randn([2]))).toThrow(/nothing was recorded/);
});

test("a check changes neither tensors, nor gradients, nor random numbers", () => {
  const x = leaf(4);
  const before = x.toArray();
  t.manualSeed(9);
  const y = t.F.dropout(x.exp(), { p: 0.5 });
  const next = t.rand([2]).toArray();
  t.manualSeed(9);
  const again = t.F.dropout(x.exp(), { p: 0.5 });
  inspect.checkTape(again.sum());
  expect(t.rand([2]).toArray()).toEqual(next);
  expect([x.toArray(), x.grad, x.version]).toEqual([before, null, 0]);
  y.sum().backward();
  expect(x.grad).not.toBe(null);
});

describe("large inputs", () => {
  test("are compared as a whole along random directions", () => {
    const model = new nn.Sequential(new nn.Linear(100, 64), new nn.Tanh(), new nn.Linear(64, 10), new nn.Softmax(1));
    const x = randn([32, 100]);
    const { data } = inspect.checkTape(() => model.forward(x).square().sum());
    expect(data.totals).toMatchObject({ wrong: 0, unchecked: 0, kinks: 0 });
    expect(data.rows.map((row) => [row.op, row.checked])).toEqual(data.rows.map((row) => [row.op, row.total]));
  });

  test("one wrong element among ten thousand is found", () => {
    const [w, c] = [randn([100, 100]).requiresGrad_(), randn([100, 100])];
    const product = (error: number): ((x: Tensor) => Tensor) =>
      autograd.customGradient((x: Tensor) => [
        x.matmul(c.to(x.dtype)).sum(0),
        (g: Tensor) => {
          const off = t.zeros([100, 100], { dtype: g.dtype });
          off.set([37, 51], error);
          return g.expand(100, 100).matmul(c.to(g.dtype).t()).add(off);
        },
      ]);
    expect(inspect.checkNode(product(0)(w)).data.rows[0]).toMatchObject({ state: "right", checked: 10_000 });
    expect(inspect.checkNode(product(1)(w)).ok).toBe(false);
  });
});
