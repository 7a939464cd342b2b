import { type DType, full, Generator, optim, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { isPoisoned } from "../../../engine/src/tensor/storage/memory.ts";
import reference from "../../conformance/reference.json" with { type: "json" };

const camel = (name: string): string => name.replace(/_(.)/g, (_all, c: string) => c.toUpperCase());

const make: Readonly<Record<string, (ps: Tensor[], o: object) => optim.Optimizer>> = {
  SGD: (ps, o) => new optim.SGD(ps, o),
  Adam: (ps, o) => new optim.Adam(ps, o),
  AdamW: (ps, o) => new optim.AdamW(ps, o),
};

test.each(reference.optimizers.map((r) => [r.name, JSON.stringify(r.options), r] as const))(
  "%s %s takes PyTorch's steps",
  (_name, _options, { name, options, values }) => {
    const w = tensor([1, -2, 3], { dtype: "float64", requiresGrad: true });
    const b = tensor([[0.5, -0.25]], { dtype: "float64", requiresGrad: true });
    const optimizer = make[name]([w, b], Object.fromEntries(Object.entries(options).map(([k, v]) => [camel(k), v])));
    values.forEach((expected, step) => {
      optimizer.zeroGrad();
      const head = w
        .mul(w)
        .mul(w)
        .sum()
        .sub(w.sin().sum())
        .mul(step % 2 ? 0.5 : 1);
      const loss = head.add(b.mul(b).sum().mul(3)).add(w.select(0, 0).mul(b).sum());
      loss.backward();
      optimizer.step();
      const got = [...w.toTypedArray(), ...b.toTypedArray()];
      got.forEach((v, i) => expect(v, `step ${step + 1}, parameter ${i}`).toBeCloseTo(expected[i], 10));
    });
  },
);

const settings: Readonly<Record<string, object>> = {
  SGD: { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  Adam: { lr: 0.1, weightDecay: 0.01 },
  AdamW: { lr: 0.1 },
};

test.each(Object.keys(make))("%s steps all parameters at once, small and large, as one by one", (name) => {
  const sizes = [3, 17, 5000, 64, 1];
  const run = (build: (ps: Tensor[]) => readonly optim.Optimizer[], dtype: DType = "float32"): number[][] => {
    const generator = new Generator(3);
    const parameters = sizes.map((n) => randn([n], { generator }).to(dtype).detach().requiresGrad_());
    const optimizers = build(parameters);
    for (let i = 0; i < 4; i++) {
      for (const p of parameters) p.grad = p.detach().mul(i + 1);
      for (const o of optimizers) o.step();
    }
    return parameters.map((p) => [...p.toTypedArray()]);
  };
  const together = run((ps) => [make[name](ps, settings[name])]);
  expect(together).toEqual(run((ps) => ps.map((p) => make[name]([p], settings[name]))));
  const exact = run((ps) => [make[name](ps, settings[name])], "float64");
  together.forEach((values, k) =>
    values.forEach((v, i) => expect(v, `parameter ${k}, element ${i}`).toBeCloseTo(exact[k][i], 4)),
  );
});

test("a parameter that is listed twice is updated twice", () => {
  const p = full([100], 1).requiresGrad_();
  const optimizer = new optim.SGD([p, p], { lr: 0.1 });
  p.grad = full([100], 2);
  optimizer.step();
  expect(p.toTypedArray().every((v) => Math.abs(v - 0.6) < 1e-6)).toBe(true);
});

test("an error at one parameter leaves those before it updated, and no pending updates for the next step", () => {
  const [p, q] = [full([100], 1).requiresGrad_(), full([100], 1).requiresGrad_()];
  const optimizer = new optim.SGD([p, q], { lr: 0.1 });
  p.grad = full([100], 1);
  q.grad = full([50], 1);
  expect(() => optimizer.step()).toThrow(
    "SGD: a gradient must have the shape of its parameter, but got [50] and [100]",
  );
  expect(p.toTypedArray()[0]).toBeCloseTo(0.9, 6);
  q.grad = null;
  p.grad = null;
  optimizer.step();
  expect(p.toTypedArray()[0]).toBeCloseTo(0.9, 6);
});

test("skips parameters without a gradient", () => {
  const [a, b] = [tensor([1], { requiresGrad: true }), tensor([1], { requiresGrad: true })];
  const optimizer = new optim.Adam([a, b], { lr: 0.1 });
  a.mul(2).sum().backward();
  optimizer.step();
  expect(b.toArray()).toEqual([1]);
  expect(a.item()).toBeLessThan(1);
  expect(optimizer.steps).toBe(1);
});

/** Returns an optimizer class to extend; all three have the same protected interface. */
const baseOf = (name: "SGD" | "Adam" | "AdamW"): typeof optim.SGD => optim[name] as unknown as typeof optim.SGD;

describe.each([5, 100])("a subclass that overrides update, %i elements", (n) => {
  test.each(["SGD", "Adam", "AdamW"] as const)("of %s may keep the gradients that it receives", (name) => {
    const kept: Tensor[] = [];
    class Keeping extends baseOf(name) {
      protected override update(p: Tensor, g: Tensor, i: number): void {
        kept.push(g);
        super.update(p, g, i);
      }
    }
    const p = full([n], 1).requiresGrad_();
    const optimizer = new Keeping([p], { lr: 0.1 });
    for (let k = 1; k <= 3; k++) {
      optimizer.zeroGrad();
      p.mul(k).sum().backward();
      optimizer.step();
    }
    kept.forEach((g, k) => expect([...g.toTypedArray()], `gradient ${k + 1}`).toEqual(new Array(n).fill(k + 1)));
  });

  test.each(["SGD", "Adam", "AdamW"] as const)("of %s sees the updated parameter after super.update", (name) => {
    class Bounded extends baseOf(name) {
      protected override update(p: Tensor, g: Tensor, i: number): void {
        super.update(p, g, i);
        p.clamp_(0.95, 2);
      }
    }
    const p = full([n], 1).requiresGrad_();
    const optimizer = new Bounded([p], { lr: 0.1 });
    p.sum().backward();
    optimizer.step();
    p.toTypedArray().forEach((v, i) => expect(v, `element ${i}`).toBeCloseTo(0.95, 6));
  });

  test("may run the step of another optimizer in its update", () => {
    const inner = full([n], 1).requiresGrad_();
    const other = new optim.SGD([inner], { lr: 0.1 });
    inner.grad = full([n], 1);
    const seen: number[] = [];
    class Outer extends optim.SGD {
      protected override update(p: Tensor, g: Tensor, i: number): void {
        if (i === 0) other.step();
        super.update(p, g, i);
        seen.push(inner.toTypedArray()[0], p.toTypedArray()[0]);
      }
    }
    const parameters = [1, 2].map((v) => full([n], v).requiresGrad_());
    for (const p of parameters) p.grad = full([n], 1);
    new Outer(parameters, { lr: 0.5 }).step();
    [0.9, 0.5, 0.9, 1.5].forEach((v, i) => expect(seen[i], `value ${i} that was seen`).toBeCloseTo(v, 6));
  });
});

test("refuses invalid settings and parameters", () => {
  const w = tensor([1], { requiresGrad: true });
  expect(() => new optim.SGD([])).toThrow("SGD: expected at least one parameter");
  expect(() => new optim.SGD([w.mul(2)])).toThrow("SGD: only leaves can be optimized");
  expect(() => new optim.SGD([w], { lr: -1 })).toThrow("SGD: lr must be at least 0, but got -1");
  expect(() => new optim.SGD([w], { nesterov: true })).toThrow(
    "SGD: nesterov needs a momentum above 0 and no dampening",
  );
  expect(() => new optim.Adam([w], { betas: [1, 0.9] })).toThrow("Adam: betas must lie in [0, 1), but got 1, 0.9");
});

// in poison mode the WASM kernel runs for the one, but not for the other
test.skipIf(isPoisoned())("a parameter whose elements do not lie in order, in float32", () => {
  for (const build of [make.SGD, make.Adam, make.AdamW]) {
    const values = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const plain = tensor(values, { requiresGrad: true });
    const strided = tensor([
      [1, 4],
      [2, 5],
      [3, 6],
    ]).transpose(0, 1);
    strided.requiresGrad = true;
    const options = { lr: 0.1, weightDecay: 0.1 };
    for (const p of [plain, strided]) {
      const optimizer = build([p], options);
      for (let i = 0; i < 3; i++) {
        optimizer.zeroGrad();
        p.pow(3).sum().backward();
        optimizer.step();
      }
    }
    expect(strided.isContiguous()).toBe(false);
    expect(strided.toArray()).toEqual(plain.toArray());
  }
});

test("a step makes backward through a graph that saved the parameter an error", () => {
  const w = tensor([1, 2], { requiresGrad: true });
  const optimizer = new optim.SGD([w], { lr: 0.1, momentum: 0.9 });
  w.sum().backward();
  const loss = w.pow(2).sum();
  optimizer.step();
  expect(() => loss.backward()).toThrow(/SGD/);
});
