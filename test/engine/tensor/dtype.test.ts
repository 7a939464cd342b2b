import { full } from "tapelab";
import { expect, test } from "vitest";

test("the quotient of integers is float32", () => {
  expect(full([2], 3, { dtype: "int32" }).div(2).toArray()).toEqual([1.5, 1.5]);
  expect(full([2], 3, { dtype: "int32" }).div(2).dtype).toBe("float32");
});

test("a number has the precision of float64 in float64 arithmetic", () => {
  expect(full([1], 1, { dtype: "float64" }).mul(0.1).item()).toBe(0.1);
});
