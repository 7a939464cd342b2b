/** Transforms of functions: what PyTorch and JAX give. */
import { readFileSync } from "node:fs";
import { cat, conv2d, crossEntropy, func, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

const stored = JSON.parse(readFileSync(inRoot("test/conformance/func.json"), "utf8")) as Record<
  "torch" | "jax",
  Record<string, unknown>
>;

const float = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: "float64" });
const waves = (f: (x: number) => number, shape: number[], scale = 1): Tensor =>
  float(Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => f(i / scale))).reshape(shape);

const x = float([0.3, -0.7, 1.1]);
const v = float([1, 0.5, -2]);
const batch = float([
  [0.1, 0.2, 0.3],
  [-0.4, 0.5, 0.6],
  [1.5, -1.2, 0.7],
  [0, 2, -1],
]);
const other = float([
  [1, -1, 0.5],
  [0.2, 0.4, -0.3],
]);
const [w1, w2] = [waves(Math.sin, [4, 3]), waves(Math.cos, [2, 4])];
const labels = tensor([0, 1, 1, 0], { dtype: "int32" });
const images = waves(Math.sin, [3, 1, 6, 6]);
const filters = { k: waves(Math.cos, [2, 1, 3, 3]), head: waves(Math.sin, [2, 32], 3) };

const reversed = (t: Tensor): Tensor => t.indexSelect(0, tensor([2, 1, 0], { dtype: "int32" }));
const rolled = (t: Tensor): Tensor => cat([t.narrow(0, 2, 1), t.narrow(0, 0, 2)]);
const field = (t: Tensor): Tensor => t.sin().mul(t.sum().div(2).exp()).add(reversed(t).square());
const scalar = (t: Tensor): Tensor =>
  t
    .mul(t)
    .sum()
    .tanh()
    .add(t.mul(rolled(t)).logsumexp(0));
const loss = (p: { w1: Tensor; w2: Tensor }, t: Tensor, y: Tensor): Tensor =>
  crossEntropy(p.w2.matmul(p.w1.matmul(t).tanh()), y);
const imageLoss = (p: typeof filters, image: Tensor, y: Tensor): Tensor =>
  crossEntropy(p.head.matmul(conv2d(image.unsqueeze(0), p.k).relu().flatten()), y);
const distance = (a: Tensor, b: Tensor): Tensor => a.sub(b).square().sum().sqrt();
const pairs = <Y>(f: (a: Tensor, b: Tensor) => Y): ((a: Tensor, b: Tensor) => Y) =>
  func.vmap(func.vmap(f, { inAxes: [null, 0] }), { inAxes: [0, null] });

const perSample = func.vmap(func.grad(loss), { inAxes: [null, 0, 0] })({ w1, w2 }, batch, labels);
const perImage = func.vmap(func.grad(imageLoss), { inAxes: [null, 0, 0] })(filters, images, labels.narrow(0, 0, 3));

const log1pexp = func.customJvp((t: Tensor) => t.exp().add(1).log());
log1pexp.defjvp(([t], [dt]) => [log1pexp(t), dt.mul(t.exp().add(1).reciprocal().neg().add(1))]);
const clipped = func.customVjp((t: Tensor) => t);
clipped.defvjp(
  (t) => [t, null],
  (_residuals, g) => [g.clamp(-0.5, 0.5)],
);

const ours: Record<string, Tensor> = {
  jacrev: func.jacrev(field)(x),
  jacfwd: func.jacfwd(field)(x),
  hessian: func.hessian(scalar)(x),
  third: func.jacfwd(func.hessian(scalar))(x),
  jvp: func.jvp(field, [x], [v])[1],
  vjp: func.vjp(field, x)[1](v)[0],
  hvp: func.jvp(func.grad(scalar), [x], [v])[1],
  "perSample w1": perSample.w1,
  "perSample w2": perSample.w2,
  "perImage k": perImage.k,
  "perImage head": perImage.head,
  pairwise: pairs(distance)(batch, other),
  "pairwise gradients": pairs(func.grad(distance))(batch, other),
  "batched hessian": func.vmap(func.hessian(scalar))(batch),
  "parameter hessian": func.hessian((w: Tensor) => loss({ w1, w2: w }, x, labels.select(0, 0)))(w2),
  "custom jvp": float([
    func.grad(log1pexp)(float(100)).item(),
    func
      .grad((t: Tensor) => func.grad(log1pexp)(t))(float(0.5))
      .item(),
    func
      .grad((t: Tensor) => clipped(t.mul(3)).sin())(float(0.1))
      .item(),
  ]),
};

describe.each(Object.entries(stored))("as in %s", (_library, values) => {
  test.each(Object.entries(values))("%s", (name, expected) => {
    const got = ours[name];
    const wanted = float(expected as number[]);
    expect(got.shape).toEqual(wanted.shape);
    const [a, b] = [got.toTypedArray(), wanted.toTypedArray()];
    a.forEach((value, i) => expect(value, `element ${i}`).toBeCloseTo(b[i] ?? Number.NaN, 10));
  });
});

describe("custom rules in JAX's manner", () => {
  test("rules for each argument, under all transforms", () => {
    const product = func.customJvp((a: Tensor, b: Tensor) => a.mul(b));
    product.defjvps(
      (t, _y, _a, b) => t.mul(b),
      (t, _y, a) => t.mul(a),
    );
    const cube = (t: Tensor): Tensor => product(product(t, t), t).sum();
    expect(func.grad(cube)(x).toArray()).toEqual(x.square().mul(3).toArray().valueOf() as never);
    const hessian = func.hessian(cube)(float([1, 2]));
    expect(hessian.toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(
      func
        .vmap(func.grad(cube))(
          float([
            [1, 2],
            [3, 4],
          ]),
        )
        .toArray(),
    ).toEqual([
      [3, 12],
      [27, 48],
    ]);
    expect(func.jvp(cube, [float([1, 2])], [float([1, 0])])[1].item()).toBe(3);
  });
  test("a rule that is missing, and one that gives too little", () => {
    expect(() => func.grad(func.customJvp((t: Tensor) => t.exp()))(float(1))).toThrow("define its rule with defjvp");
    expect(() => func.grad(func.customVjp((t: Tensor) => t.exp()))(float(1))).toThrow("define its rules with defvjp");
    const short = func
      .customVjp((t: Tensor, z: Tensor) => t.mul(z))
      .defvjp(
        (t, z) => [t.mul(z), null],
        (_r, g) => [g],
      );
    expect(() => func.grad((t: Tensor) => short(t, t))(float(1))).toThrow(
      "backward must give 2 cotangents, but gave 1",
    );
    const number = func
      .customVjp((t: Tensor, by: number) => t.mul(by))
      .defvjp(
        (t, by) => [t.mul(by), by],
        (by, g) => [g.mul(by * 10)],
      );
    expect(
      func
        .grad((t: Tensor) => number(t, 2))(float(1))
        .item(),
    ).toBe(20);
  });
});
