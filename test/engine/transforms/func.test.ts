/** Transforms of functions, compared with each other, in all orders of composition. */
import {
  autograd,
  crossEntropy,
  dropout,
  F,
  func,
  Generator,
  manualSeed,
  nn,
  rand,
  randint,
  randn,
  stack,
  type Tensor,
  tensor,
} from "tapelab";
import { describe, expect, test } from "vitest";

const random = new Generator(11);
const at = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", generator: random });
const close = (a: Tensor, b: Tensor, what: string, tolerance = 1e-9): void => {
  expect(a.shape, what).toEqual(b.shape);
  const [x, y] = [a.toTypedArray(), b.toTypedArray()];
  x.forEach((v, i) => {
    const bound = tolerance * Math.max(1, Math.abs(y[i] ?? 0));
    if (!(Math.abs(v - (y[i] ?? Number.NaN)) <= bound))
      expect.fail(`${what}: element ${i} is ${v}, and should be ${y[i]}`);
  });
};

/** A function with many kinds of ops, from a vector of 3 to a scalar. */
const simple = (x: Tensor): Tensor => {
  const m = x
    .reshape([1, 3])
    .mul(x.reshape([3, 1]))
    .add(0.3);
  return m.matmul(m).tanh().sum(0).logSoftmax(0).mul(x.sin()).sum();
};
const finite = (g: (x: Tensor) => Tensor, x: Tensor): Tensor => {
  const h = 1e-5;
  const columns = Array.from({ length: x.numel() }, (_, i) => {
    const step = tensor(Float64Array.from({ length: x.numel() }, (_v, k) => (k === i ? h : 0))).reshape(x.shape);
    return g(x.add(step))
      .sub(g(x.sub(step)))
      .div(2 * h);
  });
  return stack(columns, { dim: columns[0]?.ndim ?? 0 });
};

describe("derivatives agree", () => {
  const x = at(3);
  test("with finite differences, to third order", () => {
    close(func.grad(simple)(x), finite(simple, x), "first", 1e-6);
    close(func.hessian(simple)(x), finite(func.grad(simple), x), "second", 1e-5);
    const third = func.jacfwd(func.hessian(simple))(x);
    close(third, finite(func.hessian(simple), x), "third", 1e-4);
  });
  test("with the known series of functions, to order 6, in one variable and along a line", () => {
    const [a, one] = [tensor(0.4, { dtype: "float64" }), tensor(1, { dtype: "float64" })];
    const factorial = (k: number): number => (k === 0 ? 1 : k * factorial(k - 1));
    const orders = [0, 1, 2, 3, 4, 5, 6];
    const known: [(t: Tensor) => Tensor, (k: number) => number][] = [
      [(t) => t.exp(), (k) => Math.exp(0.4) / factorial(k)],
      [(t) => t.sin(), (k) => Math.sin(0.4 + (k * Math.PI) / 2) / factorial(k)],
      [(t) => t.add(1).log(), (k) => (k === 0 ? Math.log(1.4) : (-1) ** (k + 1) / (k * 1.4 ** k))],
      [(t) => t.mul(t).mul(t), (k) => [0.064, 0.48, 1.2, 1][k] ?? 0],
    ];
    for (const [f, coefficient] of known)
      func.taylor(f, a, one, 6).forEach((c, k) => {
        expect(c.item(), `${String(f)} at order ${k}`).toBeCloseTo(coefficient(k), 10);
      });
    const [p, v] = [at(3), at(3)];
    const series = func.taylor(simple, p, v, 6);
    const h = 0.01;
    const sum = orders.reduce((s, k) => s + series[k].item() * h ** k, 0);
    expect(sum).toBeCloseTo(simple(p.add(v.mul(h))).item(), 9);
    expect(() => func.taylor(simple, p, v, -1)).toThrow("at least 0");
  });
  test("forward and reverse, in all four orders", () => {
    const { jacfwd, jacrev } = func;
    const hessian = jacfwd(jacrev(simple))(x);
    close(jacrev(jacrev(simple))(x), hessian, "reverse over reverse");
    close(jacfwd(jacfwd(simple))(x), hessian, "forward over forward");
    close(jacrev(jacfwd(simple))(x), hessian, "reverse over forward");
  });
  test("products with vectors", () => {
    const v = at(3);
    const hv = func.hessian(simple)(x).matmul(v);
    close(func.hvp(simple, [x], [v])[1][0], hv, "hvp");
    close(func.vhp(simple, [x], [v])[1][0], hv, "vhp");
    const [, tangent] = func.jvp(func.grad(simple), [x], [v]);
    close(tangent, hv, "jvp of grad");
    close(func.grad((y: Tensor) => func.jvp(simple, [y], [v])[1])(x), hv, "grad of jvp");
    const [, push] = func.linearize(func.grad(simple), x);
    close(push(v), hv, "linearize of grad");
  });
  test("uᵀ(Jv) = (uᵀJ)v", () => {
    const g = (y: Tensor): Tensor => y.exp().mul(y.sum()).narrow(0, 0, 2);
    const [v, u] = [at(3), at(2)];
    const [, jv] = func.jvp(g, [x], [v]);
    const [, pull] = func.vjp(g, x);
    expect(jv.mul(u).sum().item()).toBeCloseTo(pull(u)[0].mul(v).sum().item(), 10);
  });
  test("perturbations of nested transforms are not confused", () => {
    // d/dx (x d/dy (x + y)) = 1, which a shared tangent would make 2
    const g = (a: Tensor): Tensor => a.mul(func.jvp((b: Tensor) => a.add(b), [tensor(1)], [tensor(1)])[1]);
    expect(func.jvp(g, [tensor(1)], [tensor(1)])[1].item()).toBe(1);
    expect(
      func
        .grad((a: Tensor) => a.mul(func.grad((b: Tensor) => a.add(b))(tensor(1))))(tensor(1))
        .item(),
    ).toBe(1);
  });
});

