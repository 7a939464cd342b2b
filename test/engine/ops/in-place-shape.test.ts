/** Methods that change the shape of a tensor in place, or its diagonal, and functions with an underscore. */
import {
  arange,
  bernoulli,
  celu,
  celu_,
  complex,
  dropout_,
  eye,
  F,
  func,
  noGrad,
  ones,
  operators,
  type Tensor,
  tensor,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";

const parameter = (): Tensor => ones(2, 3, { requiresGrad: true });

describe("shapes that change in place", () => {
  const forms: readonly (readonly [string, (x: Tensor) => Tensor, (x: Tensor) => Tensor])[] = [
    ["unsqueeze_", (x) => x.unsqueeze_(1), (x) => x.unsqueeze(1)],
    ["squeeze_", (x) => x.unsqueeze_(0).squeeze_(), (x) => x],
    ["squeeze_ of a dimension", (x) => x.unsqueeze_(0).squeeze_(0), (x) => x],
    ["transpose_", (x) => x.transpose_(0, 1), (x) => x.transpose(0, 1)],
    ["swapaxes_", (x) => x.swapaxes_(0, -1), (x) => x.t()],
    ["swapdims_", (x) => x.swapdims_(0, -1), (x) => x.t()],
    ["t_", (x) => x.t_(), (x) => x.t()],
    ["asStrided_", (x) => x.asStrided_([2, 2], [3, 1], { storageOffset: 1 }), (x) => x.narrow(1, 1, 2)],
  ];

  test.each(forms)("%s has the elements and the gradient of the view", (_name, inPlace, view) => {
    const factor = (x: Tensor): Tensor => arange(x.numel(), { dtype: "float32" }).reshape([...x.shape]);
    const [a, b] = [parameter(), parameter()];
    const x = a.mul(2);
    const { version } = x;
    expect(inPlace(x)).toBe(x);
    const y = view(b.mul(2));
    expect(x.shape).toEqual(y.shape);
    expect(x.toArray()).toEqual(y.toArray());
    expect(x.version).toBeGreaterThan(version);
    x.mul(factor(x)).sum().backward();
    y.mul(factor(y)).sum().backward();
    expect(a.grad?.toArray()).toEqual(b.grad?.toArray());
  });

  test("changes of the tensor afterwards reach its base, and its gradient", () => {
    const w = parameter();
    const base = w.mul(1);
    const row = base.select(0, 1).unsqueeze_(0);
    row.mul_(3);
    expect(row.shape).toEqual([1, 3]);
    expect(base.toArray()).toEqual([
      [1, 1, 1],
      [3, 3, 3],
    ]);
    base.sum().backward();
    expect(w.grad?.toArray()).toEqual([
      [1, 1, 1],
      [3, 3, 3],
    ]);
  });

  test("a saved tensor that has changed its shape is an error of backward", () => {
    const x = parameter().mul(1);
    const y = x.mul(x);
    x.t_();
    expect(() => y.sum().backward()).toThrow(/changed in place by t_/);
  });

  test("tensors that require a gradient keep their shape where the tape would not know", () => {
    const w = parameter();
    expect(() => w.t_()).toThrow("t_: a leaf that requires a gradient keeps its shape");
    expect(() => noGrad(() => w.mul(1).t_()).shape).not.toThrow();
    const y = w.mul(1);
    expect(() => noGrad(() => y.t_())).toThrow(/inside noGrad/);
    expect(() => y.resize_(2)).toThrow("resize_: a tensor that requires a gradient cannot be resized");
    expect(() => arange(6).reshape([2, 3]).t().asStrided_([2], [1])).toThrow(/contiguous/);
  });

  test("inside vmap", () => {
    const y = func.vmap((x: Tensor) => x.clone().unsqueeze_(0).mul(2))(arange(6).reshape([3, 2]));
    expect(y.shape).toEqual([3, 1, 2]);
    expect(y.toArray()).toEqual([[[0, 2]], [[4, 6]], [[8, 10]]]);
  });
});

describe("resize_", () => {
  test("takes the elements in memory, and zeros behind them", () => {
    expect(arange(6).resize_(2, 2).toArray()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(arange(6).reshape([2, 3]).t().resize_([2, 2]).toArray()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(arange(3).narrow(0, 1, 2).resize_(4).toArray()).toEqual([1, 2, 0, 0]);
    expect(
      arange(3)
        .resizeAs_(zeros([2, 2]))
        .toArray(),
    ).toEqual([
      [0, 1],
      [2, 0],
    ]);
  });

  test.each(["bool", "uint8", "int64", "float16", "bfloat16", "float64"] as const)("of %s", (dtype) => {
    const many = ones([40], { dtype }).resize_(6, 9);
    expect(many.sum().item()).toBe(40);
    expect(many.dtype).toBe(dtype);
  });

  test("of complex and of large integers", () => {
    const z = complex(tensor([1, 2, 3]), tensor([0, 1, 2])).resize_(2, 2);
    expect(z.toArray()).toEqual([
      [
        { re: 1, im: 0 },
        { re: 2, im: 1 },
      ],
      [
        { re: 3, im: 2 },
        { re: 0, im: 0 },
      ],
    ]);
    expect(
      tensor([1n << 60n, 3n])
        .resize_(3)
        .toArray(),
    ).toEqual([1n << 60n, 3, 0]);
  });

  test("a smaller tensor shares its memory with views, a larger one does not", () => {
    const x = arange(4);
    const view = x.view(4);
    x.resize_(2).fill_(9);
    expect(view.toArray()).toEqual([9, 9, 2, 3]);
    x.resize_(8).fill_(1);
    expect(view.toArray()).toEqual([9, 9, 2, 3]);
    expect(x.resize_(8).version).toBe(x.version);
    expect(() => x.resize_(-1)).toThrow(/sizes must be integers/);
  });
});

describe("fillDiagonal_", () => {
  test("sets equal indices, and wraps around tall matrices", () => {
    expect(zeros(5, 3).fillDiagonal_(7).sum(1).toArray()).toEqual([7, 7, 7, 0, 0]);
    expect(zeros(8, 3).fillDiagonal_(7, true).toArray()).toEqual([
      [7, 0, 0],
      [0, 7, 0],
      [0, 0, 7],
      [0, 0, 0],
      [7, 0, 0],
      [0, 7, 0],
      [0, 0, 7],
      [0, 0, 0],
    ]);
    expect(zeros(3, 7).t().fillDiagonal_(2).sum().item()).toBe(6);
    expect(zeros(3, 3, 3).fillDiagonal_(1).sum().item()).toBe(3);
    expect(zeros(3, 3, { dtype: "int64" }).fillDiagonal_(1.5).toArray()).toEqual(eye(3).toArray());
    expect(() => zeros(3).fillDiagonal_(1)).toThrow(/at least two dimensions/);
    expect(() => zeros(2, 3, 3).fillDiagonal_(1)).toThrow(/same size/);
  });

  test("stops the gradient of the diagonal", () => {
    const w = ones(2, 2, { requiresGrad: true });
    w.mul(2).fillDiagonal_(5).sum().backward();
    expect(w.grad?.toArray()).toEqual([
      [0, 2],
      [2, 0],
    ]);
  });
});

describe("functions that end in an underscore", () => {
  test("store the result of the function in the tensor, on the tape", () => {
    const w = tensor([-1, 2], { requiresGrad: true });
    const x = w.mul(1);
    expect(celu_(x, { alpha: 2 })).toBe(x);
    expect(x.toArray()).toEqual(celu(tensor([-1, 2]), { alpha: 2 }).toArray());
    x.sum().backward();
    expect(w.grad?.toArray<number[]>()[1]).toBe(1);
    expect(w.grad?.narrow(0, 0, 1).item()).toBeCloseTo(Math.exp(-0.5), 6);
    expect(() => celu_(w)).toThrow("celu_: a leaf that requires a gradient");
  });

  const argumentsOf: Readonly<Record<string, object>> = { threshold: { threshold: 0.5, value: 7 } };
  test.each(["celu", "elu", "hardtanh", "leakyRelu", "rrelu", "selu", "threshold"])("%s_ by name", (name) => {
    const x = tensor([-2, 0.25, 3]);
    const given = argumentsOf[name] ?? {};
    const expected = operators.get(name)?.callByName({ input: x, ...given }) as Tensor;
    expect(operators.get(`${name}_`)?.callByName({ input: x, ...given })).toBe(x);
    expect(x.toArray()).toEqual(expected.toArray());
    expect(`${name}_` in F).toBe(true);
  });

  test("dropout in place scales what it keeps", () => {
    const x = ones(1000);
    dropout_(x, { p: 0.5 });
    expect(x.eq(0).logicalOr(x.eq(2)).all().item()).toBe(1);
    expect(() => dropout_(ones(2), { p: 2 })).toThrow("dropout_");
  });

  test("bernoulli_ draws with one probability or with many, in any dtype", () => {
    expect(
      zeros(2, 3)
        .bernoulli_(tensor([0, 1, 1]))
        .toArray(),
    ).toEqual([
      [0, 1, 1],
      [0, 1, 1],
    ]);
    expect(zeros(4, { dtype: "int64" }).bernoulli_(1).toArray()).toEqual([1, 1, 1, 1]);
    const mean = zeros(4000).bernoulli_(0.25).mean().item();
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.05);
    expect(() => zeros(2).bernoulli_(2)).toThrow("bernoulli_: the probabilities must lie in [0, 1]");
    expect(() => zeros(2).bernoulli_(tensor([0, 1, 0]))).toThrow("bernoulli_");
    expect(bernoulli(tensor([0, 1])).toArray()).toEqual([0, 1]);
  });

  test("logicalNot_ keeps the dtype", () => {
    const x = tensor([0, 2], { dtype: "int32" });
    expect(x.logicalNot_().toArray()).toEqual([1, 0]);
    expect(x.dtype).toBe("int32");
  });
});
