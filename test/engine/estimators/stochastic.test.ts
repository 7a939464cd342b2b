/** Bias and variance of the estimators, as documented, with fixed seeds. */
import { autograd, estimators, func, Generator, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { expectUnbiased, meanOf } from "./samples.ts";

const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: "float64", requiresGrad: true });
const flat = (t: Tensor): number[] => [...t.toTypedArray()];
const slopeOf = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => autograd.grad(f(x), [x])[0];
const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

describe("straightThrough", () => {
  test("gives the value of the step with the slope of the identity, or of a surrogate", () => {
    const x = leaf([0.4, 1.6]);
    const y = estimators.straightThrough((t) => t.round())(x);
    expect(flat(y)).toEqual([0, 2]);
    expect(flat(slopeOf(() => y.mul(tensor([3, 5])).sum(), x))).toEqual([3, 5]);
    const sign = estimators.straightThrough(
      (t) => t.sign(),
      (t) => t.clamp(-1, 1),
    );
    expect(flat(slopeOf((t) => sign(t).sum(), leaf([0.5, 3])))).toEqual([1, 0]);
  });
  test("is biased: where noise rarely reaches the step, the expected value is flat and the slope is 1", () => {
    const round = estimators.straightThrough((t) => t.round());
    const g = new Generator(1);
    const expected = (x: number): number => {
      let sum = 0;
      for (let i = 0; i < 20_000; i++) sum += Math.round(x + 0.1 * g.normal());
      return sum / 20_000;
    };
    const truth = (expected(0.1) - expected(-0.1)) / 0.2;
    expect(Math.abs(truth)).toBeLessThan(0.01);
    expect(slopeOf((t) => round(t.add(0.1 * g.normal())).sum(), leaf([0])).item()).toBe(1);
  });
});

describe("relaxed samples", () => {
  const logits = [0.5, -0.3, 1.2];
  const probabilities = flat(leaf(logits).softmax(0));
  test("the argmax of a Gumbel-softmax sample is distributed as the softmax, at any temperature", () => {
    for (const tau of [0.1, 1, 5]) {
      const g = new Generator(2);
      expectUnbiased(6000, probabilities, () =>
        estimators.gumbelSoftmax(leaf(logits), { tau, hard: true, generator: g }).detach(),
      );
    }
  });
  test("its gradients are biased, less for small tau, and vary more", () => {
    const cost = tensor([1, 4, 9], { dtype: "float64" });
    // a cost that is not linear has another mean over relaxed samples than over discrete ones
    const loss = (y: Tensor): Tensor => y.mul(cost).sum().square();
    const truth = flat(slopeOf((t) => t.softmax(0).mul(cost.square()).sum(), leaf(logits)));
    const at = (tau: number): { off: number; variance: number } => {
      const g = new Generator(3);
      const { mean, variance } = meanOf(4000, () =>
        slopeOf((t) => loss(estimators.gumbelSoftmax(t, { tau, generator: g })), leaf(logits)),
      );
      return {
        off: Math.hypot(...mean.map((v, k) => v - (truth[k] ?? 0))),
        variance: variance.reduce((a, b) => a + b),
      };
    };
    const [warm, cold] = [at(3), at(0.3)];
    expect(cold.off).toBeLessThan(warm.off / 2);
    expect(cold.variance).toBeGreaterThan(2 * warm.variance);
  });
  test("a relaxed Bernoulli sample is above a half with the logit's probability", () => {
    const g = new Generator(4);
    expectUnbiased(6000, flat(leaf([0.7, -1]).sigmoid()), () =>
      estimators.relaxedBernoulli(leaf([0.7, -1]), { tau: 0.5, hard: true, generator: g }).detach(),
    );
    const soft = estimators.relaxedBernoulli(leaf([0, 0, 0]), { generator: g });
    for (const v of flat(soft)) expect(v > 0 && v < 1).toBe(true);
    expect(() => estimators.gumbelSoftmax(leaf([0]), { tau: 0 })).toThrow("tau must be above 0");
  });
});

/** Samples categories by their probabilities. */
function draw(p: readonly number[], g: Generator): number {
  let u = g.uniform();
  return Math.max(
    0,
    p.findIndex((q) => (u -= q) < 0),
  );
}

