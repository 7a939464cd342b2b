/** Distributions have PyTorch's values, and samples follow them. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { distributions, Generator, ones, Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { gammaSlope } from "../../engine/src/distributions/standard-gamma.ts";
import { inRoot } from "../support/paths.ts";

type Stored = number | string | readonly Stored[];
type Argument = Stored | Readonly<Record<string, Stored>>;
interface Family {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly value: Stored;
  readonly logProb: Stored;
  readonly gradients: readonly Stored[];
  readonly batchShape: readonly number[];
  readonly eventShape: readonly number[];
  readonly mean?: Stored;
  readonly variance?: Stored;
  readonly entropy: Stored | null;
  readonly cdf: Stored | null;
  readonly icdf: Stored | null;
}
type Named = readonly [name: string, args: readonly Argument[]];
interface Reference {
  readonly families: readonly Family[];
  readonly kl: readonly { readonly p: Named; readonly q: Named; readonly value: Stored }[];
  readonly gamma: readonly (readonly [alpha: number, x: number, slope: number])[];
}

const reference = JSON.parse(
  gunzipSync(readFileSync(inRoot("test/conformance/distributions.json.gz"))).toString(),
) as Reference;

const numbers = (v: Stored): number[] => (Array.isArray(v) ? v.flatMap(numbers) : [Number(v)]);

const toTensor = (v: Stored, dtype: "float32" | "float64"): Tensor => tensor(v as number[], { dtype });

/** Returns a distribution, and its parameters as leaves in the order of its arguments. */
function build(
  name: string,
  args: readonly Argument[],
  dtype: "float32" | "float64" = "float64",
): { d: distributions.Distribution; leaves: Tensor[] } {
  const leaves: Tensor[] = [];
  const leaf = (v: Stored): Tensor => {
    const t = toTensor(v, dtype).requiresGrad_();
    leaves.push(t);
    return t;
  };
  const given = args.map((a) => {
    if (name === "Multinomial" && typeof a === "number") return a;
    if (typeof a === "object" && !Array.isArray(a))
      return Object.fromEntries(Object.entries(a).map(([k, v]) => [k, leaf(v)]));
    return name === "Binomial" ? toTensor(a as Stored, dtype) : leaf(a as Stored);
  });
  const make = distributions[name as keyof typeof distributions] as unknown as new (
    ...a: unknown[]
  ) => distributions.Distribution;
  return { d: new make(...given), leaves };
}

/** Compares elements relatively, with an absolute tolerance where they are small. */
function expectClose(actual: Tensor | null | undefined, expected: Stored, tolerance: number, what: string): void {
  const [a, e] = [actual?.detach().flatten().toArray<number[]>() ?? [], numbers(expected)];
  expect(a.length, what).toBe(e.length);
  e.forEach((v, i) => {
    if (Number.isFinite(v))
      expect(Math.abs(a[i] - v), `${what}, element ${i}: ${a[i]}, expected ${v}`).toBeLessThanOrEqual(
        tolerance * Math.max(1, Math.abs(v)),
      );
    else expect(a[i], `${what}, element ${i}`).toBe(v);
  });
}

describe.each([...Map.groupBy(reference.families, ({ name }) => name)])("%s", (name, list) => {
  test.each(["float64", "float32"] as const)("values and gradients of PyTorch, %s", (dtype) => {
    const tolerance = dtype === "float64" ? 1e-9 : 2e-4;
    for (const stored of list) {
      const { d, leaves } = build(name, stored.args, dtype);
      expect([d.batchShape, d.eventShape]).toEqual([stored.batchShape, stored.eventShape]);
      const value = toTensor(stored.value, dtype);
      const logProb = d.logProb(value);
      expectClose(logProb, stored.logProb, tolerance, "logProb");
      logProb.sum().backward();
      stored.gradients.forEach((g, i) => {
        expectClose(leaves[i].grad, g, tolerance, `gradient of parameter ${i}`);
      });
      if (stored.mean !== undefined)
        expectClose(d.mean.expand([...d.batchShape, ...d.eventShape]), stored.mean, tolerance, "mean");
      if (stored.variance !== undefined)
        expectClose(d.variance.expand([...d.batchShape, ...d.eventShape]), stored.variance, tolerance, "variance");
      if (stored.entropy !== null && hasClosedForm(d, "entropy"))
        expectClose(d.entropy(), stored.entropy, tolerance, "entropy");
      if (stored.cdf !== null && hasClosedForm(d, "cdf")) expectClose(d.cdf(value), stored.cdf, tolerance, "cdf");
      if (stored.icdf !== null && hasClosedForm(d, "icdf"))
        expectClose(d.icdf(ones(d.batchShape, { dtype }).mul(0.3)), stored.icdf, tolerance, "icdf");
    }
  });
});

