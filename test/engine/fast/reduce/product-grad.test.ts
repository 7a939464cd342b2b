/** The gradient of products along a dimension, by division where that is exact and by scans elsewhere, is right to rounding in all variants. */
import { autograd, Generator, prod, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { type Variant, withEagerKernels, withVariant } from "../../../../engine/src/fast/wasm/module.ts";

const generator = new Generator(3);

/** Returns numbers around 1, whose products neither overflow nor underflow. */
const numbers = (n: number): number[] =>
  Array.from({ length: n }, () => (0.7 + 0.7 * generator.uniform()) * (generator.uniform() < 0.5 ? -1 : 1));

const gradient = (x: Tensor, dim: number | null, gradOutputs: Tensor): number[] => {
  const input = x.detach().requiresGrad_();
  return Array.from(autograd.grad(prod(input, dim), [input], { gradOutputs })[0].toTypedArray(), Number);
};

const shapes: readonly (readonly [shape: readonly number[], dim: number | null])[] = [
  [[7, 33], 1],
  [[7, 33], 0],
  [[19, 3], 0],
  [[3, 21, 5], 1],
  [[4, 2, 40], 1],
  // more columns than a block
  [[5, 1030], 0],
  [[2, 3, 2051], 1],
  [[203], null],
  [[13, 11], null],
  [[1, 64], 0],
];

describe.each(["wide", "relaxed", "plain"] as const satisfies readonly Variant[])("%s", (variant) => {
  const run = (f: () => number[]): number[] => withVariant(variant, () => withEagerKernels(f));

  describe.each(["float32", "float64"] as const)("%s", (dtype) => {
    const bound = dtype === "float32" ? 3e-7 : 1e-15;
    /** Returns a tensor of a shape, and upstream gradients of its products. */
    const operands = (values: number[], shape: readonly number[], dim: number | null): readonly [Tensor, Tensor] => {
      const outer = shape.filter((_, i) => dim !== null && i !== dim);
      const count = outer.reduce((a, b) => a * b, 1);
      return [tensor(values, { dtype }).reshape([...shape]), tensor(numbers(count), { dtype }).reshape(outer)];
    };

    test.each(shapes)("of a tensor of shape %j along dimension %s", (shape, dim) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const plain = numbers(size);
      const [one, several] = [[...plain], [...plain]];
      one[Math.floor(size / 2)] = 0;
      for (let i = 0; i < size; i += 9) several[i] = 0;
      for (const values of [plain, one, several]) {
        const [x, g] = operands(values, shape, dim);
        const got = run(() => gradient(x, dim, g));
        // the reference rounds each running product
        const exact = withReferenceKernels(() => gradient(x.to("float64"), dim, g.to("float64")));
        got.forEach((v, i) => {
          if (!(Math.abs(v - exact[i]) <= (bound + size * 2e-16) * Math.abs(exact[i])))
            expect.fail(`element ${i} is ${v}, and should be ${exact[i]}`);
        });
      }
    });

    test("of infinities and NaN is that of the scans, and the other lines are not touched", () => {
      for (const dim of [0, 1])
        for (const odd of [Infinity, -Infinity, NaN]) {
          const values = numbers(20 * 20);
          values[21] = odd;
          values[25] = odd;
          values[131] = odd;
          values[138] = 0;
          const [x, g] = operands(values, [20, 20], dim);
          const got = run(() => gradient(x, dim, g));
          const scans = withReferenceKernels(() => gradient(x, dim, g));
          got.forEach((v, i) => {
            const fits = Object.is(v, scans[i]) || Math.abs(v - scans[i]) <= 1e-6 * Math.abs(scans[i]);
            if (!fits) expect.fail(`element ${i} is ${v}, and should be ${scans[i]}`);
          });
        }
    });

    test("of products that overflow or underflow on the way", () => {
      const [large, small] = dtype === "float32" ? [1e30, 1e-30] : [1e200, 1e-200];
      const lines = [
        // underflows; overflows; passes through denormal numbers and returns; the product is small, and quotients are not
        Array.from({ length: 24 }, () => small),
        Array.from({ length: 24 }, () => large),
        Array.from({ length: 24 }, (_, i) => (i < 12 ? small : large)),
        Array.from({ length: 24 }, (_, i) => (i === 11 ? small * small * large : 1.5)),
      ];
      for (const dim of [0, 1]) {
        const rows = tensor(lines, { dtype });
        const x = dim === 1 ? rows : rows.T.contiguous();
        const g = tensor([1, -1, 2, 0.5], { dtype });
        const got = run(() => gradient(x, dim, g));
        const scans = withReferenceKernels(() => gradient(x, dim, g));
        lines.forEach((line, r) =>
          line.forEach((_, k) => {
            const v = got[dim === 1 ? r * 24 + k : k * 4 + r];
            const sum = line.reduce((total, w, j) => total + (j === k ? 0 : Math.log10(w)), 0);
            const [top, bottom] = dtype === "float32" ? [38.6, -45.2] : [308.3, -323.7];
            const factor = [1, -1, 2, 0.5][r];
            // the scans lose the digits of products that pass through 0
            if (r === 2 && Object.is(v, scans[dim === 1 ? r * 24 + k : k * 4 + r])) return;
            if (sum > top) expect(v).toBe(factor * Infinity);
            else if (sum < bottom) expect(Math.abs(v)).toBe(0);
            else expect(Math.log10(v / factor)).toBeCloseTo(sum, 5);
          }),
        );
      }
    });
  });
});