describe("score functions", () => {
  const logits = [0.2, -0.4, 0.9];
  const costs = [10, 11, 13];
  const p = flat(leaf(logits).softmax(0));
  const truth = flat(
    slopeOf(
      (t) =>
        t
          .softmax(0)
          .mul(tensor(costs, { dtype: "float64" }))
          .sum(),
      leaf(logits),
    ),
  );
  const estimate = (baseline: estimators.Baseline, samples: number, g: Generator): Tensor => {
    const t = leaf(logits);
    const ks = Array.from({ length: samples }, () => draw(p, g));
    const logP = t.logSoftmax(0).indexSelect(0, tensor(ks, { dtype: "int32" }));
    const cost = tensor(
      ks.map((k) => costs[k] ?? 0),
      { dtype: "float64" },
    );
    return slopeOf(() => estimators.scoreFunction(logP, cost, { baseline }), t);
  };
  test.each<[string, estimators.Baseline]>([
    ["none", "none"],
    ["a number", 11],
    ["leave-one-out", "leave-one-out"],
  ])("are unbiased with baseline %s", (_name, baseline) => {
    const g = new Generator(5);
    expectUnbiased(4000, truth, () => estimate(baseline, 4, g));
  });
  test("a baseline lowers the variance", () => {
    const total = (baseline: estimators.Baseline): number => {
      const g = new Generator(6);
      return meanOf(2000, () => estimate(baseline, 4, g)).variance.reduce((a, b) => a + b);
    };
    expect(total("leave-one-out")).toBeLessThan(total("none") / 10);
  });
  test("the value is the mean cost, and its gradient is included", () => {
    const [logP, c] = [leaf([-1, -2]), leaf([3, 5])];
    const loss = estimators.scoreFunction(logP, c);
    expect(loss.item()).toBe(4);
    expect(flat(slopeOf(() => loss, c))).toEqual([0.5, 0.5]);
    expect(() => estimators.scoreFunction(leaf([1]), leaf([1]))).toThrow("leave-one-out needs two samples");
    expect(() => estimators.scoreFunction(leaf([1]), leaf([1, 2]))).toThrow("must have one shape");
  });
  test("DiCE is unbiased in first and second derivatives", () => {
    const mean = (t: Tensor): Tensor =>
      t
        .softmax(0)
        .mul(tensor(costs, { dtype: "float64" }))
        .sum();
    const hessian = flat(func.hessian(mean)(tensor(logits, { dtype: "float64" })));
    const g = new Generator(7);
    const boxed = (k: number) => (t: Tensor) => estimators.magicBox(t.logSoftmax(0).select(0, k)).mul(costs[k] ?? 0);
    expectUnbiased(4000, truth, () => slopeOf(boxed(draw(p, g)), leaf(logits)));
    expectUnbiased(4000, hessian, () => func.hessian(boxed(draw(p, g)))(tensor(logits, { dtype: "float64" })));
    expect(estimators.magicBox(leaf(-3)).item()).toBe(1);
  });
});

describe("randomized smoothing", () => {
  test.each([true, false])("is unbiased for the smoothed step; antithetic: %s", (antithetic) => {
    const g = new Generator(8);
    const step = (x: Tensor): Tensor => x.gt(0).to("float64").sum();
    const smooth = estimators.randomizedSmoothing(step, { sigma: 0.5, samples: 10, antithetic, generator: g });
    expectUnbiased(2000, [density(0.4) / 0.5], () => slopeOf(smooth, leaf([0.2])));
  });
  test("its bias for a smooth function is of order σ²: 3σ² for a cube", () => {
    for (const sigma of [0.2, 0.4]) {
      const g = new Generator(9);
      const smooth = estimators.randomizedSmoothing((x) => x.pow(3).sum(), { sigma, samples: 10, generator: g });
      expectUnbiased(3000, [3 + 3 * sigma ** 2], () => slopeOf(smooth, leaf([1])));
    }
  });
  test("antithetic noise lowers the variance, common random numbers repeat", () => {
    const f = (x: Tensor): Tensor => x.square().sum().add(x.sum());
    const variance = (antithetic: boolean): number => {
      const g = new Generator(10);
      const smooth = estimators.randomizedSmoothing(f, { sigma: 1, samples: 2, antithetic, generator: g });
      return meanOf(1500, () => slopeOf(smooth, leaf([0, 0]))).variance.reduce((a, b) => a + b);
    };
    expect(variance(true)).toBeLessThan(variance(false) / 2);
    const seeded = estimators.randomizedSmoothing(f, { samples: 3, seed: 4 });
    expect(seeded(leaf([1, 2])).item()).toBe(seeded(leaf([1, 2])).item());
    expect(() => estimators.randomizedSmoothing(f, { sigma: 0 })).toThrow("sigma must be above 0");
  });
});

