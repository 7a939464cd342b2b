/** Masked functions by their definition: those of the elements that the mask selects. */

import {
  amax,
  amin,
  linalg,
  logsumexp,
  masked,
  maskedSelect,
  median,
  prod,
  sum,
  type Tensor,
  tensor,
  variance,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { fc } from "../../../support/random.ts";

const reductions: Readonly<
  Record<string, readonly [ours: (x: Tensor, mask: Tensor) => Tensor, plain: (x: Tensor) => Tensor, of: number]>
> = {
  sum: [(x, mask) => masked.sum(x, { mask }), (x) => sum(x), 0],
  prod: [(x, mask) => masked.prod(x, { mask }), (x) => prod(x), 1],
  mean: [(x, mask) => masked.mean(x, { mask }), (x) => x.mean(), Number.NaN],
  amax: [(x, mask) => masked.amax(x, { mask }), (x) => amax(x), -Infinity],
  amin: [(x, mask) => masked.amin(x, { mask }), (x) => amin(x), Infinity],
  var: [(x, mask) => masked.var(x, { mask, correction: 0 }), (x) => variance(x, { correction: 0 }), Number.NaN],
  std: [(x, mask) => masked.std(x, { mask, unbiased: false }), (x) => x.std({ correction: 0 }), Number.NaN],
  norm: [(x, mask) => masked.norm(x, 3, { mask }), (x) => linalg.vectorNorm(x, 3), 0],
  logsumexp: [(x, mask) => masked.logsumexp(x, { mask }), (x) => logsumexp(x, 0), -Infinity],
  median: [(x, mask) => masked.median(x, { mask }), (x) => median(x), Number.NaN],
};

const cases = fc
  .integer({ min: 1, max: 20 })
  .chain((n) =>
    fc.tuple(
      fc.uniqueArray(fc.integer({ min: -30, max: 30 }), { minLength: n, maxLength: n }),
      fc.array(fc.boolean(), { minLength: n, maxLength: n }),
    ),
  );

describe.each(Object.entries(reductions))("masked.%s", (_name, [ours, plain, ofNone]) => {
  test("is that of the selected elements, with their gradient, and 0 for the others, NaN or not", () => {
    fc.assert(
      fc.property(cases, ([list, chosen]) => {
        if (!chosen.includes(true)) return;
        const x = tensor(
          list.map((v, i) => (chosen[i] ? v / 8 : Number.NaN)),
          { dtype: "float64", requiresGrad: true },
        );
        const mask = tensor(chosen);
        const z = maskedSelect(x.detach(), mask).requiresGrad_(true);
        const [y, expected] = [ours(x, mask), plain(z)];
        expect(y.item()).toBeCloseTo(expected.item(), 10);
        // at a standard deviation of 0 the gradient is not a number
        if (expected.item() === 0) return;
        y.backward();
        expected.backward();
        const gradient = (x.grad as Tensor).toTypedArray();
        expect([...gradient].filter((_g, i) => !chosen[i])).toEqual(chosen.filter((c) => !c).map(() => 0));
        const wanted = (z.grad as Tensor).toTypedArray();
        [...gradient].filter((_g, i) => chosen[i]).forEach((g, i) => expect(g).toBeCloseTo(wanted[i], 8));
      }),
      { numRuns: 60 },
    );
  });

  test("of no element", () => {
    expect(ours(tensor([1, 2]), tensor([false, false])).item()).toBe(ofNone);
  });
});

test("a mask that broadcasts, of numbers, and one with too many dimensions", () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(masked.sum(x, 1, { mask: tensor([0, 5]), keepdim: true }).toArray()).toEqual([[2], [4]]);
  expect(
    masked
      .softmax(x, 1, { mask: tensor([[true], [false]]) })
      .select(0, 1)
      .toArray(),
  ).toEqual([Number.NaN, Number.NaN]);
  expect(masked.argmax(x, { mask: tensor([true, false]) }).dtype).toBe("float32");
  expect(masked.amax(tensor([1, 2], { dtype: "int32" }), { mask: tensor([false, false]) }).item()).toBe(-(2 ** 31));
  expect(() => masked.mean(tensor([1]), { mask: tensor([[true]]) })).toThrow(/^mean: the mask must have at most/);
  expect(() => masked.var(x, { unbiased: true, correction: 1 })).toThrow(/^var: only one of/);
});
