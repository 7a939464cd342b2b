/** Each cause of a gradient that is 0: it is named where it holds, and not where it almost does. */
import { cat, explain, F, full, maximum, nn, noGrad, ones, randn, type Tensor, tensor, where, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

/** Returns the ids of the faults and questions about the gradient of `x`. */
const causesOf = (x: Tensor, loss: () => Tensor): string[] =>
  explain(x, { loss }).data.findings.flatMap((f) => (f.kind === "fact" ? [] : [f.cause]));

/** A function of a tensor of four equal elements, one value that stops the gradient, and one that does not. */
interface Program {
  readonly cause: string;
  readonly stops: number;
  readonly passes: number;
  readonly f: (w: Tensor) => Tensor;
}

const ten = (): Tensor => full([4], 10);

const programs: readonly Program[] = [
  { cause: "dead-relu", stops: -2, passes: 2, f: (w) => w.mul(3).relu() },
  { cause: "dead-relu", stops: 0, passes: 0.1, f: (w) => w.relu().add(1) },
  { cause: "saturated-activation", stops: 800, passes: 2, f: (w) => w.sigmoid() },
  { cause: "saturated-activation", stops: -60, passes: 1, f: (w) => w.tanh() },
  {
    cause: "saturated-activation",
    stops: 9000,
    passes: 1,
    f: (w) =>
      w
        .cumsum(0)
        .softmax(0)
        .mul(tensor([3, 5, 7, 1])),
  },
  { cause: "outside-bounds", stops: 5, passes: 0.5, f: (w) => w.clamp(0, 1) },
  { cause: "outside-bounds", stops: -4, passes: 0.3, f: (w) => F.hardtanh(w) },
  { cause: "outside-bounds", stops: 0.1, passes: 2, f: (w) => F.hardshrink(w) },
  { cause: "not-chosen", stops: 1, passes: 20, f: (w) => where(w.gt(10), w, ones([4])) },
  { cause: "not-chosen", stops: 1, passes: 20, f: (w) => maximum(w, ten()) },
  { cause: "not-chosen", stops: 1, passes: 20, f: (w) => cat([w, ten()], 0).amax(0) },
  { cause: "exp-underflow", stops: -900, passes: -1, f: (w) => w.exp() },
  { cause: "stationary-point", stops: 0, passes: 1, f: (w) => w.square() },
  { cause: "stationary-point", stops: 0, passes: 1, f: (w) => w.mul(w) },
  { cause: "stationary-point", stops: 1, passes: 2, f: (w) => F.mseLoss(w, ones([4])) },
];

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  const parameter = (value: number): Tensor => full([4], value, { requiresGrad: true, dtype });
  test.each(programs.map((p) => [p.cause, p.f.toString(), p] as const))("%s: %s", (cause, _, { stops, passes, f }) => {
    const w = parameter(stops);
    expect(causesOf(w, () => f(w).sum())).toEqual([cause]);
    const v = parameter(passes);
    expect(explain(v, { loss: () => f(v).sum() }).data).toMatchObject({ state: "sound", findings: [] });
  });

  test.each([
    ["round", (w: Tensor) => w.round()],
    ["floor", (w: Tensor) => w.floor().mul(2)],
    ["sign", (w: Tensor) => w.sign()],
    ["floorDivide", (w: Tensor) => w.floorDivide(2)],
  ])("rounding-step: %s, and not its straight-through form", (_, f) => {
    const w = parameter(1.3);
    expect(causesOf(w, () => f(w).sum())).toEqual(["rounding-step"]);
    expect(causesOf(w, () => w.add(f(w).sub(w).detach()).sum())).toEqual([]);
  });

  test("all-dropped: dropout of everything, and not of half", () => {
    const w = parameter(1);
    expect(causesOf(w, () => F.dropout(w, { p: 1 }).sum())).toEqual(["all-dropped"]);
    expect(causesOf(w, () => F.dropout(w, { p: 0.1 }).sum())).toEqual([]);
  });

  test("zero-factor: a weight of zeros, and not a bias of zeros", () => {
    const [x, w] = [randn([8, 4], { dtype }), randn([4, 3], { dtype, requiresGrad: true })];
    const [v, b] = [zeros([3, 1], { dtype, requiresGrad: true }), zeros([1], { dtype, requiresGrad: true })];
    const loss = (): Tensor => x.matmul(w).tanh().matmul(v).add(b).sub(1).square().mean();
    expect(causesOf(w, loss)).toEqual(["zero-factor"]);
    expect(explain(w, { loss }).data.sentence).toMatch(/is multiplied by the tensor \[3, 1\], which is 0 throughout/);
    expect(causesOf(v, loss)).toEqual([]);
    expect(causesOf(b, loss)).toEqual([]);
  });

  test("normalized-constant: a layer norm over one element, and not over four", () => {
    const w = randn([4, 1], { dtype, requiresGrad: true });
    expect(causesOf(w, () => F.layerNorm(w, [1]).add(1).square().sum())).toEqual(["normalized-constant"]);
    expect(
      causesOf(w, () =>
        F.layerNorm(w.t(), [4])
          .mul(tensor([1, 5, 2, 7]))
          .sum(),
      ),
    ).toEqual([]);
  });
});

