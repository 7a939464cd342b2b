/** Soft sorting, entmax, implicit differentiation and proximal methods, compared with their definitions. */
import { autograd, estimators, Generator, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const { gradcheck } = autograd;
const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: "float64", requiresGrad: true });
const flat = (t: Tensor): number[] => [...t.detach().toTypedArray()];
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * (b[i] ?? 0), 0);
const permutations = (xs: readonly number[]): number[][] =>
  xs.length < 2 ? [[...xs]] : xs.flatMap((x, i) => permutations(xs.toSpliced(i, 1)).map((rest) => [x, ...rest]));

/** Checks that y is the projection of z onto a convex hull: that is so if and only if <z - y, corner - y> ≤ 0 for every corner. */
const expectProjection = (
  y: readonly number[],
  z: readonly number[],
  corners: readonly (readonly number[])[],
): void => {
  const rest = z.map((v, i) => v - (y[i] ?? 0));
  const here = dot(rest, y);
  for (const p of corners) expect(dot(rest, p), `corner ${p.join(", ")}`).toBeLessThanOrEqual(here + 1e-9);
};

describe("soft sorting", () => {
  const random = new Generator(1);
  const cases = Array.from({ length: 20 }, (_, i) => ({
    x: Array.from({ length: 4 }, () => random.normal()),
    strength: [0.1, 0.5, 1, 5][i % 4] ?? 1,
  }));
  test.each(cases)("rank, sort and top-k are projections: $x with $strength", ({ x, strength }) => {
    const t = leaf(x);
    expectProjection(
      flat(estimators.softRank(t, { strength })),
      x.map((v) => -v / strength),
      permutations([4, 3, 2, 1]),
    );
    expectProjection(
      flat(estimators.softSort(t, { strength })),
      [4, 3, 2, 1].map((v) => v / strength),
      permutations(x),
    );
    expectProjection(
      flat(estimators.softTopK(t, 2, { strength })),
      x.map((v) => v / strength),
      permutations([1, 1, 0, 0]),
    );
  });
  test("approach the hard operations for small strength, and means for large", () => {
    const x = leaf([
      [3, 1, 2],
      [0, 5, -1],
    ]);
    expect(estimators.softRank(x, { strength: 0.01 }).toArray()).toEqual([
      [1, 3, 2],
      [2, 1, 3],
    ]);
    expect(estimators.softTopK(x, 1, { strength: 0.01 }).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    for (const [i, v] of [3, 2, 1].entries())
      expect(estimators.softSort(x, { strength: 0.01 }).toArray<number[][]>()[0]?.[i]).toBeCloseTo(v);
    for (const v of flat(estimators.softRank(x, { strength: 1e6 }))) expect(v).toBeCloseTo(2, 4);
  });
  test("have the gradients of the projections", () => {
    for (const strength of [0.3, 1, 3]) {
      const x = leaf([
        [0.9, 0.1, 0.4, -0.8, 0.35],
        [1.13, 2.4, 4.05, 2.9, 0.2],
      ]);
      const weights = randn([2, 5], { dtype: "float64", generator: new Generator(2) });
      expect(gradcheck((t) => estimators.softRank(t, { strength }).mul(weights), [x])).toBe(true);
      expect(gradcheck((t) => estimators.softSort(t, { strength }).mul(weights), [x])).toBe(true);
      expect(gradcheck((t) => estimators.softTopK(t, 2, { strength }).mul(weights), [x])).toBe(true);
    }
  });
  test("work for 100,000 elements, and refuse invalid arguments", () => {
    const x = randn([100_000], { generator: new Generator(3), requiresGrad: true });
    estimators.softRank(x, { strength: 0.1 }).square().mean().backward();
    expect(x.grad?.toTypedArray().every(Number.isFinite)).toBe(true);
    expect(() => estimators.softSort(leaf([1]), { strength: 0 })).toThrow("strength must be above 0");
    expect(() => estimators.softTopK(leaf([1, 2]), 3)).toThrow("k must be from 1 to 2");
  });
});

describe("sparse probabilities", () => {
  const random = new Generator(4);
  test.each([1.2, 1.5, 2, 3])("entmax with α = %d is the maximizer that defines it", (alpha) => {
    for (let i = 0; i < 10; i++) {
      const x = randn([5], { dtype: "float64", generator: random });
      const p = flat(estimators.entmax(x, { alpha }));
      expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      // optimality: x = p^(α-1)/(α-1) + τ on the support, and x ≤ τ elsewhere
      const slack = flat(x).map((v, k) => v - (p[k] ?? 0) ** (alpha - 1) / (alpha - 1));
      const tau = slack.filter((_, k) => (p[k] ?? 0) > 0);
      for (const v of tau) expect(v).toBeCloseTo(tau[0] ?? Number.NaN, 9);
      slack.forEach((v, k) => (p[k] ?? 0) > 0 || expect(v).toBeLessThanOrEqual((tau[0] ?? 0) + 1e-9));
    }
  });
  test("has known values and exact zeros, along any dimension", () => {
    expect(flat(estimators.sparsemax(leaf([0.6, 0.4, -0.2])))).toEqual(
      flat(leaf([0.6, 0.4, 0])).map((v) => expect.closeTo(v, 12)),
    );
    expect(estimators.entmax(leaf([5, 0, 0]), { alpha: 1.5 }).toArray()).toEqual([1, 0, 0]);
    const t = leaf([
      [1, 2],
      [3, 0],
    ]);
    expect(flat(estimators.sparsemax(t, { dim: 0 }).sum(0))).toEqual([1, 1]);
    expect(flat(estimators.entmax(t, { alpha: 1 }))).toEqual(flat(t.softmax(-1)));
    expect(() => estimators.entmax(t, { alpha: 0.5 })).toThrow("alpha must be at least 1");
  });
  test.each([1.3, 1.5, 2])("gradients of entmax with α = %d", (alpha) => {
    const x = leaf([
      [0.3, -0.2, 0.5, 0.1],
      [2, 0.5, -1, 1.7],
    ]);
    const weights = randn([2, 4], { dtype: "float64", generator: new Generator(5) });
    expect(gradcheck((t) => estimators.entmax(t, { alpha }).mul(weights), [x])).toBe(true);
  });
  test("sinkhorn gives doubly stochastic matrices, permutations for small tau, and gradients", () => {
    const scores = randn([2, 4, 4], { dtype: "float64", generator: new Generator(6) });
    const p = estimators.sinkhorn(scores, { tau: 0.5, iterations: 200 });
    for (const d of [-1, -2]) for (const v of flat(p.sum(d))) expect(v).toBeCloseTo(1, 6);
    const cold = estimators.sinkhorn(
      leaf([
        [0, 3, 0],
        [0, 0, 3],
        [3, 0, 0],
      ]),
      { tau: 0.05 },
    );
    expect(cold.round().toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    const x = leaf(scores.select(0, 0).narrow(0, 0, 3).narrow(1, 0, 3).contiguous());
    expect(gradcheck((t) => estimators.sinkhorn(t, { iterations: 5 }).square(), [x])).toBe(true);
    expect(() => estimators.sinkhorn(leaf([[1, 2]]))).toThrow("square matrices");
  });
});

describe("implicit differentiation", () => {
  test("differentiates roots of systems of equations, for any solver", () => {
    const a = tensor(
      [
        [4, 1, 0],
        [1, 3, 1],
        [0, 1, 2],
      ],
      { dtype: "float64" },
    );
    const residual = (x: Tensor, t: Tensor): Tensor => a.matmul(x).add(x.pow(3)).sub(t);
    const solve = (t: Tensor): Tensor => {
      let x = t.mul(0);
      for (let i = 0; i < 4000; i++) x = x.sub(residual(x, t).mul(0.1));
      return x;
    };
    const root = estimators.implicitRoot(residual, solve);
    expect(gradcheck((t) => root(t), [leaf([1, -2, 0.5])], { eps: 1e-4, rtol: 1e-3 })).toBe(true);
  });
  test("differentiates fixed points, with memory independent of the number of steps", () => {
    const w = tensor(
      [
        [0.2, -0.3],
        [0.1, 0.4],
      ],
      { dtype: "float64" },
    );
    const layer = estimators.fixedPoint(
      (x, t) => w.matmul(x).add(t).tanh(),
      (t) => t,
      { tolerance: 1e-12 },
    );
    const t = leaf([0.5, -0.3]);
    expect(gradcheck((u) => layer(u), [t])).toBe(true);
    const y = layer(t);
    expect(y.gradFn?.depth, "operations on the tape").toBe(1);
    const diverges = estimators.fixedPoint(
      (x, u) => x.mul(2).add(u),
      (u) => u,
      { maxIterations: 20 },
    );
    expect(() => diverges(leaf([1]))).toThrow("did not converge in 20 steps");
  });
});

describe("proximal operators", () => {
  const random = new Generator(7);
  const operators: [string, estimators.Prox, (x: Tensor) => Tensor][] = [
    ["L1", estimators.proxL1(0.7), (x) => x.abs().sum().mul(0.7)],
    ["squared L2", estimators.proxSquaredL2(0.7), (x) => x.square().sum().mul(0.35)],
    ["elastic net", estimators.proxElasticNet(0.4, 0.9), (x) => x.abs().sum().mul(0.4).add(x.square().sum().mul(0.45))],
    ["group lasso", estimators.proxGroupLasso(0.8), (x) => x.square().sum(-1).sqrt().sum().mul(0.8)],
  ];
  test.each(operators)("%s minimizes its defining objective", (_name, prox, h) => {
    for (let i = 0; i < 5; i++) {
      const x = randn([2, 3], { dtype: "float64", generator: random });
      const step = 0.5;
      const value = (y: Tensor): number =>
        h(y)
          .add(
            y
              .sub(x)
              .square()
              .sum()
              .div(2 * step),
          )
          .item();
      const p = prox(x, step);
      for (let k = 0; k < 50; k++)
        expect(value(p.add(randn([2, 3], { dtype: "float64", generator: random }).mul(0.1)))).toBeGreaterThanOrEqual(
          value(p),
        );
    }
  });
  const projections: [string, (x: Tensor) => Tensor][] = [
    ["non-negative", estimators.projectNonNegative],
    ["box", (x) => estimators.projectBox(x, -0.5, 0.25)],
    ["simplex", (x) => estimators.projectSimplex(x)],
    ["L1 ball", (x) => estimators.projectL1Ball(x, 0.8)],
    ["L2 ball", (x) => estimators.projectL2Ball(x, 0.8)],
    ["half-space", (x) => estimators.projectHalfspace(x, tensor([1, 2, -1], { dtype: "float64" }), 0.3)],
  ];
  test.each(projections)(
    "the projection onto the %s is feasible, and no feasible point is nearer",
    (_name, project) => {
      for (let i = 0; i < 10; i++) {
        const x = randn([3], { dtype: "float64", generator: random });
        const p = project(x);
        flat(project(p)).forEach((v, k) => expect(v).toBeCloseTo(flat(p)[k] ?? Number.NaN, 8));
        for (let k = 0; k < 50; k++) {
          const other = project(randn([3], { dtype: "float64", generator: random }));
          expect(dot(flat(x.sub(p)), flat(other.sub(p)))).toBeLessThanOrEqual(1e-7);
        }
      }
    },
  );
});

describe("methods for non-smooth problems", () => {
  const random = new Generator(8);
  const a = randn([30, 10], { dtype: "float64", generator: random });
  const truth = tensor([3, 0, 0, -2, 0, 0, 0, 1, 0, 0], { dtype: "float64" });
  const b = a.matmul(truth).add(randn([30], { dtype: "float64", generator: random }).mul(0.05));
  const fit = (x: Tensor): Tensor => a.matmul(x).sub(b).square().sum().div(2);
  const lambda = 2;
  const start = truth.mul(0);
  const step = 1 / 80;
  test("proximal gradient and FISTA find a lasso solution that satisfies the optimality conditions", () => {
    for (const method of [estimators.proximalGradient, estimators.fista]) {
      const { x, converged } = method(fit, estimators.proxL1(lambda), start, {
        step,
        iterations: 5000,
        tolerance: 1e-10,
      });
      expect(converged).toBe(true);
      const slope = flat(a.transpose(0, 1).matmul(a.matmul(x).sub(b)));
      flat(x).forEach((v, k) => {
        if (v === 0) expect(Math.abs(slope[k] ?? 0)).toBeLessThanOrEqual(lambda + 1e-6);
        else expect(slope[k]).toBeCloseTo(-lambda * Math.sign(v), 5);
      });
      expect(flat(x).filter((v) => v !== 0).length).toBe(3);
    }
  });
  test("FISTA needs fewer steps where curvatures differ", () => {
    const scale = tensor([1, 100], { dtype: "float64" });
    const f = (x: Tensor): Tensor => x.sub(1).square().mul(scale).sum().div(2);
    const options = { step: 0.01, iterations: 5000, tolerance: 1e-9 };
    const from = tensor([0, 0], { dtype: "float64" });
    const slow = estimators.proximalGradient(f, estimators.proxL1(0.01), from, options);
    const fast = estimators.fista(f, estimators.proxL1(0.01), from, options);
    expect(fast.iterations).toBeLessThan(slow.iterations / 2);
  });
  test("the subgradient method approaches a non-smooth minimum within a constraint", () => {
    const f = (x: Tensor): Tensor =>
      x
        .sub(tensor([1, -2], { dtype: "float64" }))
        .abs()
        .sum();
    const free = estimators.subgradient(f, tensor([3, 3], { dtype: "float64" }), { step: 1, iterations: 3000 });
    expect(f(free.x).item()).toBeLessThan(0.1);
    const bound = estimators.subgradient(f, tensor([3, 3], { dtype: "float64" }), {
      step: 1,
      iterations: 3000,
      project: estimators.projectNonNegative,
    });
    expect(f(bound.x).item()).toBeLessThan(2.1);
    expect(() => estimators.fista(f, estimators.proxL1(1), start, { step: 0 })).toThrow("step must be above 0");
  });
});
