/** Attributions: captum's values, completeness, and what is displayed. */
import { inspect, linalg, nn, noGrad, ones, randn, type Tensor, tensor } from "tapelab";
import { attributionOutput } from "tapelab/view";
import { describe, expect, test } from "vitest";
import reference from "../../../conformance/attribution.json" with { type: "json" };

const float64 = { dtype: "float64" } as const;

class Texts extends nn.Module {
  embedding = new nn.Embedding(12, 5, { paddingIdx: 0, ...float64 });
  head = new nn.Linear(5, 3, float64);
  override forward(tokens: Tensor): Tensor {
    return this.head.forward(this.embedding.forward(tokens).tanh().mean(1));
  }
}

function load<M extends nn.Module>(model: M, state: Readonly<Record<string, unknown>>): M {
  model.loadStateDict(Object.fromEntries(Object.entries(state).map(([k, v]) => [k, tensor(v as number[], float64)])));
  return model;
}

const images = load(
  new nn.Sequential(
    new nn.Conv2d(2, 3, 3, { padding: 1, ...float64 }),
    new nn.Tanh(),
    new nn.AvgPool2d(2),
    new nn.Conv2d(3, 4, 3, float64),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(24, 3, float64),
  ),
  reference.images,
);
const relu = Array.from(images.children())[4];
const texts = load(new Texts(), reference.texts);
const x = tensor(reference.x, float64);
const tokens = tensor(reference.tokens, { dtype: "int64" });
const { target } = reference;

function expectClose(actual: Tensor, expected: unknown): void {
  const truth = tensor(expected as number[], float64);
  expect(actual.shape).toEqual(truth.shape);
  expect(linalg.vectorNorm(actual.sub(truth)).item()).toBeLessThan(1e-8);
}

describe("attributions are those of captum:", () => {
  test("saliency, with signs too", () => {
    expectClose(inspect.saliency(images, x, { target }).values, reference.saliency);
    expectClose(inspect.saliency(images, x, { target, absolute: false }).values, reference.gradient);
  });
  test("input times gradient", () =>
    expectClose(inspect.inputXGradient(images, x, { target }).values, reference.inputXGradient));
  test("integrated gradients", () => {
    const baseline = tensor(reference.baseline, float64);
    const { values } = inspect.integratedGradients(images, x, { target, baseline, steps: 20 });
    expectClose(values, reference.integratedGradients);
  });
  test("occlusion with overlapping windows", () => {
    const options = { target, window: [1, 3, 4], stride: [1, 2, 3], baseline: 0.5 };
    expectClose(inspect.occlusion(images, x, options).values, reference.occlusion);
  });
  test("Grad-CAM", () => expectClose(inspect.gradCam(images, x, relu, { target }).values, reference.gradCam));
  test("integrated gradients at an embedding", () => {
    const { values } = inspect.integratedGradients(texts, tokens, { target, layer: texts.embedding, steps: 30 });
    expectClose(values, reference.embedding);
  });
});

