/** Another subgradient at kinks, chosen by the program. */

import { abs, autograd, clamp, func, max, maximum, min, minimum, nn, type Tensor, tensor } from "tapelab";
import { afterEach, describe, expect, test } from "vitest";

const { setSubgradients } = autograd;

afterEach(() => setSubgradients({}));

const many = (values: readonly number[]): number[] => Array.from({ length: 8 }, () => values).flat();

/** Returns the gradients of the sum of f, under the choices, with respect to vectors of up to 16 and of more elements. */
function gradients(choices: autograd.Subgradients, f: (x: Tensor) => Tensor, values: readonly number[]): number[] {
  const gradient = (elements: readonly number[], dtype: "float32" | "float64"): number[] => {
    const x = tensor([...elements], { dtype, requiresGrad: true });
    const y = setSubgradients(choices, () => f(x));
    y.sum().backward();
    return x.grad?.toArray() as number[];
  };
  const small = gradient(values, "float64");
  expect(gradient(values, "float32"), "float32").toEqual(small);
  expect(gradient(many(values), "float64"), "more than 16 elements").toEqual(many(small));
  return small;
}

describe("slopes", () => {
  const x = [-2, -1, 0, 1, 2];
  test.each<[string, autograd.Subgradients, (x: Tensor) => Tensor, number[]]>([
    ["relu", { relu: 0.25 }, (v) => v.relu(), [0, 0, 0.25, 1, 1]],
    ["relu, chosen as by default", { relu: 0 }, (v) => v.relu(), [0, 0, 0, 1, 1]],
    ["nn.ReLU", { relu: 1 }, (v) => new nn.ReLU().forward(v), [0, 0, 1, 1, 1]],
    ["abs", { abs: 1 }, (v) => abs(v), [-1, -1, 1, 1, 1]],
    ["abs with a negative slope", { abs: -0.5 }, (v) => v.abs(), [-1, -1, -0.5, 1, 1]],
    ["clamp", { clamp: 0.25 }, (v) => clamp(v, -1, 1), [0, 0.25, 1, 0.25, 0]],
    ["clamp with one limit", { clamp: 0 }, (v) => clamp(v, { min: -1 }), [0, 0, 1, 1, 1]],
    ["maximum", { maximum: 1 }, (v) => maximum(v, v.detach().clamp(0)), [0, 0, 1, 1, 1]],
    ["minimum", { minimum: 0.25 }, (v) => minimum(v, v.detach().clamp(0)), [1, 1, 0.25, 0.25, 0.25]],
  ])("%s", (_name, choices, f, expected) => {
    expect(gradients(choices, f, x)).toEqual(expected);
  });

  test("the limit of clamp and the second operand of maximum get the rest", () => {
    const operands = (): Tensor[] => [tensor([1], { requiresGrad: true }), tensor([1], { requiresGrad: true })];
    const [x, limit] = operands();
    setSubgradients({ clamp: 0.25 }, () => clamp(x, limit)).backward();
    expect([x.grad?.item(), limit.grad?.item()]).toEqual([0.25, 0.75]);
    const [a, b] = operands();
    setSubgradients({ maximum: 0.25 }, () => maximum(a, b)).backward();
    expect([a.grad?.item(), b.grad?.item()]).toEqual([0.25, 0.75]);
  });

  test("an infinite cotangent of an element that is not chosen does not give NaN", () => {
    const y = tensor([0, 4], { requiresGrad: true });
    setSubgradients({ relu: 0 }, () => y.relu())
      .sqrt()
      .sum()
      .backward();
    expect(y.grad?.toArray()).toEqual([0, 0.25]);
  });

  test("tangents and second derivatives follow the choice", () => {
    const cube = (v: Tensor): Tensor => v.relu().mul(v.add(1).pow(2));
    setSubgradients({ relu: 0.5 });
    expect(func.jvp((v: Tensor) => v.relu(), [tensor([0])], [tensor([3])])[1].item()).toBe(1.5);
    // (relu(x) (x + 1)²)' = s (x + 1)² at x = 0, and its derivative 2 · 2 s (x + 1) = 4 s
    expect(func.grad(cube)(tensor(0)).item()).toBe(0.5);
    expect(func.grad(func.grad(cube))(tensor(0)).item()).toBe(2);
    expect(
      func
        .vmap(func.grad((v: Tensor) => v.relu()))(tensor([0, 1]))
        .toArray(),
    ).toEqual([0.5, 1]);
  });

  test("in-place forms follow the choice", () => {
    const x = tensor([-1, 0, 1], { requiresGrad: true });
    setSubgradients({ relu: 0.5, abs: 1 });
    x.mul(1).relu_().sum().backward();
    x.mul(1).abs_().sum().backward();
    expect(x.grad?.toArray()).toEqual([-1, 1.5, 2]);
  });
});

