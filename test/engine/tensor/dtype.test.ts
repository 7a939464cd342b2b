import { type DType, full, promoteTypes } from "tapelab";
import { expect, test } from "vitest";
import reference from "../../conformance/reference.json" with { type: "json" };

const make = (dtype: string, kind: string) => full(kind === "vector" ? [2] : [], 1, { dtype: dtype as DType });

test.each(reference.promotions.tensors)("%s %s times %s %s is %s", (a, x, b, y, expected) => {
  expect(make(a, x).mul(make(b, y)).dtype).toBe(expected);
});

const numbers = reference.promotions.numbers.map(([a, x, number, expected]) => ({
  a: String(a),
  x: String(x),
  number: number as number | boolean,
  expected,
}));

// an integer is a number that has no fraction, as JavaScript has one kind of number
test.each(numbers)("$a $x times the number $number is $expected", ({ a, x, number, expected }) => {
  expect(make(a, x).mul(number).dtype).toBe(expected);
});

test("the quotient of integers is float32", () => {
  expect(full([2], 3, { dtype: "int32" }).div(2).toArray()).toEqual([1.5, 1.5]);
  expect(full([2], 3, { dtype: "int32" }).div(2).dtype).toBe("float32");
});

test("promoteTypes returns the smallest dtype to which both can be cast", () => {
  expect(promoteTypes("bool", "int32")).toBe("int32");
  expect(promoteTypes("int32", "float32")).toBe("float32");
  expect(promoteTypes("float64", "float32")).toBe("float64");
});

test("a number has the precision of float64 in float64 arithmetic", () => {
  expect(full([1], 1, { dtype: "float64" }).mul(0.1).item()).toBe(0.1);
});