/** Whether a distribution has a closed form, which is its own method. */
const hasClosedForm = (d: distributions.Distribution, name: "entropy" | "cdf" | "icdf"): boolean =>
  d[name] !== distributions.Distribution.prototype[name];

test("divergences of PyTorch", () => {
  for (const { p, q, value } of reference.kl) {
    const [first, second] = [build(...p).d, build(...q).d];
    expectClose(distributions.klDivergence(first, second), value, 1e-8, `KL of ${p[0]} and ${q[0]}`);
  }
  expect(() => distributions.klDivergence(new distributions.Normal(0, 1), new distributions.Cauchy(0, 1))).toThrow(
    "klDivergence: no closed form for Normal and Cauchy",
  );
});

test("the slope of gamma samples is that of the inverse distribution function", () => {
  for (const [alpha, x, slope] of reference.gamma) {
    const found = gammaSlope(alpha, x);
    // above 1000, an approximation that holds to a part in 1000
    const tolerance = alpha > 1000 ? 2e-3 : 1e-5;
    expect(Math.abs(found - slope), `α = ${alpha}, x = ${x}: ${found}, expected ${slope}`).toBeLessThanOrEqual(
      tolerance * Math.abs(slope) + 1e-12,
    );
  }
});

/** Returns the largest distance of the empirical distribution function from `cdf` (Kolmogorov and Smirnov). */
function ksDistance(sample: Tensor, cdf: (x: Tensor) => Tensor): number {
  const sorted = sample.flatten().sort().values;
  const n = sorted.numel();
  return cdf(sorted)
    .toArray<number[]>()
    .reduce((worst, p, i) => Math.max(worst, Math.abs(p - i / n), Math.abs((i + 1) / n - p)), 0);
}