describe("an attribution", () => {
  test("leaves gradients, modes and hooks of the model as they were", () => {
    const before = Array.from(images.parameters(), (p) => p.grad);
    noGrad(() => inspect.gradCam(images, x, relu));
    expect(Array.from(images.parameters(), (p) => p.grad)).toEqual(before);
    let calls = 0;
    const handle = relu.registerForwardHook(() => void calls++);
    images.forward(x);
    handle.remove();
    expect(calls).toBe(1);
  });
  test("of integrated gradients adds up to the change of the output", () => {
    const model = new nn.Sequential(new nn.Linear(20, 16, float64), new nn.Tanh(), new nn.Linear(16, 4, float64));
    const input = randn([5, 20], float64);
    const { values } = inspect.integratedGradients(model, input, { target: 2 });
    const change = model.forward(input).sub(model.forward(input.mul(0)));
    expect(
      values
        .sum()
        .sub(change.narrow(1, 2, 1).sum())
        .item(),
    ).toBeCloseTo(0, 6);
  });
  test("explains the class with the largest output by default, and says so", () => {
    const w = tensor([
      [1, 0],
      [0, 2],
    ]);
    const classes = ["cat", "dog"];
    const { examples } = inspect.inputXGradient(
      (t: Tensor) => t.matmul(w),
      tensor([
        [1, 5],
        [7, 1],
      ]),
      { classes },
    ).data;
    expect(examples.map((e) => e.title)).toEqual(["dog = 10", "cat = 7"]);
    expect(examples[0]?.scores).toEqual([0, 10]);
  });
  test("takes outputs of shape [n], [n, 1], [classes] and [], and scores by a function", () => {
    const v = tensor([
      [1, 2],
      [3, 4],
    ]);
    const sum = (t: Tensor): Tensor => t.sum(-1);
    expect(inspect.saliency(sum, v).values.toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(inspect.saliency((t: Tensor) => sum(t).unsqueeze(-1), v).values.toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(inspect.inputXGradient((t: Tensor) => t.mul(2), tensor([1, 9, 3])).values.toArray()).toEqual([0, 18, 0]);
    expect(inspect.saliency((t: Tensor) => t.prod(), tensor([2, 3])).values.toArray()).toEqual([3, 2]);
    const deep = (t: Tensor): Tensor => t.unsqueeze(-1).mul(tensor([1, 10]));
    const picked = (y: Tensor): Tensor => y.select(-1, 1).sum(-1);
    expect(inspect.saliency(deep, v, { target: picked }).values.toArray()).toEqual([
      [10, 10],
      [10, 10],
    ]);
  });
  test("of an output that does not depend on the input is zero", () => {
    expect(inspect.saliency(() => ones([2]), ones([2, 3])).values.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
  test("of integers is possible by occlusion, and by gradients at a layer alone", () => {
    const lost = inspect.occlusion(texts, tokens, {
      target: 1,
      tokens: [
        ["a", "b", "c", "d", "e"],
        ["f", "g", "h", "i", "j"],
      ],
    });
    expect(lost.values.shape).toEqual([2, 5]);
    expect(lost.data.kind).toBe("text");
    expect(() => inspect.saliency(texts, tokens)).toThrow("saliency: the input must be float; pass the embedding");
  });
});

describe("an attribution refuses", () => {
  test("targets that are no classes", () => {
    expect(() => inspect.saliency(images, x, { target: 3 })).toThrow(
      "saliency: target must be a class from 0 to 2, but got 3",
    );
    expect(() => inspect.saliency(images, x, { target: [1] })).toThrow("a class for each of the 2 examples, but has 1");
    expect(() => inspect.saliency((t: Tensor) => t.sum(), x, { target: 0 })).toThrow("leave out target");
    expect(() => inspect.saliency((t: Tensor) => t, x)).toThrow("pass a function that computes the scores as target");
  });
  test("a layer that does not run once", () => {
    expect(() => inspect.gradCam(images, x, new nn.Conv2d(1, 1, 1))).toThrow(
      "gradCam: the layer must run once in a forward pass, but it ran 0 times",
    );
  });
  test("layers without sides, baselines that do not broadcast, windows of other ranks", () => {
    expect(() => inspect.gradCam(images, x, Array.from(images.children())[6])).toThrow("[n, channels, ...sides]");
    expect(() => inspect.integratedGradients(images, x, { baseline: ones([3]) })).toThrow("integratedGradients");
    expect(() => inspect.occlusion(images, x, { window: [3, 3] })).toThrow("occlusion: window needs 3 sizes");
    expect(() => inspect.saliency(texts, tokens, { layer: texts.embedding, tokens: ["a", "b"] })).toThrow(
      "for each of the 2 texts",
    );
  });
});

describe("the display", () => {
  test("of images has the picture and stays below its limit", () => {
    const big = inspect.saliency((t: Tensor) => t.pow(2).sum([1, 2, 3]), randn([10, 3, 300, 200]));
    const { data } = big;
    expect(data.kind).toBe("image");
    expect(data.examples.map((e) => e.image?.length)).toEqual(new Array(8).fill(3));
    expect(data.omitted).toBe(2);
    const bundle = big.bundle();
    expect(JSON.stringify(bundle[attributionOutput.mime]).length).toBeLessThan(256_000);
    expect(String(bundle["image/svg+xml"]).length).toBeLessThan(60_000);
    expect(Object.keys(bundle)).toEqual([attributionOutput.mime, "image/svg+xml", "text/plain"]);
  });
  test("of features ranks them by magnitude", () => {
    const w = tensor([[1], [-3]]);
    const shown = inspect.inputXGradient((t: Tensor) => t.matmul(w), tensor([[5, 2]]), { features: ["age", "height"] });
    expect(String(shown)).toBe(
      [
        "Input times gradient [1, 2] · at the input",
        "output = -1",
        "  height  −6  ----------------",
        "  age     +5  +++++++++++++",
      ].join("\n"),
    );
    expect(shown.bundle()["text/html"]).toContain('<th scope="row">height</th>');
  });
  test("of a text keeps the order of its tokens", () => {
    const shown = inspect.inputXGradient(texts, tensor([[1, 2, 3]], { dtype: "int64" }), {
      layer: texts.embedding,
      tokens: ["a", "<b>", "c"],
    });
    expect(shown.data.examples[0]?.names).toEqual(["a", "<b>", "c"]);
    expect(String(shown.bundle()["text/html"])).toContain("&lt;b&gt;");
  });
});
