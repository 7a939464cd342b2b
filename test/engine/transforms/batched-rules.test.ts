/** Gradient rules of the program for functions that ran inside `vmap`: the rules run later, when `vmap` has returned. */
import { autograd, type DType, F, func, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

class Cube extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.pow(3);
  }
  static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    return g.mul(x.square()).mul(3);
  }
  static override jvp(ctx: autograd.FunctionContext, t: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    return t.mul(x.square()).mul(3);
  }
}

/** The cube of a tensor, with a rule of the program. */
const cubes: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  customGradient: autograd.customGradient((x: Tensor) => [x.pow(3), (g: Tensor) => g.mul(x.square()).mul(3)]),
  customVjp: func
    .customVjp((x: Tensor) => x.pow(3))
    .defvjp(
      (x) => [x.pow(3), x],
      (x, g) => [g.mul(x.square()).mul(3)],
    ),
  customJvp: func.customJvp((x: Tensor) => x.pow(3)).defjvp(([x], [t]) => [x.pow(3), t.mul(x.square()).mul(3)]),
  Function: (x) => Cube.apply(x),
};

const shapes: readonly (readonly number[])[] = [[], [1], [3], [5, 7]];
const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Returns numbers between 0.5 and 2 in a shape. */
const numbers = (shape: readonly number[], dtype: DType): Tensor =>
  tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => 0.5 + ((i * 7) % 13) / 8),
    { dtype },
  ).reshape(shape);

describe.each(Object.entries(cubes))("%s", (_name, cube) => {
  test.each(["float32", "float64"] as const)("backward and second derivatives after vmap, %s", (dtype) => {
    for (const shape of shapes) {
      const all = numbers([4, ...shape], dtype);
      const expected = (order: 1 | 2): unknown => (order === 1 ? all.square().mul(3) : all.mul(6)).toArray();
      const x = all.clone().requiresGrad_();
      func.vmap(cube)(x).sum().backward();
      expect(x.grad?.toArray(), `[${shape.join()}]`).toEqual(expected(1));
      const [g] = autograd.grad(func.vmap(cube)(x).sum(), [x], { createGraph: true });
      expect(autograd.grad(g.sum(), [x])[0].toArray(), `[${shape.join()}], twice`).toEqual(expected(2));
    }
  });

  test("backward after two levels of vmap, and in chunks", () => {
    const x = numbers([2, 3], "float64").requiresGrad_();
    const expected = x.detach().square().mul(3).toArray();
    const nested = func.vmap(func.vmap(cube));
    for (const f of [nested, func.vmap(cube, { chunkSize: 1 })]) {
      const [g] = autograd.grad(f(x).sum(), [x]);
      expect(g.toArray()).toEqual(expected);
    }
    // a batch of cotangents for results of vmap
    const y = func.vmap(cube)(x);
    const pulled = func.vmap((u: Tensor) => autograd.grad(y, [x], { gradOutputs: [u], retainGraph: true })[0])(
      tensor([1, 2, 4], { dtype: "float64" }).reshape([3, 1, 1]).expand([3, 2, 3]),
    );
    expect(pulled.select(0, 2).toArray()).toEqual(x.detach().square().mul(3).mul(4).toArray());
  });

  test("a hook and an error of the rule leave later ops as they are", () => {
    const x = numbers([4], "float32").requiresGrad_();
    const y = func.vmap(cube)(x);
    expect(() => y.backward(tensor([1, 2]))).toThrow();
    expect(x.mul(2).sum().item()).toBe(2 * x.sum().item());
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual(x.detach().square().mul(3).toArray());
  });
});

test.each(["customJvp", "Function"])("tangents of %s after vmap", (name) => {
  for (const shape of shapes) {
    const x = numbers([4, ...shape], "float64");
    const [y, t] = func.jvp(func.vmap(cubes[name]), [x], [x.mul(2)]);
    expect([y.toArray(), t.toArray()]).toEqual([x.pow(3).toArray(), x.square().mul(3).mul(x.mul(2)).toArray()]);
  }
});

test("onceDifferentiable refuses a second derivative inside vmap too", () => {
  class Once extends autograd.Function {
    static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.square();
    }
    static override backward = autograd.onceDifferentiable((ctx: autograd.FunctionContext, g: Tensor) =>
      g.mul(ctx.savedTensors[0]).mul(2),
    );
  }
  const x = tensor([1, 2], { requiresGrad: true });
  func
    .vmap((v: Tensor) => Once.apply(v))(x)
    .sum()
    .backward();
  expect(x.grad?.toArray()).toEqual([2, 4]);
  const second = func.vmap(func.grad((v: Tensor) => func.grad((u: Tensor) => Once.apply(u).square())(v)));
  expect(() => second(tensor([1, 2]))).toThrow("cannot be differentiated again");
});

test("straight-through estimates of members without dimensions", () => {
  const x = tensor([0.2, 1.7], { requiresGrad: true });
  func
    .vmap((v: Tensor) => v.add(v.round().sub(v).detach()))(x)
    .sum()
    .backward();
  expect(x.grad?.toArray()).toEqual([1, 1]);
  const soft = autograd.customGradient((v: Tensor) => [v.round(), (g: Tensor) => g]);
  const y = func.vmap((v: Tensor) => F.softplus(soft(v)))(x);
  const [g] = autograd.grad(y.sum(), [x]);
  expect(g.toArray()).toEqual(x.detach().round().sigmoid().toArray());
});
