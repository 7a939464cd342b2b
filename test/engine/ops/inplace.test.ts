/** In-place changes of expanded tensors, of views of an op with several outputs, and of views of leaves; values and errors are those of PyTorch 2.13. */
import { arange, noGrad, ones, type Tensor, variance, zeros } from "tapelab";
import { describe, expect, test } from "vitest";

const leaf = (n: number): Tensor =>
  arange(1, n + 1)
    .to("float32")
    .requiresGrad_();
const outdated = "cannot be used after its base was changed in place";

describe.each([4, 20])("tensors of %i elements", (n) => {
  const half = n / 2;

  describe("an expanded tensor", () => {
    const expanded = (): Tensor => leaf(n).detach().reshape([n, 1]).expand([n, 2]);

    test("off the tape is filled and set to zero", () => {
      const x = expanded();
      x.fill_(2);
      x.narrow(0, 0, 1).zero_();
      expect(x.sum(1).toArray()).toEqual([0, ...new Array<number>(n - 1).fill(4)]);
    });

    test("is refused by all other in-place methods, and on the tape", () => {
      expect(() => expanded().copy_(3)).toThrow("copy_: an expanded tensor shares elements");
      expect(() => expanded().add_(3)).toThrow("add_: an expanded tensor shares elements");
      const taped = leaf(n).mul(2).reshape([n, 1]).expand([n, 2]);
      expect(() => taped.fill_(3)).toThrow("fill_: an expanded tensor shares elements");
      expect(() => taped.zero_()).toThrow("zero_: an expanded tensor shares elements");
      expect(
        noGrad(() => taped.fill_(3))
          .sum()
          .item(),
      ).toBe(6 * n);
    });

    test("is a copy of itself", () => {
      const x = expanded();
      expect(x.copy_(x)).toBe(x);
      expect(x.version).toBe(1);
    });
  });

  describe("one of several views", () => {
    test("is refused after its base was changed, in every mode", () => {
      const x = leaf(n).mul(2);
      const [part] = x.split(half);
      x.mul_(3);
      expect(() => part.sum()).toThrow(outdated);
      const y = leaf(n).mul(2);
      const [first] = y.chunk(2);
      noGrad(() => y.mul_(3));
      expect(() => first.sum()).toThrow(outdated);
      expect(noGrad(() => first.sum()).item()).toBe(3 * half * (half + 1));
    });

    test("of a constant is refused after a tensor on the tape was written to the base", () => {
      const x = ones([n]);
      const [, part] = x.split(half);
      x.mul_(leaf(n));
      expect(() => part.sum()).toThrow(outdated);
    });

    test("of a constant can be changed and used", () => {
      const x = ones([n]);
      const [part] = x.split(half);
      part.mul_(2);
      x.add_(1);
      expect(part.sum().item()).toBe(3 * half);
    });

    test("that was made in noGrad cannot be changed outside", () => {
      const x = leaf(n).mul(2);
      const [part] = noGrad(() => x.split(half));
      expect(() => part.mul_(2)).toThrow("mul_: a view that was made inside noGrad");
    });
  });

  test("views of a leaf that is itself a view cannot be changed in place", () => {
    const x = leaf(n).detach().narrow(0, 0, half).requiresGrad_();
    expect(() => x.narrow(0, 0, 1).mul_(2)).toThrow("mul_: a view of a leaf that requires a gradient");
    noGrad(() => x.narrow(0, 0, 1).mul_(2));
    x.pow(2).sum().backward();
    expect(x.grad?.select(0, 0).item()).toBe(4);
  });

  test("detach_ refuses views, and leaves views of its tensor on the tape", () => {
    const w = leaf(n);
    const y = w.mul(2);
    const view = y.narrow(0, 0, half);
    expect(() => view.detach_()).toThrow("detach_: a view cannot be detached");
    expect(() => ones([n]).narrow(0, 0, half).detach_()).toThrow("detach_: a view cannot be detached");
    y.detach_();
    expect(() => view.mul_(2)).toThrow("mul_: a view of a leaf");
    view.sum().backward();
    expect(w.grad?.toArray()).toEqual(Array.from({ length: n }, (_, i) => (i < half ? 2 : 0)));
  });

  test("flatten of one dimension is the tensor itself", () => {
    const x = leaf(n);
    expect(x.flatten()).toBe(x);
    expect(x.reshape([2, half]).flatten(1, 1).shape).toEqual([2, half]);
  });

  test("the gradient of a variance with no degrees of freedom is constant", () => {
    const x = leaf(n);
    variance(x, { correction: n }).backward(null, { createGraph: true });
    expect(x.grad?.toArray()).toEqual(new Array<number>(n).fill(Number.POSITIVE_INFINITY));
    expect(x.grad?.requiresGrad).toBe(false);
  });
});

test("an expanded tensor without elements can be changed", () => {
  expect(zeros([0, 1]).expand([0, 3]).add_(1).shape).toEqual([0, 3]);
});

test("fill_ takes one value", () => {
  expect(() => zeros([3]).fill_(ones([1]))).toThrow("fill_: the value must be a number or a 0-d tensor");
});
