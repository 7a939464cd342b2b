import {
  arange,
  eye,
  full,
  Generator,
  linspace,
  manualSeed,
  ones,
  rand,
  randint,
  randn,
  randperm,
  tensor,
  zeros,
  zerosLike,
} from "tapelab";
import { describe, expect, test } from "vitest";

describe("tensor", () => {
  test("takes nested arrays", () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x.shape).toEqual([2, 3]);
    expect(x.strides).toEqual([3, 1]);
    expect(x.dtype).toBe("float32");
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });
  test("takes a number, which item returns", () => {
    expect(tensor(3).shape).toEqual([]);
    expect(tensor(3).item()).toBe(3);
  });
  test("keeps the dtype of typed arrays, and copies them", () => {
    const from = Float64Array.of(1, 2);
    const x = tensor(from);
    from[0] = 9;
    expect(x.dtype).toBe("float64");
    expect(x.toArray()).toEqual([1, 2]);
    expect(tensor(Int32Array.of(1)).dtype).toBe("int32");
    expect(tensor(Uint8Array.of(200)).toArray()).toEqual([200]);
  });
  test("converts booleans to bool, and any data to the given dtype", () => {
    expect(tensor([true, false]).dtype).toBe("bool");
    expect(tensor([true, false]).toArray()).toEqual([true, false]);
    expect(tensor([0, 2], { dtype: "bool" }).toArray()).toEqual([false, true]);
    expect(tensor([1.9, -1.9], { dtype: "int32" }).toArray()).toEqual([1, -1]);
  });
  test("accepts empty arrays", () => {
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });
  test("throws for nested arrays of unequal lengths, and names the depth", () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(
      "tensor: nested arrays must have equal lengths; the first at depth 1 has length 2, but got [1]",
    );
    expect(() => tensor([1, [2]])).toThrow("tensor: nested arrays must have equal lengths");
  });
  test("throws for data that is no number", () => {
    expect(() => tensor(["a"] as never)).toThrow(
      'tensor: data must be numbers, BigInts, booleans, complex numbers { re, im } or arrays of them, but got "a"',
    );
  });
});

test("zeros, ones, full and eye have the expected elements and dtypes", () => {
  expect(zeros([2, 1]).toArray()).toEqual([[0], [0]]);
  expect(ones([2], { dtype: "int32" }).toArray()).toEqual([1, 1]);
  expect(full([2], true).dtype).toBe("bool");
  expect(eye(2, 3).toArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(zerosLike(ones([2], { dtype: "float64" })).dtype).toBe("float64");
  expect(() => zeros([-1])).toThrow("zeros: sizes must be integers of at least 0, but got -1 in [-1]");
});

test("arange counts up and down", () => {
  expect(arange(4).toArray()).toEqual([0, 1, 2, 3]);
  expect(arange(4).dtype).toBe("int64");
  expect(arange(-2, 3, 2).dtype).toBe("int64");
  expect(arange(0, 1, 0.5).dtype).toBe("float32");
  expect(arange(2 ** 53 - 2, 2 ** 53).toArray()).toEqual([2 ** 53 - 2, 2 ** 53 - 1]);
  expect(arange(5, 0, -2).toArray()).toEqual([5, 3, 1]);
  expect(arange(0, 1, 0.25).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
  expect(() => arange(0, 5, 0)).toThrow("arange: step must be a finite number other than 0, but got 0");
  expect(() => arange(0, 5, -1)).toThrow("arange: step must be positive to get from 0 to 5, but got -1");
});

test("linspace contains both ends exactly", () => {
  const x = linspace(0, 0.3, 4, { dtype: "float64" }).toArray<number[]>();
  expect(x[0]).toBe(0);
  expect(x[3]).toBe(0.3);
  expect(linspace(2, 5, 1).toArray()).toEqual([2]);
});

describe("random numbers", () => {
  test("are equal for equal seeds, and differ for different ones", () => {
    const draw = (seed: number) => randn([5], { generator: new Generator(seed) }).toArray();
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    manualSeed(5);
    const a = rand([3]).toArray();
    manualSeed(5);
    expect(rand([3]).toArray()).toEqual(a);
  });
  test("have the mean and variance of their distribution", () => {
    const g = new Generator(1);
    const z = randn([40_000], { dtype: "float64", generator: g });
    expect(Math.abs(z.mean().item())).toBeLessThan(0.02);
    expect(Math.abs(z.var().item() - 1)).toBeLessThan(0.03);
    const u = rand([40_000], { generator: g });
    expect(Math.abs(u.mean().item() - 0.5)).toBeLessThan(0.01);
    expect(u.amax().item()).toBeLessThan(1);
    expect(u.amin().item()).toBeGreaterThanOrEqual(0);
  });
  test("randint returns every integer of the range and no other", () => {
    const x = randint(2, 5, [500], { generator: new Generator(2) });
    expect(x.dtype).toBe("int64");
    expect(new Set(x.toArray<number[]>())).toEqual(new Set([2, 3, 4]));
  });
  test("randperm is a permutation", () => {
    const x = randperm(20, { generator: new Generator(2) }).toArray<number[]>();
    expect(x.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});

describe("errors of creation", () => {
  test("rand and randn throw for dtypes that are not float", () => {
    for (const dtype of ["int32", "bool"] as const) {
      expect(() => rand([2], { dtype })).toThrow(
        `rand: expected a float dtype; use randint for integers, but got ${dtype}`,
      );
      expect(() => randn([2], { dtype })).toThrow("randn: expected a float dtype");
    }
    expect(() => randperm(2, { dtype: "bool" })).toThrow("randperm: expected a dtype of numbers");
    expect(randint(0, 2, [3], { dtype: "bool" }).dtype).toBe("bool");
  });
  test("ranges throw when they are infinite or of dtype bool", () => {
    expect(() => arange(0, Infinity)).toThrow("arange: the range must be finite, but got 0 to Infinity");
    expect(() => arange(Number.NaN)).toThrow("arange: the range must be finite");
    expect(() => arange(0, 2, 1, { dtype: "bool" })).toThrow("arange: expected a dtype of numbers");
    expect(() => linspace(0, 1, 3, { dtype: "bool" })).toThrow("linspace: expected a dtype of numbers");
    expect(() => full([2], Number.NaN, { dtype: "int32" })).toThrow(
      "full: int32 has the integers from -2147483648 to 2147483647, but got NaN",
    );
  });
});