describe("samples", () => {
  const n = 4000;
  // a distance above this has a probability below 1e-6
  const limit = 2.7 / Math.sqrt(n);
  const continuous: Readonly<Record<string, distributions.Distribution>> = {
    normal: new distributions.Normal(1, 2),
    logNormal: new distributions.LogNormal(0.5, 0.7),
    halfNormal: new distributions.HalfNormal(2),
    uniform: new distributions.Uniform(-1, 3),
    exponential: new distributions.Exponential(0.5),
    laplace: new distributions.Laplace(1, 2),
    cauchy: new distributions.Cauchy(1, 2),
    halfCauchy: new distributions.HalfCauchy(2),
    gumbel: new distributions.Gumbel(1, 2),
    weibull: new distributions.Weibull(2, 1.5),
    pareto: new distributions.Pareto(2, 1.5),
    kumaraswamy: new distributions.Kumaraswamy(2, 0.5),
    "gamma above 1": new distributions.Gamma(3, 2),
    "gamma below 1": new distributions.Gamma(0.3, 2),
    "gamma of a large concentration": new distributions.Gamma(5000, 2),
    chi2: new distributions.Chi2(3),
    inverseGamma: new distributions.InverseGamma(3, 2),
  };
  test.each(Object.entries(continuous))("%s: the distribution function is that of the samples", (_name, d) => {
    const sample = d.sample([n], { generator: new Generator(3) });
    expect(sample.requiresGrad).toBe(false);
    expect(ksDistance(sample.to("float64"), (x) => d.cdf(x))).toBeLessThan(limit);
  });
  const others: Readonly<Record<string, distributions.Distribution>> = {
    beta: new distributions.Beta(tensor([0.5, 3]), tensor([2, 1])),
    dirichlet: new distributions.Dirichlet(tensor([0.5, 1, 4])),
    studentT: new distributions.StudentT(9, 1, 2),
    fisherSnedecor: new distributions.FisherSnedecor(4, 20),
    bernoulli: new distributions.Bernoulli({ probs: tensor([0.2, 0.9]) }),
    geometric: new distributions.Geometric({ probs: 0.3 }),
    binomial: new distributions.Binomial(tensor([3, 40]), { probs: tensor([0.2, 0.7]) }),
    poisson: new distributions.Poisson(tensor([0.5, 30])),
    negativeBinomial: new distributions.NegativeBinomial(3.5, { probs: 0.4 }),
    oneHot: new distributions.OneHotCategorical({
      probs: tensor([
        [1, 2, 3],
        [3, 1, 0],
      ]),
    }),
    multinomial: new distributions.Multinomial(7, {
      probs: tensor([
        [1, 2, 3],
        [3, 1, 1],
      ]),
    }),
    multivariateNormal: new distributions.MultivariateNormal(tensor([1, -1]), {
      covarianceMatrix: tensor([
        [2, 1],
        [1, 3],
      ]),
    }),
    mixture: new distributions.MixtureSameFamily(
      new distributions.Categorical({ probs: tensor([1, 3]) }),
      new distributions.Normal(tensor([-3, 2]), tensor([1, 0.5])),
    ),
    "mixture of vectors": new distributions.MixtureSameFamily(
      new distributions.Categorical({
        probs: tensor([
          [1, 3],
          [1, 1],
        ]),
      }),
      new distributions.Independent(
        new distributions.Normal(
          tensor([
            [
              [0, 1],
              [4, -2],
            ],
            [
              [0, 0],
              [1, 1],
            ],
          ]),
          ones([2, 2, 2]),
        ),
        1,
      ),
    ),
  };
  test.each(Object.entries(others))("%s: means and variances are those of the samples", (_name, d) => {
    const sample = d.sample([20_000], { generator: new Generator(4) }).to("float64");
    expect(sample.shape).toEqual([20_000, ...d.batchShape, ...d.eventShape]);
    const [mean, variance] = [d.mean, d.variance].map((t) =>
      t.expand(sample.shape.slice(1)).flatten().toArray<number[]>(),
    );
    const found = sample.mean(0).flatten().toArray<number[]>();
    const spread = sample.var(0).flatten().toArray<number[]>();
    mean.forEach((m, i) => {
      const error = Math.sqrt(variance[i] / 20_000);
      expect(Math.abs(found[i] - m), `mean ${i}: ${found[i]}, expected ${m}`).toBeLessThanOrEqual(6 * error + 1e-6);
      expect(
        Math.abs(spread[i] - variance[i]),
        `variance ${i}: ${spread[i]}, expected ${variance[i]}`,
      ).toBeLessThanOrEqual(0.15 * variance[i] + 1e-6);
    });
  });
  test("classes occur with their probabilities, in each row of a batch", () => {
    const d = new distributions.Categorical({
      logits: tensor([
        [0, 1, 2],
        [5, 0, 0],
      ]),
    });
    const sample = d.sample([30_000], { generator: new Generator(5) });
    expect([sample.dtype, sample.shape]).toEqual(["int64", [30_000, 2]]);
    const probs = d.probs.toArray<number[][]>();
    for (const row of [0, 1])
      for (const c of [0, 1, 2])
        expect(sample.select(1, row).eq(c).to("float32").mean().item(), `class ${c} of row ${row}`).toBeCloseTo(
          probs[row][c],
          1.7,
        );
  });
  test("equal generators give equal samples", () => {
    for (const d of [...Object.values(continuous), ...Object.values(others)]) {
      const [a, b] = [1, 2].map(() => d.sample([5], { generator: new Generator(9) }));
      expect(a.toArray()).toEqual(b.toArray());
    }
  });
});