describe("cancels", () => {
  const w = full([4], 1, { requiresGrad: true });
  test("a softmax all of whose outputs get the same gradient, which is not saturated", () => {
    const { findings } = explain(w, { loss: () => w.mul(3).softmax(0).mul(2).sum() }).data;
    expect(findings).toMatchObject([{ cause: "cancels", kind: "question" }]);
  });
  test("the bias before a normalization, as a fact", () => {
    const [x, b] = [randn([16, 4]), zeros([4], { requiresGrad: true })];
    const norm = new nn.BatchNorm1d(4);
    const y = randn([16, 4]);
    const { findings } = explain(b, { loss: () => F.mseLoss(norm.forward(x.add(b)), y) }).data;
    expect(findings).toMatchObject([{ cause: "cancels", kind: "fact" }]);
    expect(explain(b, { loss: () => F.mseLoss(norm.forward(x).add(b), y) }).data.findings).toEqual([]);
  });
});

test("the op that stopped the gradient is named, and not the ops behind it; several are ranked by what they stopped", () => {
  const net = new nn.Sequential(
    new nn.Linear(4, 8),
    new nn.ReLU(),
    new nn.Linear(8, 8),
    new nn.ReLU(),
    new nn.Linear(8, 1),
  );
  const [first, , , second] = [...net.parameters()];
  noGrad(() => second.fill_(-100));
  const x = randn([16, 4]);
  const { findings } = explain(first, { model: net, loss: () => net.forward(x).square().mean() }).data;
  expect(findings.map((f) => f.cause)).toEqual(["dead-relu"]);
  expect(findings[0].path.map((p) => [p.op, p.scope])).toEqual([
    ["linear", "Sequential/0"],
    ["relu", "Sequential/1"],
    ["linear", "Sequential/2"],
    ["relu", "Sequential/3"],
  ]);
  const w = full([3], -2, { requiresGrad: true });
  const both = explain(w, { loss: () => w.relu().mul(3).sum().add(w.round().sum()) }).data;
  expect(both.findings.map((f) => [f.cause, f.share])).toEqual([
    ["dead-relu", 0.75],
    ["rounding-step", 0.25],
  ]);
});

test("grad is left as it is, and what was computed before backward is explained too", () => {
  const w = full([3], -2, { requiresGrad: true });
  const loss = w.mul(2).relu().sum();
  expect(explain(w, { loss }).data.state).toBe("zero");
  expect(w.grad).toBeNull();
  loss.backward();
  expect(explain(w, { loss: () => w.mul(2).relu().sum() }).data.findings[0]?.cause).toBe("dead-relu");
  expect(w.grad?.toArray()).toEqual([0, 0, 0]);
});

describe("selections", () => {
  const table = (): Tensor => randn([5, 3], { requiresGrad: true });
  const indices = (...k: number[]): Tensor => tensor(k, { dtype: "int64" });

  test("only-padding: an embedding of nothing but padding, and not of some", () => {
    const w = table();
    const f = (k: Tensor) => (): Tensor => F.embedding(k, w, { paddingIdx: 2 }).mul(3).sum();
    expect(causesOf(w, f(indices(2, 2, 2)))).toEqual(["only-padding"]);
    expect(explain(w, { loss: f(indices(2, 2, 2)) }).data.findings[0].evidence).toContainEqual({
      name: "indices of the padding row",
      value: "3 of 3",
    });
    expect(causesOf(w, f(indices(2, 1, 2)))).toEqual([]);
  });

  test("nothing-selected: bags of padding, a mask that is false throughout, and not one that is true once", () => {
    const w = table();
    const bags = (k: Tensor) => (): Tensor => F.embeddingBag(k.reshape([1, -1]), w, { paddingIdx: 2 }).sum();
    expect(causesOf(w, bags(indices(2, 2)))).toEqual(["nothing-selected"]);
    expect(causesOf(w, bags(indices(2, 1)))).toEqual([]);
    const chosen = (limit: number) => (): Tensor => cat([w.mul(2).maskedSelect(w.gt(limit)), ones([2])]).sum();
    expect(causesOf(w, chosen(1e6))).toEqual(["nothing-selected"]);
    expect(causesOf(w, chosen(-1e6))).toEqual([]);
  });
});

test("the HTML of an explanation has the tags alone that nbconvert keeps with sanitize_html", () => {
  const w = full([3], -2, { requiresGrad: true });
  const bundle = explain(w, { loss: () => w.mul(2).relu().sum() }).bundle();
  const html = String(bundle["text/html"]);
  // bleach's ALLOWED_TAGS
  const kept = ["a", "abbr", "acronym", "b", "blockquote", "code", "em", "i", "li", "ol", "strong", "ul"];
  expect([...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag).filter((tag) => !kept.includes(tag))).toEqual([]);
  expect(html).toContain("<code>relu [3]</code>");
});
