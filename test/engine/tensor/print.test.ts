import { inspect as show } from "node:util";
import { arange, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import reference from "../../conformance/reference.json" with { type: "json" };

const made: Readonly<Record<string, () => Tensor>> = {
  "tensor(3.5)": () => tensor(3.5),
  "tensor([1, 2, 3])": () => tensor([1, 2, 3]),
  "[[1, 2.5], [-3, 4]]": () =>
    tensor([
      [1, 2.5],
      [-3, 4],
    ]),
  "[1e-5, 1]": () => tensor([1e-5, 1]),
  "[1e8, 1]": () => tensor([1e8, 1]),
  "[123456.789, 0.5]": () => tensor([123456.789, 0.5]),
  "[NaN, Infinity, -Infinity, 1]": () => tensor([Number.NaN, Infinity, -Infinity, 1]),
  "[NaN, 0]": () => tensor([Number.NaN, 0]),
  "[0.1, 0.25, 1/3]": () => tensor([0.1, 0.25, 1 / 3]),
  "[100000, 1]": () => tensor([100000, 1]),
  "[-0.0, 0.5]": () => tensor([-0, 0.5]),
  "[1000, 2000, 1e9]": () => tensor([1000, 2000, 1e9]),
  "[]": () => tensor([]),
  "zeros [2, 0]": () => zeros([2, 0]),
  "arange 24 [2, 3, 4]": () => arange(24).to("float32").reshape([2, 3, 4]),
  "arange 30": () => arange(30).to("float32"),
  "arange 2000": () => arange(2000).to("float32"),
  "arange 10000 [100, 100]": () => arange(10000).to("float32").reshape([100, 100]),
  "arange 1200 [4, 300]": () => arange(1200).to("float32").reshape([4, 300]),
  "arange 1024 [8, 8, 16]": () => arange(1024).to("float32").reshape([8, 8, 16]).div(7),
  ties: () => tensor([0.03125, 0.09375, -0.15625, 1.03125]),
  "ties with exponents": () => tensor([100005000, 100015000, 1]),
  large: () => tensor([1e10, -2.5e11]),
  small: () => tensor([1e-7, 2.5e-6]),
  "one negative": () => tensor([-1]),
  "minus zero": () => tensor([-0]),
  "rows of 13": () => arange(26).to("float32").reshape([2, 13]).div(4).sub(3),
  "arange 40 / 3": () => arange(40).to("float32").div(3),
};

describe("a tensor prints like in PyTorch", () => {
  test.each(Object.entries(reference.printed))("%s", (name, expected) => {
    const make = made[name];
    expect(make, `no tensor is made for ${name}`).toBeDefined();
    // sizes are arrays here
    expect(make().toString()).toBe(expected.replace(/size=\(([^)]*)\)/, "size=[$1]"));
  });

  test("integers", () => {
    expect(arange(12).reshape([3, 4]).mul(100).sub(300).to("int64").toString()).toBe(reference.integers);
    expect(arange(12).reshape([3, 4]).to("int32").toString()).toBe(reference.int32);
  });

  test("booleans, with JavaScript's words", () => {
    expect(tensor([true, false]).toString()).toBe(reference.booleans.toLowerCase());
  });
});

describe("notes after the elements", () => {
  test("a dtype other than float32", () => {
    expect(tensor([1], { dtype: "float64" }).toString()).toBe("tensor([1.], dtype=float64)");
  });
  test("requiresGrad for a leaf, and gradFn for a result", () => {
    const x = tensor([1], { requiresGrad: true });
    expect(x.toString()).toBe("tensor([1.], requiresGrad=true)");
    expect(x.mul(2).toString()).toBe("tensor([2.], gradFn=<MulBackward>)");
  });
});

test("console.log and util.inspect print the text of toString", () => {
  expect(show(tensor([1, 2]))).toBe("tensor([1., 2.])");
  expect(show({ x: tensor(1) })).toBe("{ x: tensor(1.) }");
});

test("a view prints its own elements", () => {
  expect(arange(6).to("int64").reshape([2, 3]).transpose(0, 1).toString()).toBe(
    "tensor([[0, 3],\n        [1, 4],\n        [2, 5]])",
  );
});