describe("ties", () => {
  const values = [3, 1, 3, 3];
  const gradient = (choices: autograd.Subgradients, f: (x: Tensor) => Tensor, at: number[] | number[][]): unknown => {
    const x = tensor(at, { dtype: "float64", requiresGrad: true });
    setSubgradients(choices, () => f(x))
      .sum()
      .backward();
    return x.grad?.toArray();
  };
  const third = 1 / 3;
  test.each<[string, autograd.Subgradients, (x: Tensor) => Tensor, number[]]>([
    ["max of all", { max: "share" }, (x) => max(x), [third, 0, third, third]],
    ["max of all", { max: "first" }, (x) => max(x), [1, 0, 0, 0]],
    ["amax", { max: "last" }, (x) => x.amax(0, true), [0, 0, 0, 1]],
    ["max along a dimension", { max: "share" }, (x) => x.max(0).values, [third, 0, third, third]],
    ["max along a dimension", { max: "last" }, (x) => x.max(0, true).values, [0, 0, 0, 1]],
    ["min of the negated", { min: "last" }, (x) => min(x.neg()), [-0, -0, -0, -1]],
  ])("%s with %o", (_name, choices, f, expected) => {
    expect(gradient(choices, f, values)).toEqual(expected);
  });

  test("over several dimensions, the first and last are in row-major order", () => {
    const x = [
      [1, 2, 0],
      [2, 2, 1],
    ];
    expect(gradient({ max: "first" }, (v) => v.amax([0, 1]), x)).toEqual([
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(gradient({ max: "last" }, (v) => v.amax([0, 1]), x)).toEqual([
      [0, 0, 0],
      [0, 1, 0],
    ]);
    expect(gradient({ max: "last" }, (v) => v.amax(0), x)).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  test("NaN and scalars", () => {
    expect(gradient({ max: "last" }, (x) => max(x), [1, Number.NaN, Number.NaN])).toEqual([0, 0, 1]);
    const x = tensor(2, { requiresGrad: true });
    setSubgradients({ max: "first" }, () => x.max(0).values).backward();
    expect(x.grad?.item()).toBe(1);
  });

  test("tangents follow the choice", () => {
    const dx = tensor([1, 10, 100, 1000]);
    const tangent = (choice: autograd.TieChoice, f: (x: Tensor) => Tensor): unknown =>
      setSubgradients({ max: choice }, () => func.jvp(f, [tensor(values)], [dx])[1].item());
    expect(tangent("last", (x) => x.max())).toBe(1000);
    expect(tangent("first", (x) => x.amax())).toBe(1);
    expect(tangent("share", (x) => x.max(0).values)).toBe(367);
  });
});

describe("the setting", () => {
  test("lasts as long as its body, also after an error, and for an async body until it settles", async () => {
    const slope = (): number => {
      const x = tensor(0, { requiresGrad: true });
      x.relu().backward();
      return x.grad?.item() ?? Number.NaN;
    };
    expect(() =>
      setSubgradients({ relu: 1 }, () => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(slope()).toBe(0);
    const later = setSubgradients({ relu: 1 }, async () => {
      await Promise.resolve();
      return slope();
    });
    expect(await later).toBe(1);
    expect(slope()).toBe(0);
    setSubgradients({ relu: 1 });
    expect(setSubgradients({}, slope)).toBe(0);
    expect(slope()).toBe(1);
  });

  test("a gradient computed later follows the choice that held when the op ran", () => {
    const x = tensor(0, { requiresGrad: true });
    const y = setSubgradients({ relu: 1 }, () => x.relu());
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });

  test("the tape shows the choice", () => {
    const x = tensor([0, 1], { requiresGrad: true });
    const y = setSubgradients({ relu: 0.5 }, () => x.relu());
    const node = y.gradFn as autograd.Node;
    expect(node.op.label(node.params)).toBe("relu, 0.5 at x = 0");
    expect(node.op.tex.vjp).toBe("\\bar x = ([x > 0] + 0.5\\, [x = 0])\\, \\bar y");
    const usual = x.relu().gradFn as autograd.Node;
    expect(usual.op.label(usual.params)).toBe("relu");
  });

  test("refuses what is not a choice", () => {
    const choose = (choices: object) => () => setSubgradients(choices as autograd.Subgradients);
    expect(choose({ relu: 2 })).toThrow("setSubgradients: relu must be a slope in [0, 1], but got 2");
    expect(choose({ max: "second" })).toThrow(
      'setSubgradients: max must be one of "share", "first", "last", but got "second"',
    );
    expect(choose({ abs: Number.NaN })).toThrow("abs must be a slope in [-1, 1], but got NaN");
    expect(choose({ tanh: 1 })).toThrow(/tanh/);
  });
});