describe("gradients of samples", () => {
  test.each<[string, (t: Tensor) => distributions.Distribution, number]>([
    ["normal", (t) => new distributions.Normal(t, 1), 1.5],
    ["exponential", (t) => new distributions.Exponential(t), 1.5],
    ["gamma", (t) => new distributions.Gamma(t, 2), 1.5],
    ["gamma below 1", (t) => new distributions.Gamma(t, 2), 0.4],
    ["beta", (t) => new distributions.Beta(t, 2), 1.5],
    ["studentT", (t) => new distributions.StudentT(t, 1, 2), 12],
    ["weibull", (t) => new distributions.Weibull(2, t), 1.5],
  ])("%s: their mean is the gradient of the variance and the mean", (_name, make, at) => {
    const parameter = tensor(at, { dtype: "float64" }).requiresGrad_();
    const d = make(parameter);
    const sample = d.rsample([40_000], { generator: new Generator(6) });
    sample.square().mean().backward();
    const other = tensor(at, { dtype: "float64" }).requiresGrad_();
    const exact = make(other);
    exact.variance.add(exact.mean.square()).backward();
    const [found, expected] = [parameter.grad?.item() ?? 0, other.grad?.item() ?? 0];
    expect(Math.abs(found - expected), `${found}, expected ${expected}`).toBeLessThan(0.08 * Math.abs(expected) + 0.02);
  });
  test("samples of discrete distributions have none, and say what to use", () => {
    expect(() => new distributions.Poisson(1).rsample()).toThrow(
      "Poisson: values have no gradient with respect to the parameters; use sample(), and estimators.scoreFunction",
    );
  });
});

describe("errors", () => {
  test.each<[string, () => unknown]>([
    ["Normal: scale must be positive, but got 0", () => new distributions.Normal(0, 0)],
    ["LogNormal: scale must be positive, but got -1", () => new distributions.LogNormal(0, tensor([1, -1]))],
    ["Uniform: low must be below high", () => new distributions.Uniform(1, 1)],
    ["Bernoulli: expected either probs or logits, but got none", () => new distributions.Bernoulli({})],
    [
      "Geometric: expected either probs or logits, but got both",
      () => new distributions.Geometric({ probs: 0.5, logits: 0 }),
    ],
    ["Bernoulli: probs must be in [0, 1], but got 2", () => new distributions.Bernoulli({ probs: 2 })],
    [
      "logProb: values must be 0 or 1, but got 0.5",
      () => new distributions.Bernoulli({ probs: 0.5 }).logProb(tensor(0.5)),
    ],
    [
      "logProb: values must be classes below 2",
      () => new distributions.Categorical({ probs: ones([2]) }).logProb(tensor(2)),
    ],
    ["logProb: values must have the sum 1", () => new distributions.Dirichlet(ones([2])).logProb(tensor([0.5, 0.6]))],
    [
      "MultivariateNormal: expected one of covarianceMatrix",
      () => new distributions.MultivariateNormal(zeros([2]), {}),
    ],
    [
      "Independent: expected 0 to 1 dimensions",
      () => new distributions.Independent(new distributions.Normal(zeros([2]), 1), 2),
    ],
    ["Beta: cdf has no closed form", () => new distributions.Beta(1, 1).cdf(tensor(0.5))],
    [
      "Multinomial: totalCount must be an integer of at least 0, but got 1.5",
      () => new distributions.Multinomial(1.5, { probs: ones([2]) }),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
  test("values outside of an interval have probability 0", () => {
    expect(new distributions.Uniform(0, 1).logProb(tensor([-1, 2])).toArray()).toEqual([-Infinity, -Infinity]);
    expect(new distributions.Binomial(2, { probs: 0.5 }).logProb(tensor(3)).item()).toBe(-Infinity);
  });
});