describe("vmap", () => {
  const xs = at(4, 3);
  const rows = Array.from({ length: 4 }, (_, i) => xs.select(0, i));
  test("commutes with derivatives", () => {
    close(func.vmap(simple)(xs), stack(rows.map(simple)), "values");
    close(func.vmap(func.grad(simple))(xs), stack(rows.map((r) => func.grad(simple)(r))), "vmap of grad");
    close(func.vmap(func.hessian(simple))(xs), stack(rows.map((r) => func.hessian(simple)(r))), "vmap of hessian");
    close(func.grad((y: Tensor) => func.vmap(simple)(y).sum())(xs), func.vmap(func.grad(simple))(xs), "grad of vmap");
    const vs = at(4, 3);
    const pushed = func.vmap((y: Tensor, v: Tensor) => func.jvp(simple, [y], [v])[1])(xs, vs);
    close(pushed, func.jvp(func.vmap(simple), [xs], [vs])[1], "vmap of jvp and jvp of vmap");
  });
  test("nests, and takes and returns any batch dimension", () => {
    const [a, b] = [at(3, 2), at(3, 4)];
    const outer = func.vmap(
      func.vmap((p: Tensor, q: Tensor) => p.mul(q).sum(), { inAxes: [null, 1] }),
      { inAxes: [1, null] },
    );
    close(outer(a, b), a.transpose(0, 1).matmul(b), "products of columns");
    const swapped = func.vmap((p: Tensor) => p.mul(2), { inAxes: -1, outAxes: 1 })(at(2, 5));
    expect(swapped.shape).toEqual([2, 5]);
    const all = func.vmap(
      func.vmap(
        func.grad((p: Tensor, q: Tensor) => p.mul(q).sin().sum()),
        { inAxes: [null, 0] },
      ),
      { inAxes: [0, null] },
    );
    expect(all(at(2, 3), at(5, 3)).shape).toEqual([2, 5, 3]);
  });
  test("takes pytrees, shares arguments without an axis, and works in chunks", () => {
    const model = (p: { w: Tensor; b: Tensor }, x: Tensor): { y: Tensor; twice: Tensor[] } => {
      const y = x.matmul(p.w).add(p.b);
      return { y, twice: [y.mul(2)] };
    };
    const p = { w: at(3), b: at() };
    const whole = func.vmap(model, { inAxes: [null, 0] })(p, xs);
    close(whole.y, xs.matmul(p.w).add(p.b), "shared parameters");
    close(func.vmap(model, { inAxes: [null, 0], chunkSize: 3 })(p, xs).y, whole.y, "in chunks");
    const each = func.vmap(model, { inAxes: [{ w: 0, b: null }, 0] })({ w: at(4, 3), b: p.b }, xs);
    expect(each.twice[0]?.shape).toEqual([4]);
  });
  test.each<[string, (x: Tensor) => Tensor]>([
    ["indices", (x) => x.at(tensor([2, 0], { dtype: "int32" }))],
    ["index select", (x) => x.indexSelect(0, tensor([2, 0, 2], { dtype: "int32" }))],
    ["gather", (x) => x.gather(0, tensor([1, 1], { dtype: "int32" }))],
    ["scatter", (x) => x.mul(0).scatterAdd(0, tensor([1, 1, 0], { dtype: "int32" }), x)],
    ["where and comparisons", (x) => x.where(x.gt(0), x.mul(-3))],
    ["max", (x) => x.max(0).values],
    [
      "numbers of higher rank",
      (x) =>
        x.sum().add(
          tensor(
            [
              [1, 2],
              [3, 4],
            ],
            { dtype: "float64" },
          ),
        ),
    ],
    ["chunks", (x) => x.chunk(2)[0].exp()],
    ["detach", (x) => x.mul(x.detach())],
  ])("agrees with a loop, with its gradient: %s", (_name, g) => {
    close(func.vmap(g)(xs), stack(rows.map(g)), "values");
    const slope = func.grad((y: Tensor) => g(y).sum());
    close(func.vmap(slope)(xs), stack(rows.map((r) => slope(r))), "gradients");
  });
  test("random numbers need a policy", () => {
    const noisy = (x: Tensor): Tensor => x.mul(0).add(rand([3]));
    expect(() => func.vmap(noisy)(xs)).toThrow('rand inside of vmap needs a policy: pass { randomness: "different" }');
    const same = func.vmap(noisy, { randomness: "same" })(xs).toArray<number[][]>();
    expect(same[0]).toEqual(same[1]);
    const different = func.vmap(noisy, { randomness: "different" })(xs).toArray<number[][]>();
    expect(different[0]).not.toEqual(different[1]);
    manualSeed(1);
    const masks = func.vmap((x: Tensor) => dropout(x.mul(0).add(1)), { randomness: "different" })(at(20, 10));
    expect(new Set(masks.toArray<number[][]>().toString().split(",")).size).toBe(2);
  });
  test("refuses mismatched sizes, axes and async functions", () => {
    expect(() => func.vmap((x: Tensor) => x.mul(x.sum().item()))(xs)).toThrow(
      "elements of a batched tensor cannot be read",
    );
    expect(() => func.vmap((x: Tensor, y: Tensor) => x.add(y))(xs, at(5, 3))).toThrow(
      "batch dimensions must have one size, but got 4, 5",
    );
    expect(() => func.vmap((x: Tensor) => x, { inAxes: null })(xs)).toThrow("at least one argument");
    expect(() => func.vmap((x: Tensor) => x, { outAxes: null })(xs)).toThrow("differs between members of the batch");
    expect(() => func.grad((x: Tensor) => x)(xs)).toThrow("the function must return a scalar, but returned [4, 3]");
  });
});

