/** The fast elementwise kernels give what the reference kernels give, to the bit. */

import { Generator, operators, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

const generator = new Generator(5);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

/** IEEE 754 leaves no choice in these operations: the bits are the same. */
function same(run: () => Tensor): void {
  const [fast, reference] = [run(), withReferenceKernels(run)];
  expect(fast.shape).toEqual(reference.shape);
  expect(fast.dtype).toBe(reference.dtype);
  const [a, b] = [fast.toTypedArray(), reference.toTypedArray()];
  const off = a.findIndex((v, i) => !Object.is(v, b[i]));
  expect(off < 0 ? "all agree" : `element ${off}: ${a[off]} for ${b[off]}`).toBe("all agree");
}

const binary: Readonly<Record<string, (x: Tensor, z: Tensor | number) => Tensor>> = {
  add: (x, z) => x.add(z),
  sub: (x, z) => x.sub(z),
  mul: (x, z) => x.mul(z),
  div: (x, z) => x.div(z),
};

const odd = (): Tensor => {
  const x = normal(1001);
  x.narrow(0, 0, 6).copy_(tensor([NaN, Infinity, -Infinity, 0, -0, 1e-42]));
  return x;
};

describe.each(Object.entries(binary))("%s", (_name, op) => {
  test.each([512, 1000, 16_383, 16_384, 16_385, 50_001])("%i elements", (n) => {
    const [x, z] = [normal(n), normal(n)];
    same(() => op(x, z));
  });

  test("a number on either side", () => {
    const x = normal(20_001);
    const two = tensor(2.5);
    for (const z of [3, 0, 0.1, Infinity]) same(() => op(x, z));
    same(() => op(two, x));
    same(() => op(x, two));
  });

  test.each([
    [[70, 100], [100]],
    [[3, 50, 333], [333]],
    [
      [3, 50, 7],
      [50, 7],
    ],
    [
      [3, 50, 7],
      [1, 50, 7],
    ],
    [[2, 9001], [9001]],
    [
      [2, 40_000],
      [1, 40_000],
    ],
    [[1001, 1], [1]],
    [
      [60, 1],
      [1, 60],
    ],
    [
      [60, 70],
      [60, 1],
    ],
    [
      [4, 1, 200],
      [3, 200],
    ],
  ])("%j with %j", (a, b) => {
    const [x, z] = [normal(...a), normal(...b)];
    same(() => op(x, z));
    same(() => op(z, x));
  });

  test("what is special, what lies otherwise in memory, other dtypes", () => {
    const [x, z] = [odd(), odd().mul(-1)];
    same(() => op(x, z));
    const [wide, tall] = [normal(60, 50), normal(50, 60)];
    same(() => op(wide, tall.transpose(0, 1)));
    same(() => op(wide.narrow(1, 3, 40), tall.transpose(0, 1).narrow(1, 3, 40)));
    const double = normal(2000).to("float64");
    same(() => op(double, 3));
    same(() => op(wide, wide.to("int32").abs().add(1)));
  });
});

test.each(["neg", "abs", "sqrt", "relu"])("%s", (name) => {
  const run = operators.get(name)?.callByName as (args: { input: Tensor }) => Tensor;
  for (const x of [normal(512), normal(50_001), odd(), normal(40, 50).transpose(0, 1), normal(2000).to("float64")])
    same(() => run({ input: x }));
});
