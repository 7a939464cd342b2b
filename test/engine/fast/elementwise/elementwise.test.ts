/** Fast elementwise kernels agree with the reference kernels to the bit. */

import { Generator, operators, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

const generator = new Generator(5);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

/** Expects equal bits, as IEEE 754 defines the results of these operations exactly. */
function expectSame(run: () => Tensor): void {
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

/** Returns random numbers, with NaN, infinities, zeros and a denormal among them. */
const special = (): Tensor => {
  const x = normal(1001);
  x.narrow(0, 0, 6).copy_(tensor([NaN, Infinity, -Infinity, 0, -0, 1e-42]));
  return x;
};

describe.each(Object.entries(binary))("%s", (_name, op) => {
  test.each([512, 1000, 16_383, 16_384, 16_385, 50_001])("%i elements", (n) => {
    const [x, z] = [normal(n), normal(n)];
    expectSame(() => op(x, z));
  });

  test("a number on either side", () => {
    const x = normal(20_001);
    const two = tensor(2.5);
    for (const z of [3, 0, 0.1, Infinity]) expectSame(() => op(x, z));
    expectSame(() => op(two, x));
    expectSame(() => op(x, two));
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
    expectSame(() => op(x, z));
    expectSame(() => op(z, x));
  });

  test("special values, strided operands and other dtypes", () => {
    const [x, z] = [special(), special().mul(-1)];
    expectSame(() => op(x, z));
    const [wide, tall] = [normal(60, 50), normal(50, 60)];
    expectSame(() => op(wide, tall.transpose(0, 1)));
    expectSame(() => op(wide.narrow(1, 3, 40), tall.transpose(0, 1).narrow(1, 3, 40)));
    const double = normal(2000).to("float64");
    expectSame(() => op(double, 3));
    expectSame(() => op(wide, wide.to("int32").abs().add(1)));
  });
});

test.each(["neg", "abs", "sqrt", "relu"])("%s", (name) => {
  const run = operators.get(name)?.callByName as (args: { input: Tensor }) => Tensor;
  for (const x of [normal(512), normal(50_001), special(), normal(40, 50).transpose(0, 1), normal(2000).to("float64")])
    expectSame(() => run({ input: x }));
});
