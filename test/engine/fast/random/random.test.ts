/** Numbers that are drawn many at once equal those drawn one at a time, and the stream continues behind them. */
import { Generator, rand, randn } from "tapelab";
import { expect, test } from "vitest";

const dtypes = ["float32", "float64"] as const;
const narrow = (dtype: (typeof dtypes)[number], x: number): number => (dtype === "float32" ? Math.fround(x) : x);

test.each(dtypes)("uniform, %s", (dtype) => {
  const [many, single] = [new Generator(11), new Generator(11)];
  const x = rand([1001], { dtype, generator: many }).toTypedArray();
  x.forEach((v, i) => {
    const u = single.uniform();
    expect(v, `number ${i}`).toBe(dtype === "float32" ? Math.floor(u * 16777216) / 16777216 : u);
  });
  expect(many.uniform()).toBe(single.uniform());
});

test.each(dtypes)("normal, %s, behind odd and even counts of earlier numbers", (dtype) => {
  const [many, single] = [new Generator(12), new Generator(12)];
  for (const n of [100, 101, 100, 33, 77]) {
    const x = randn([n], { dtype, generator: many }).toTypedArray();
    x.forEach((v, i) => expect(v, `number ${i} of ${n}`).toBe(narrow(dtype, single.normal())));
  }
  expect(many.normal()).toBe(single.normal());
});

test("a restored state repeats the stream", () => {
  const g = new Generator(13);
  g.normal();
  const state = g.getState();
  const next = [g.normal(), g.uniform(), g.normal()];
  g.setState(state);
  expect([g.normal(), g.uniform(), g.normal()]).toEqual(next);
});
