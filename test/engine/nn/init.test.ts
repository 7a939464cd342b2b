/** Initialization: distributions by moments and the test of Kolmogorov and Smirnov, in both widths; properties of matrices; settings that are refused. */
import { type DType, eye, Generator, nn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const { init } = nn;

/** Largest distance between the empirical distribution function and a continuous one. */
function distance(t: Tensor, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(t.toTypedArray()).sort();
  const n = sorted.length;
  return sorted.reduce((d, x, i) => Math.max(d, Math.abs((i + 1) / n - cdf(x)), Math.abs(cdf(x) - i / n)), 0);
}

/** Distance that a sample of the distribution exceeds with a probability of 0.1 % (Smirnov). */
const critical = (n: number): number => 1.95 / Math.sqrt(n);

const phi = (x: number): number =>
  tensor(x / Math.SQRT2, { dtype: "float64" })
    .erf()
    .add(1)
    .div(2)
    .item();
const uniform = (a: number, b: number) => (x: number) => Math.min(1, Math.max(0, (x - a) / (b - a)));
const normal = (mean: number, std: number) => (x: number) => phi((x - mean) / std);
const truncated = (mean: number, std: number, a: number, b: number) => {
  const [low, high] = [a, b].map(normal(mean, std));
  return (x: number): number => (normal(mean, std)(x) - low) / (high - low);
};

/** Each function with its distribution and standard deviation, for weights of shape [60, 20, 3]: a fan-in of 60, a fan-out of 180. */
const cases: readonly [string, (t: Tensor, generator: Generator) => Tensor, (x: number) => number, number][] = [
  ["uniform_", (t, g) => init.uniform_(t, -3, 1, g), uniform(-3, 1), 4 / Math.sqrt(12)],
  ["normal_", (t, g) => init.normal_(t, 1, 2, g), normal(1, 2), 2],
  [
    "xavierUniform_",
    (t, g) => init.xavierUniform_(t, 2, g),
    uniform(-2 / Math.sqrt(40), 2 / Math.sqrt(40)),
    2 / Math.sqrt(120),
  ],
  ["xavierNormal_", (t, g) => init.xavierNormal_(t, 1, g), normal(0, 1 / Math.sqrt(120)), 1 / Math.sqrt(120)],
  [
    "kaimingUniform_",
    (t, generator) => init.kaimingUniform_(t, { a: Math.sqrt(5), generator }),
    uniform(-1 / Math.sqrt(60), 1 / Math.sqrt(60)),
    1 / Math.sqrt(180),
  ],
  [
    "kaimingNormal_",
    (t, generator) => init.kaimingNormal_(t, { mode: "fanOut", nonlinearity: "relu", generator }),
    normal(0, 1 / Math.sqrt(90)),
    1 / Math.sqrt(90),
  ],
  [
    "kaimingNormal_ for tanh",
    (t, generator) => init.kaimingNormal_(t, { nonlinearity: "tanh", generator }),
    normal(0, 5 / 3 / Math.sqrt(60)),
    5 / 3 / Math.sqrt(60),
  ],
  ["truncNormal_", (t, generator) => init.truncNormal_(t, 0, 1, { generator }), truncated(0, 1, -2, 2), 0.87962566],
  [
    "truncNormal_ of a narrow window",
    (t, generator) => init.truncNormal_(t, 0, 2, { a: -0.5, b: 0.5, generator }),
    truncated(0, 2, -0.5, 0.5),
    0.28747,
  ],
  [
    "truncNormal_ of a short tail",
    (t, generator) => init.truncNormal_(t, 0, 1, { a: 1, b: 1.5, generator }),
    truncated(0, 1, 1, 1.5),
    0.14237,
  ],
  [
    "truncNormal_ of a long tail",
    (t, generator) => init.truncNormal_(t, 0, 1, { a: 2.5, b: 1e9, generator }),
    truncated(0, 1, 2.5, 40),
    0.29828,
  ],
  [
    "truncNormal_ of the other tail",
    (t, generator) => init.truncNormal_(t, 1, 0.5, { a: -1e9, b: -0.25, generator }),
    (x) => 1 - truncated(0, 1, 2.5, 40)((1 - x) / 0.5),
    0.14914,
  ],
];

describe.each(["float32", "float64"] as const)("in %s", (dtype: DType) => {
  test.each(cases)("%s has the distribution that it names", (_name, fill, cdf, std) => {
    const t = zeros([60, 20, 3], { dtype });
    expect(fill(t, new Generator(11))).toBe(t);
    expect(distance(t, cdf)).toBeLessThan(critical(3600));
    expect(t.double().std().item()).toBeGreaterThan(0.95 * std);
    expect(t.double().std().item()).toBeLessThan(1.05 * std);
    const small = zeros([3, 2], { dtype });
    expect(new Set(fill(small, new Generator(1)).toTypedArray()).size).toBe(6);
  });

  test.each([[[3, 3]], [[5, 20]], [[20, 5]], [[4, 3, 2]], [[7, 1]]])(
    "orthogonal_ gives %j orthonormal rows or columns",
    (shape) => {
      const t = init.orthogonal_(zeros(shape, { dtype }), 2, new Generator(3)).reshape([shape[0], -1]).double();
      const [rows, columns] = t.shape;
      const product = rows <= columns ? t.matmul(t.t()) : t.t().matmul(t);
      const off = product
        .sub(eye(Math.min(rows, columns), { dtype: "float64" }).mul(4))
        .abs()
        .amax()
        .item();
      expect(off).toBeLessThan(dtype === "float32" ? 2e-6 : 1e-14);
    },
  );

  test("constants and identities", () => {
    expect(init.ones_(zeros([2], { dtype })).toArray()).toEqual([1, 1]);
    expect(init.zeros_(init.constant_(zeros([2], { dtype }), 3)).toArray()).toEqual([0, 0]);
    expect(init.eye_(init.ones_(zeros([3, 2], { dtype }))).toArray()).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
    const x = init.normal_(zeros([2, 4, 5, 5], { dtype }), 0, 1, new Generator(2));
    const identity = nn.functional.conv2d(x, init.dirac_(zeros([4, 4, 3, 3], { dtype })), null, { padding: 1 });
    expect(identity.toArray()).toEqual(x.toArray());
    const grouped = init.dirac_(zeros([6, 2, 3], { dtype }), 3);
    expect(grouped.toArray()).toEqual([0, 1, 0, 1, 0, 1].map((c) => [0, 1].map((i) => [0, i === c ? 1 : 0, 0])));
    const volume = init.dirac_(zeros([1, 2, 2, 4, 3], { dtype })).toTypedArray();
    expect([...volume].flatMap((v, i) => (v === 0 ? [] : [i, v]))).toEqual([12 + 2 * 3 + 1, 1]);
  });

  test("sparse_ sets the fraction of each column to 0, and draws the rest", () => {
    const t = init.sparse_(zeros([40, 30], { dtype }), 0.33, 0.5, new Generator(5));
    expect(new Set(t.eq(0).sum(0).toTypedArray())).toEqual(new Set([14]));
    const drawn = t.maskedSelect(t.ne(0));
    expect(distance(drawn, normal(0, 0.5))).toBeLessThan(critical(26 * 30));
  });
});

test("the matrices of orthogonal_ are uniformly distributed: the first element is beyond ±1/2 in two of three", () => {
  const generator = new Generator(1);
  const first = Array.from({ length: 600 }, () =>
    init
      .orthogonal_(zeros([2, 2]), 1, generator)
      .select(0, 0)
      .select(0, 0)
      .item(),
  );
  // the angle is uniform, so the cosine has the arcsine distribution
  expect(distance(tensor(first), (x) => 1 - Math.acos(Math.min(1, Math.max(-1, x))) / Math.PI)).toBeLessThan(
    critical(600),
  );
});

test("gains are PyTorch's", () => {
  const names = ["linear", "conv2d", "convTranspose3d", "sigmoid", "tanh", "relu", "leakyRelu", "selu"] as const;
  const gains = [1, 1, 1, 1, 5 / 3, Math.sqrt(2), Math.sqrt(2 / (1 + 0.01 ** 2)), 0.75];
  expect(names.map((n) => init.calculateGain(n))).toEqual(gains);
  expect(init.calculateGain("leakyRelu", 0.2)).toBe(Math.sqrt(2 / 1.04));
});

test("initialization is not recorded, and keeps a weight a leaf that requires a gradient", () => {
  const w = new nn.Parameter(zeros([3, 3]));
  for (const f of [init.eye_, init.orthogonal_, init.xavierNormal_, init.kaimingNormal_, init.ones_]) f(w);
  expect([w.isLeaf, w.requiresGrad, w.toArray()]).toEqual([true, true, init.ones_(zeros([3, 3])).toArray()]);
});

test("weights without elements are left as they are", () => {
  for (const f of [init.kaimingUniform_, init.kaimingNormal_, init.xavierUniform_, init.orthogonal_, init.eye_])
    expect(f(zeros([0, 3])).shape).toEqual([0, 3]);
  expect(init.dirac_(zeros([0, 2, 3])).shape).toEqual([0, 2, 3]);
  expect(init.sparse_(zeros([2, 0]), 0.5).shape).toEqual([2, 0]);
});

test("settings that make no distribution, and shapes without a meaning, are refused", () => {
  expect(() => init.truncNormal_(zeros([2]), 0, 0)).toThrow(/^truncNormal_: std must be positive/);
  expect(() => init.truncNormal_(zeros([2]), 0, 1, { a: 2, b: 1 })).toThrow(
    /^truncNormal_: a must be below b, but got 2 and 1/,
  );
  expect(() => init.eye_(zeros([2]))).toThrow(/^eye_: the tensor must have 2 dimensions/);
  expect(() => init.dirac_(zeros([2, 2]))).toThrow(/^dirac_: the weight of a convolution/);
  expect(() => init.dirac_(zeros([4, 2, 3]), 3)).toThrow(
    /^dirac_: groups must divide the 4 output channels, but got 3/,
  );
  expect(() => init.orthogonal_(zeros([2]))).toThrow(/^orthogonal_: the tensor must have at least 2/);
  expect(() => init.sparse_(zeros([2, 2]), 2)).toThrow(/^sparse_: sparsity must lie in \[0, 1\], but got 2/);
  expect(() => init.kaimingNormal_(zeros([2]))).toThrow(/^kaimingNormal_: a weight must have at least 2 dimensions/);
  expect(() => init.xavierNormal_(zeros([2, 2]), Number.NaN)).toThrow(/^xavierNormal_: gain must be a finite number/);
  expect(() => init.calculateGain("softmax" as "relu")).toThrow(/calculateGain/);
});