test("an op without a batching rule runs in a loop, which the tape shows", () => {
  const [x, weights] = [at(2, 4), at(3, 4).requiresGrad_()];
  const y = func.vmap((w: Tensor) => F.linear(x, w).square())(weights);
  const names = new Set<string>();
  const visit = (node: typeof y.gradFn): void => {
    for (let s = node?.scope ?? null; s !== null; s = s.parent) names.add(s.name);
    for (const edge of node?.nextFunctions ?? []) if (edge !== null) visit(edge[0]);
  };
  visit(y.gradFn);
  expect([...names]).toEqual(["vmap: linear in a loop"]);
  const alone = stack([0, 1, 2].map((i) => x.matmul(weights.select(0, i)).square()));
  close(y, alone, "the loop's values");
  const [mine, other] = [y, alone].map((v) => autograd.grad(v.sum(), [weights])[0]);
  close(mine, other, "the loop's gradients");
});

describe("on models", () => {
  test("per-sample gradients of a small CNN", () => {
    const model = new nn.Sequential(
      new nn.Conv2d(1, 3, 3),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Linear(27, 4),
    );
    const parameters = Object.fromEntries([...model.namedParameters()].map(([name, p]) => [name, p.detach()]));
    const [x, y] = [randn([5, 1, 8, 8]), randint(0, 4, [5])];
    const loss = (p: typeof parameters, image: Tensor, label: Tensor): Tensor =>
      crossEntropy(func.functionalCall(model, p, image.unsqueeze(0)), label.unsqueeze(0));
    const each = func.vmap(func.grad(loss), { inAxes: [null, 0, 0] })(parameters, x, y);
    for (let i = 0; i < 5; i++) {
      const one = func.grad(loss)(parameters, x.select(0, i), y.select(0, i));
      for (const [name, g] of Object.entries(one)) close(each[name].select(0, i), g, `${name} of example ${i}`, 1e-5);
    }
    for (const p of model.parameters()) expect(p.grad, "the model's own gradients").toBeNull();
  });
  test("functionalCall restores the module's parameters, also after an error, and refuses unknown names", () => {
    const layer = new nn.Linear(2, 1);
    const own = layer.weight;
    expect(() => func.functionalCall(layer, { weight: tensor([[1, 2, 3]]) }, tensor([1, 2]))).toThrow();
    expect(layer.weight).toBe(own);
    expect(() => func.functionalCall(layer, { wieght: own }, tensor([1, 2]))).toThrow(
      'the module has no "wieght"; it has weight, bias',
    );
  });
  test("several arguments, aux values and argument numbers", () => {
    const g = (a: Tensor, b: { c: Tensor }): [Tensor, Tensor] => [a.mul(b.c).sum(), a.mul(2)];
    const [a, c] = [tensor([1, 2]), tensor([3, 4])];
    const [[da, db], aux] = func.grad(g, { argnums: [0, 1], hasAux: true })(a, { c });
    expect([da.toArray(), db.c.toArray(), (aux as Tensor).toArray()]).toEqual([
      [3, 4],
      [1, 2],
      [2, 4],
    ]);
    const [value, slope] = func.valueAndGrad((x: Tensor) => x.mul(x).sum())(a);
    expect([value.item(), slope.toArray(), value.requiresGrad]).toEqual([5, [2, 4], false]);
    expect(
      func
        .jacrev((x: Tensor, z: Tensor) => x.mul(z), { argnums: 1 })(a, c)
        .toArray(),
    ).toEqual([
      [1, 0],
      [0, 2],
    ]);
  });
  test("results stay on the tape when an outer computation needs their gradients", () => {
    const w = tensor(3, { requiresGrad: true });
    const slope = func.grad((x: Tensor) => x.mul(x).mul(w))(tensor(2));
    slope.backward();
    expect([slope.item(), w.grad?.item()]).toEqual([12, 4]);
    const x = tensor(2, { requiresGrad: true });
    func
      .grad((y: Tensor) => y.pow(3))(x)
      .backward();
    expect(x.grad?.item()).toBe(12);
    expect(func.grad((y: Tensor) => y.pow(3))(tensor(2)).requiresGrad).toBe(false);
  });
});

