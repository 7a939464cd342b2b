/** Forward mode of functions that change their input in place, as PyTorch's `torch.func.jvp`, `jacfwd` and `torch.autograd.forward_ad` allow. */
import { autograd, func, ones, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const point = (): Tensor => tensor([1, 2], { dtype: "float64" });
const direction = (): Tensor => tensor([1, 1], { dtype: "float64" });
const constant = (n: number): Tensor => zeros([n], { dtype: "float64" });

// values of PyTorch 2.13
const functions: readonly (readonly [string, (x: Tensor) => Tensor, number[], number[][]])[] = [
  [
    "the input",
    (x) => x.mul_(2),
    [2, 4],
    [
      [2, 0],
      [0, 2],
    ],
  ],
  [
    "the input, by itself",
    (x) => x.mul_(x),
    [1, 4],
    [
      [2, 0],
      [0, 4],
    ],
  ],
  [
    "a copy",
    (x) => x.clone().mul_(x),
    [1, 4],
    [
      [2, 0],
      [0, 4],
    ],
  ],
  [
    "a chain",
    (x) => x.add_(1).square_().sub_(x.mul(0)),
    [4, 9],
    [
      [4, 0],
      [0, 6],
    ],
  ],
  [
    "the input set to 0",
    (x) => x.zero_(),
    [0, 0],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    "the input, overwritten",
    (x) => x.copy_(ones([2])),
    [1, 1],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    "a constant",
    (x) => constant(2).copy_(x),
    [1, 2],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  [
    "a constant that is added to",
    (x) => constant(2).add_(x),
    [1, 2],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  [
    "relu_",
    (x) => x.relu_(),
    [1, 2],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  [
    "a view of the input",
    (x) => {
      x.narrow(0, 0, 1).mul_(3);
      return x.clone();
    },
    [3, 2],
    [
      [3, 0],
      [0, 1],
    ],
  ],
  [
    "a view of a constant",
    (x) => {
      const z = constant(3);
      z.narrow(0, 0, 2).copy_(x);
      return z.narrow(0, 0, 2).mul(z.narrow(0, 1, 2));
    },
    [2, 0],
    [
      [2, 1],
      [0, 0],
    ],
  ],
];

describe.each(functions)("%s", (_, f, value, jacobian) => {
  const along = jacobian.map(([a, b]) => a + b);
  test("jvp", () => {
    const [y, dy] = func.jvp(f, [point()], [direction()]);
    expect([y.toArray(), dy.toArray()]).toEqual([value, along]);
  });
  test("linearize", () => {
    const [y, push] = func.linearize(f, point());
    expect([y.toArray(), push(direction()).toArray()]).toEqual([value, along]);
  });
  test("jacfwd", () => {
    expect(func.jacfwd(f)(point()).toArray()).toEqual(jacobian);
  });
  test("dual numbers", () => {
    autograd.forwardAd.dualLevel(() => {
      const { makeDual, unpackDual } = autograd.forwardAd;
      const { primal, tangent } = unpackDual(f(makeDual(point(), direction())));
      expect(primal.toArray()).toEqual(value);
      expect(tangent?.toArray() ?? [0, 0]).toEqual(along);
    });
  });
  test("for more elements", () => {
    const many = (x: Tensor): Tensor => f(x.reshape([-1]).narrow(0, 0, 2).clone());
    const x = tensor(
      Array.from({ length: 40 }, (_e, i) => (i === 0 ? 1 : 2)),
      { dtype: "float64" },
    );
    const [y, dy] = func.jvp(many, [x], [ones([40], { dtype: "float64" })]);
    expect([y.toArray(), dy.toArray()]).toEqual([value, along]);
  });
});

test("a dual tensor changed in place has the tangent of its new value", () => {
  autograd.forwardAd.dualLevel(() => {
    const { makeDual, unpackDual } = autograd.forwardAd;
    const dual = makeDual(point(), direction());
    const view = dual.narrow(0, 0, 1);
    view.mul_(3);
    expect(unpackDual(dual).tangent?.toArray()).toEqual([3, 1]);
    expect(unpackDual(view).tangent?.toArray()).toEqual([3]);
  });
});

test("the caller sees the change, as in PyTorch", () => {
  const x = point();
  func.jvp((y: Tensor) => y.mul_(2), [x], [direction()]);
  expect(x.toArray()).toEqual([2, 4]);
  expect(x.requiresGrad).toBe(false);
});

test("second order: reverse over forward, and forward over forward", () => {
  const f = (x: Tensor): Tensor => x.clone().mul_(x).mul_(x).sum();
  const slope = (x: Tensor): Tensor => func.jvp(f, [x], [direction()])[1];
  expect(func.grad(slope)(point()).toArray()).toEqual([6, 12]);
  expect(func.jvp(slope, [point()], [direction()])[1].item()).toBe(18);
  expect(func.hessian(f)(point()).toArray()).toEqual([
    [6, 0],
    [0, 12],
  ]);
});

test("reverse mode refuses to change its input in place", () => {
  for (const transform of [func.grad((x: Tensor) => x.mul_(2).sum()), func.jacrev((x: Tensor) => x.mul_(2))])
    expect(() => transform(point())).toThrow("mul_: a leaf that requires a gradient cannot be changed in place");
});

test("only float tensors are differentiated", () => {
  const x = tensor([1, 2], { dtype: "int32" });
  const f = (t: Tensor): Tensor => t.to("float32").sum();
  const says = "only float tensors can be differentiated";
  expect(() => func.grad(f)(x)).toThrow(`grad: ${says}`);
  expect(() => func.valueAndGrad(f)(x)).toThrow(`valueAndGrad: ${says}`);
  expect(() => func.vjp(f, x)).toThrow(`vjp: ${says}`);
  expect(() => func.jvp(f, [x], [x])).toThrow(`jvp: ${says}`);
  expect(() => func.linearize(f, x)).toThrow(`linearize: ${says}`);
  expect(() => func.jacrev(f)(x)).toThrow(says);
  expect(() => func.jacfwd(f)(x)).toThrow(says);
  expect(() => func.hessian(f)(x)).toThrow(says);
  expect(
    func
      .grad((a: Tensor, b: Tensor) => a.mul(b).sum())(tensor([1, 2]), x)
      .toArray(),
  ).toEqual([1, 2]);
});

describe("inside vmap", () => {
  const rows = (): Tensor =>
    tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { dtype: "float64" },
    );

  test("a copy, a view of it and the input itself are changed for each member of the batch", () => {
    const f = (x: Tensor, s: Tensor): Tensor => {
      const y = x.clone();
      y.narrow(0, 1, 2).mul_(s);
      y.select(0, 0).copy_(s);
      return y.add_(1);
    };
    const scale = tensor([10, 100], { dtype: "float64" });
    expect(func.vmap(f)(rows(), scale).toArray()).toEqual([
      [11, 21, 31],
      [101, 501, 601],
    ]);
    const x = rows();
    func.vmap((v: Tensor) => v.neg_())(x);
    expect(x.toArray()).toEqual([
      [-1, -2, -3],
      [-4, -5, -6],
    ]);
  });

  test("gradients flow through the change, at one level and at two", () => {
    const f = (x: Tensor): Tensor => {
      const y = x.mul(2);
      y.narrow(0, 0, 1).mul_(x.narrow(0, 1, 1));
      return y.square_().sum();
    };
    // (2 x₀ x₁)² + (2 x₁)² + (2 x₂)²
    const slope = (x0: number, x1: number, x2: number): number[] => [
      8 * x0 * x1 ** 2,
      8 * x0 ** 2 * x1 + 8 * x1,
      8 * x2,
    ];
    const expected = [slope(1, 2, 3), slope(4, 5, 6)];
    expect(func.vmap(func.grad(f))(rows()).toArray()).toEqual(expected);
    const x = rows().requiresGrad_();
    func.vmap(f)(x).sum().backward();
    expect(x.grad?.toArray()).toEqual(expected);
    const twice = rows().unsqueeze(0).expand([2, 2, 3]).contiguous();
    expect(func.vmap(func.vmap(f))(twice).toArray()).toEqual([0, 1].map(() => func.vmap(f)(rows()).toArray()));
  });

  test("a tensor without the batch dimension cannot take values that have it", () => {
    expect(() => func.vmap((x: Tensor) => zeros([3], { dtype: "float64" }).add_(x))(rows())).toThrow(
      "add_: inside vmap, a tensor without the batch dimension cannot be changed in place by one that has it",
    );
  });
});
