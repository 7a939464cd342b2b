/** Complex tensors: creation, views that share memory, in-place changes, promotion, casts, printing, gradients, and what refuses complex numbers. */
import {
  abs,
  argmax,
  autograd,
  complex,
  conj,
  func,
  imag,
  max,
  mul,
  ones,
  real,
  relu,
  resultType,
  sgn,
  sort,
  type Tensor,
  tensor,
  viewAsComplex,
  viewAsReal,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";

const z = (re: number, im: number): { re: number; im: number } => ({ re, im });

describe("creation", () => {
  test("from complex numbers, beside which real ones have the imaginary part 0", () => {
    const x = tensor([z(1, 2), 3, true]);
    expect(x.dtype).toBe("complex64");
    expect(x.toArray()).toEqual([z(1, 2), z(3, 0), z(1, 0)]);
    expect(tensor(z(1, 2), { dtype: "complex128" }).item()).toEqual(z(1, 2));
    expect([...tensor([[z(1, 2)], [z(3, 4)]]).toTypedArray()]).toEqual([1, 2, 3, 4]);
  });

  test("from other tensors: a real dtype keeps the real parts, and bool is true for all but 0", () => {
    const x = tensor([z(1.5, 2), z(0, 1), z(0, 0)]);
    expect(tensor(x, { dtype: "float32" }).toArray()).toEqual([1.5, 0, 0]);
    expect(x.to("bool").toArray()).toEqual([true, true, false]);
    expect(x.to("int64").toArray()).toEqual([1, 0, 0]);
    expect(tensor([1, 2]).to("complex128").toArray()).toEqual([z(1, 0), z(2, 0)]);
  });

  test("of one value", () => {
    expect(zeros(2, { dtype: "complex64" }).toArray()).toEqual([z(0, 0), z(0, 0)]);
    expect(ones([1], { dtype: "complex128" }).toArray()).toEqual([z(1, 0)]);
  });

  test("complex numbers have no place in a real dtype", () => {
    expect(() => tensor([z(1, 2)], { dtype: "float32" })).toThrow("tensor: complex numbers need the dtype");
    expect(() => complex(tensor([1]), tensor([1], { dtype: "float64" }))).toThrow("complex: expected two float32");
  });
});

describe("views", () => {
  test("of real and imaginary parts share the memory and its version", () => {
    const x = tensor([z(1, 2), z(3, 4)]);
    real(x).mul_(10);
    imag(x).copy_(tensor([-1, -2]));
    expect(x.toArray()).toEqual([z(10, -1), z(30, -2)]);
    expect(x.version).toBe(2);
    viewAsReal(x).fill_(7);
    expect(x.toArray()).toEqual([z(7, 7), z(7, 7)]);
    expect(viewAsReal(x).storage).toBe(x.storage);
  });

  test("of a real tensor as complex numbers need pairs in memory", () => {
    const pairs = tensor([
      [1, 2],
      [3, 4],
    ]);
    const x = viewAsComplex(pairs);
    x.mul_(z(0, 1));
    expect(pairs.toArray()).toEqual([
      [-2, 1],
      [-4, 3],
    ]);
    expect(() => viewAsComplex(pairs.t())).toThrow("viewAsComplex: the elements must lie in memory as pairs");
    expect(() => viewAsComplex(tensor([1, 2, 3]))).toThrow("the last dimension must have size 2");
    expect(() => imag(tensor([1]))).toThrow("imag: expected a complex tensor");
  });

  test("transposed, sliced and strided views show the elements", () => {
    const x = tensor([
      [z(1, 2), z(3, 4)],
      [z(5, 6), z(7, 8)],
    ]);
    expect(x.t().toArray()).toEqual([
      [z(1, 2), z(5, 6)],
      [z(3, 4), z(7, 8)],
    ]);
    expect(imag(x.t().select(0, 1)).toArray()).toEqual([4, 8]);
    expect(x.H.toArray()).toEqual([
      [z(1, -2), z(5, -6)],
      [z(3, -4), z(7, -8)],
    ]);
    expect(x.t().contiguous().select(0, 1).toArray()).toEqual([z(3, 4), z(7, 8)]);
    expect(x.at(":, 0").toArray()).toEqual([z(1, 2), z(5, 6)]);
  });

  test("a gradient flows through an in-place change of the real parts of a view", () => {
    const x = tensor([z(1, 3), z(2, 4)], { requiresGrad: true });
    const y = x.clone();
    real(y).mul_(10);
    const [g] = autograd.grad(real(y.mul(y)).sum(), [x]);
    // PyTorch 2.13
    expect(g.toArray()).toEqual([z(200, -6), z(400, -8)]);
  });

  test("a complex view of a changed real base is recorded again", () => {
    const pairs = tensor([[1, 2]], { requiresGrad: true });
    const base = pairs.clone();
    const x = viewAsComplex(base);
    base.mul_(3);
    abs(x).square().sum().backward();
    const [[re, im]] = (pairs.grad as Tensor).toArray<number[][]>();
    expect(re).toBeCloseTo(18, 5);
    expect(im).toBeCloseTo(36, 5);
  });
});

describe("promotion", () => {
  test("a complex number makes floats complex of the same width, and integers complex64", () => {
    expect(mul(tensor([2]), z(0, 1)).toArray()).toEqual([z(0, 2)]);
    expect(resultType(tensor([1], { dtype: "float64" }), z(0, 1))).toBe("complex128");
    expect(resultType(tensor([1], { dtype: "int32" }), z(0, 1))).toBe("complex64");
    expect(resultType(tensor([z(1, 0)]), tensor([1], { dtype: "float64" }))).toBe("complex128");
    expect(resultType(tensor([1]), tensor(z(1, 0), { dtype: "complex128" }))).toBe("complex64");
    expect(resultType(tensor([z(1, 0)]), 2.5)).toBe("complex64");
  });

  test("a complex result cannot be stored in a real tensor, nor a real one in place of a complex one", () => {
    expect(() => tensor([1]).add_(z(0, 1))).toThrow("add_: a complex result cannot be stored in place");
    expect(() => tensor([z(3, 4)]).abs_()).toThrow("abs_: a real result cannot be stored in place");
    expect(
      tensor([z(0, 0)])
        .copy_(tensor([2]))
        .toArray(),
    ).toEqual([z(2, 0)]);
    expect(
      tensor([0])
        .copy_(tensor([z(2, 5)]))
        .toArray(),
    ).toEqual([2]);
  });
});

// PyTorch 2.13, but for the names of the options
test.each<[string, Tensor]>([
  ["tensor([ 1.0000+2.0000j, -1.5000-0.2500j])", tensor([z(1, 2), z(-1.5, -0.25)])],
  ["tensor(1.-1.j, dtype=complex128)", tensor(z(1, -1), { dtype: "complex128" })],
  ["tensor([[1.+0.j, 0.+1.j]])", tensor([[z(1, 0), z(0, 1)]])],
  ["tensor([], dtype=complex64)", zeros([0], { dtype: "complex64" })],
])("prints as %s", (text, x) => {
  expect(String(x)).toBe(text);
});

describe("gradients", () => {
  test("are conjugate: a step against them lowers a real loss", () => {
    const x = tensor([z(3, 4)], { requiresGrad: true });
    const loss = abs(x).square().sum();
    loss.backward();
    const [g] = (x.grad as Tensor).toArray<{ re: number; im: number }[]>();
    expect(g.re).toBeCloseTo(6, 5);
    expect(g.im).toBeCloseTo(8, 5);
    const next = x.detach().sub((x.grad as Tensor).mul(0.1));
    expect(abs(next).square().sum().item()).toBeLessThan(loss.item());
  });

  test("of a real operand of a complex product are real", () => {
    const x = tensor([2], { requiresGrad: true });
    real(mul(x, tensor([z(3, 4)])))
      .sum()
      .backward();
    expect((x.grad as Tensor).dtype).toBe("float32");
    expect((x.grad as Tensor).toArray()).toEqual([3]);
  });

  test("of abs, sgn and angle at 0 are 0", () => {
    const x = tensor([z(0, 0)], { requiresGrad: true });
    for (const f of [abs, (t: Tensor) => real(sgn(t)), (t: Tensor) => t.angle()]) {
      const [g] = autograd.grad(f(x).sum(), [x]);
      const [{ re, im }] = g.toArray<{ re: number; im: number }[]>();
      expect(Math.abs(re) + Math.abs(im)).toBe(0);
    }
  });

  test("a complex result has no implicit gradient, and takes a complex one", () => {
    const x = tensor([z(1, 2)], { requiresGrad: true });
    expect(() => x.sum().backward()).toThrow("only a real scalar has an implicit gradient");
    expect(() => x.sum().backward(tensor(1))).toThrow("the gradient of a complex tensor must be complex");
    const [g] = autograd.grad(x.mul(z(0, 1)).sum(), [x], { gradOutputs: [tensor(z(1, 0))] });
    expect(g.toArray()).toEqual([z(0, -1)]);
  });

  test("tangents multiply by the derivative, batches by vmap too", () => {
    const x = tensor([z(1, 2)]);
    const [, t] = func.jvp((a: Tensor) => a.mul(a), [x], [tensor([z(0, 1)])]);
    expect(t.toArray()).toEqual([z(-4, 2)]);
    const rows = tensor([[z(1, 2)], [z(3, -1)]]);
    const y = func.vmap((a: Tensor) => conj(a).mul(a))(rows);
    expect(y.toArray()).toEqual([[z(5, 0)], [z(10, 0)]]);
  });
});

test.each<[string, (x: Tensor) => unknown]>([
  ["relu: is not defined for complex numbers", (x) => relu(x)],
  ["max: is not defined for complex numbers", (x) => max(x)],
  ["argmax: is not defined for complex numbers", (x) => argmax(x)],
  ["lt: is not defined for complex numbers", (x) => x.lt(x)],
  ["floor: is not defined for complex numbers", (x) => x.floor()],
  ["clamp: is not defined for complex numbers", (x) => x.clamp(0)],
  ["sort: is not defined for complex numbers", (x) => sort(x)],
])("%s", (message, f) => {
  expect(() => f(tensor([z(1, 2)]))).toThrow(message);
});

test.each([3, 40])("real results of %i complex numbers have the gradients of complex inputs", (n) => {
  const x = complex(
    tensor(
      Array.from({ length: n }, (_, i) => Math.cos(i) + 0.1),
      { dtype: "float64" },
    ),
    tensor(
      Array.from({ length: n }, (_, i) => Math.sin(3 * i)),
      { dtype: "float64" },
    ),
  ).requiresGrad_();
  x.abs().sum().backward();
  const expected = x.detach().div(x.detach().abs());
  expect((x.grad as Tensor).sub(expected).abs().max().item()).toBeLessThan(1e-12);
});