describe("custom operations under transforms", () => {
  class Cube extends autograd.Function {
    static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.pow(3);
    }
    static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
      return g.mul(ctx.savedTensors[0].square()).mul(3);
    }
    static override jvp = (ctx: autograd.FunctionContext, t: Tensor): Tensor =>
      t.mul(ctx.savedTensors[0].square()).mul(3);
  }
  const cube = (x: Tensor): Tensor => Cube.apply(x).sum();
  test("vmap, Hessians, and both together", () => {
    const xs = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(func.vmap(func.grad(cube))(xs).toArray()).toEqual([
      [3, 12],
      [27, 48],
    ]);
    expect(
      func
        .hessian(cube)(tensor([1, 2]))
        .toArray(),
    ).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(func.vmap(func.hessian(cube))(xs).toArray()).toEqual([
      [
        [6, 0],
        [0, 12],
      ],
      [
        [18, 0],
        [0, 24],
      ],
    ]);
  });
  test("a custom batching rule is used; a missing tangent rule is reported", () => {
    let size = 0;
    class Mapped extends autograd.Function {
      static override forward(_ctx: unknown, x: Tensor): Tensor {
        return x.mul(2);
      }
      static override vmap = (info: { batchSize: number }, inDims: (number | null)[], x: Tensor): [Tensor, number] => {
        size = info.batchSize;
        return [Mapped.apply(x), inDims[0] ?? 0];
      };
    }
    expect(
      func
        .vmap((x: Tensor) => Mapped.apply(x))(tensor([1, 2, 3]))
        .toArray(),
    ).toEqual([2, 4, 6]);
    expect(size).toBe(3);
    expect(() => func.jvp((x: Tensor) => Mapped.apply(x), [tensor(1)], [tensor(1)])).toThrow(
      "give its Function a static jvp",
    );
  });
});
