/** int32 and bool tensors beside numbers that do not fit int32, and sums in the dtype of the operands; the values are PyTorch's. */
import {
  add,
  clamp,
  dropout,
  estimators,
  full,
  Generator,
  indexAdd,
  scatterAdd,
  sub,
  type Tensor,
  tensor,
} from "tapelab";
import { describe, expect, test } from "vitest";

const few = [0, 1, -1, 2147483647, -2147483648, 46341];
const int32 = (values: readonly number[]): Tensor => tensor([...values], { dtype: "int32" });
const truths = (list: readonly number[]): boolean[] => list.map((v) => v !== 0);

describe.each([1, 5])("%d times six elements", (times) => {
  const repeated = <T>(list: readonly T[]): T[] => Array.from({ length: times }, () => list).flat();
  const x = int32(repeated(few));

  test.each([
    ["add", 4294967297, [1, 2, 0, -2147483648, -2147483647, 46342]],
    ["add", -2147483649, [2147483647, -2147483648, 2147483646, -2, -1, -2147437308]],
    ["sub", 2147483648, [-2147483648, -2147483647, 2147483647, -1, 0, -2147437307]],
    ["mul", 2147483648, [0, -2147483648, -2147483648, -2147483648, 0, -2147483648]],
    ["mul", -2147483649, [0, 2147483647, -2147483647, 1, -2147483648, 2147437307]],
    ["remainder", 2147483648, [0, -2147483647, -1, -1, 0, -2147437307]],
    ["floorDivide", 2147483648, [0, -1, 0, -1, 1, -1]],
  ] as const)("%s takes %d modulo 2^32", (name, number, expected) => {
    const y = name === "floorDivide" ? x.div(number, { roundingMode: "floor" }) : x[name](number);
    expect(y.dtype).toBe("int32");
    expect(y.toArray()).toEqual(repeated(expected));
  });

  test.each([
    ["eq", 2147483648, [0, 0, 0, 0, 1, 0]],
    ["ge", 4294967297, [0, 1, 0, 1, 0, 1]],
    ["lt", 4294967297, [1, 0, 1, 0, 1, 0]],
    ["lt", -2147483649, [1, 1, 1, 0, 1, 1]],
  ] as const)("%s compares with %d modulo 2^32", (name, number, expected) => {
    expect(x[name](number).toArray()).toEqual(repeated(truths(expected)));
  });

  test("clamp and pow refuse a number that does not fit int32", () => {
    expect(() => clamp(x, 2147483648)).toThrow("clamp: a number beside int32 tensors must fit int32");
    expect(() => x.pow(4294967297)).toThrow("pow: a number beside int32 tensors must fit int32");
  });

  test("alpha multiplies in the dtype of the result", () => {
    const zeros = full([x.numel()], 0, { dtype: "float64" });
    const doubled = few.map((v) => 2 * v);
    expect(add(zeros, x, { alpha: 2 }).toArray()).toEqual(repeated(doubled));
    expect(
      sub(zeros, x, { alpha: 2 })
        .neg()
        .toTypedArray()
        .map((v) => v + 0),
    ).toEqual(Float64Array.from(repeated(doubled)));
    const some = x.eq(1);
    expect(add(some, some, { alpha: 2 }).toArray()).toEqual(some.toArray());
    expect(add(some, some.logicalNot(), { alpha: 0 }).toArray()).toEqual(some.toArray());
  });

  test("sums of bools are true or false", () => {
    const n = 6 * times;
    const all = full([n], true, { dtype: "bool" });
    const once = int32(Array.from({ length: n }, () => 0));
    const byte = (y: Tensor): number => y.toTypedArray()[0];
    expect(byte(indexAdd(all, 0, once, all))).toBe(1);
    expect(byte(scatterAdd(all, 0, once, all))).toBe(1);
  });

  test("dropped elements are 0 and have the gradient 0, even if they are NaN or infinite", () => {
    const n = 6 * times;
    const input = full([n], Infinity).requiresGrad_();
    const y = dropout(input, { p: 0.5, generator: new Generator(3) });
    y.backward(full([n], Infinity));
    const kept = y.toTypedArray().map((v) => (v === Infinity ? 1 : v));
    expect(kept).toContain(0);
    expect(input.grad?.toTypedArray()).toEqual(kept.map((v) => (v === 1 ? Infinity : 0)));
  });

  test("an infinite cotangent of an element that sparsemax sets to 0 does not reach the gradient", () => {
    const scores = tensor(repeated([5, 5, 0, 0, 0, 0]), { requiresGrad: true });
    const rows = scores.reshape([times, 6]);
    const g = tensor(repeated([1, 3, Infinity, -Infinity, Number.NaN, 0])).reshape([times, 6]);
    estimators.sparsemax(rows).backward(g);
    expect(scores.grad?.toTypedArray().map((v) => v + 0)).toEqual(Float32Array.from(repeated([-1, 1, 0, 0, 0, 0])));
    const halves = tensor(repeated([5, 5, 0, 0, 0, 0]), { requiresGrad: true });
    estimators.entmax(halves.reshape([times, 6])).backward(g);
    expect([...(halves.grad?.toTypedArray() ?? [])].every(Number.isFinite)).toBe(true);
  });
});