test("spsa is unbiased for a quadratic, and varies more with more elements", () => {
  const quadratic = (x: Tensor): Tensor =>
    x
      .square()
      .sum()
      .add(x.narrow(0, 0, 2).sum().square());
  const at = [1, -2, 0.5];
  const truth = flat(slopeOf(quadratic, leaf(at)));
  const g = new Generator(11);
  expectUnbiased(4000, truth, () => estimators.spsa(quadratic, { generator: g })(leaf(at)));
  const variance = (n: number): number => {
    const h = new Generator(12);
    const sum = (x: Tensor): Tensor => x.sum();
    return (
      meanOf(1000, () => estimators.spsa(sum, { generator: h })(leaf(Array.from({ length: n }, () => 1))))
        .variance[0] ?? 0
    );
  };
  expect(variance(16)).toBeGreaterThan(3 * variance(4));
  expect(() => estimators.spsa(quadratic, { c: 0 })).toThrow("c must be above 0");
});

describe("perturbed solvers", () => {
  const theta = [0.5, 0, -0.5];
  const best = (t: Tensor): Tensor => t.eq(t.amax(-1, { keepdim: true })).to(t.dtype);
  test("with Gumbel noise an argmax becomes the softmax, value and gradient", () => {
    const weights = tensor([1, 2, 4], { dtype: "float64" });
    const truth = flat(slopeOf((t) => t.softmax(0).mul(weights).sum(), leaf(theta)));
    const g = new Generator(13);
    const soft = estimators.perturbed(best, { noise: "gumbel", samples: 200, generator: g });
    expectUnbiased(60, flat(leaf(theta).softmax(0)), () => soft(leaf(theta)).detach());
    expectUnbiased(
      400,
      truth.map((v) => v * (199 / 200)),
      () => slopeOf((t) => soft(t).mul(weights).sum(), leaf(theta)),
    );
  });
  test("the variance of gradients grows as the noise shrinks", () => {
    const at = (sigma: number): number => {
      const g = new Generator(14);
      const soft = estimators.perturbed(best, { sigma, samples: 20, generator: g });
      return meanOf(400, () => slopeOf((t) => soft(t).select(0, 0), leaf([0.01, 0, 0]))).variance[0] ?? 0;
    };
    expect(at(0.25)).toBeGreaterThan(4 * at(1));
  });
  test("the Fenchel-Young loss has the gradient y(θ) - y, confirmed by finite differences, and is smallest at y", () => {
    const options = { samples: 2000, seed: 15, sigma: 1 };
    const y = tensor([0, 1, 0], { dtype: "float64" });
    const loss = estimators.fenchelYoungLoss(best, options);
    const expected = estimators.perturbed(best, options)(leaf(theta)).sub(y);
    const gradient = slopeOf((t) => loss(t, y), leaf(theta));
    flat(gradient).forEach((v, k) => expect(v).toBeCloseTo(flat(expected)[k] ?? Number.NaN, 10));
    const h = 0.01;
    theta.forEach((_, k) => {
      const moved = (by: number): number => loss(leaf(theta.map((v, i) => (i === k ? v + by : v))), y).item();
      expect((moved(h) - moved(-h)) / (2 * h)).toBeCloseTo(flat(gradient)[k] ?? Number.NaN, 1);
    });
    expect(loss(leaf([-5, 5, -5]), y).item()).toBeLessThan(loss(leaf(theta), y).item());
  });
});
