/** Fast matrix products agree with the reference kernels: odd sizes, transposed and strided operands, batches, biases, infinities and NaN. */
import { Generator, linear, matmul, randn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { multiply } from "../../../../engine/src/fast/linalg/multiply.ts";
import { withVariant } from "../../../../engine/src/fast/wasm/module.ts";
import { allocateZeroed } from "../../../../engine/src/tensor/storage/storage.ts";

const generator = new Generator(3);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

const flat = (t: Tensor): number[] => t.reshape([t.numel()]).toArray<number[]>() ?? [];

/** Expects float32 products that differ by a few rounding errors, which grow with the square root of the depth. */
function expectClose(got: Tensor, wanted: Tensor, depth: number): void {
  expect(got.shape).toEqual(wanted.shape);
  const [a, b] = [flat(got), flat(wanted)];
  const tolerance = 1e-6 * Math.sqrt(depth) * 4;
  const off = a.findIndex((v, i) => !(Object.is(v, b[i]) || Math.abs(v - b[i]) <= tolerance * (1 + Math.abs(b[i]))));
  expect(off < 0 ? "all agree" : `element ${off}: ${a[off]} for ${b[off]}`).toBe("all agree");
}

const expectSame = (run: () => Tensor, depth: number): void => expectClose(run(), withReferenceKernels(run), depth);

describe("matmul", () => {
  test.each([
    [16, 16, 16],
    [17, 33, 9],
    [1, 5000, 1],
    [5, 1, 1025],
    [64, 257, 64],
    [150, 300, 20],
    [6, 256, 8],
    [7, 512, 1030],
  ])("[%i, %i] @ [%i] columns", (m, k, n) => {
    const [a, b] = [normal(m, k), normal(k, n)];
    expectSame(() => matmul(a, b), k);
  });

  test("transposed operands, and views with gaps between rows", () => {
    const [a, b] = [normal(40, 30), normal(50, 40)];
    expectSame(() => matmul(a.transpose(0, 1), b.transpose(0, 1)), 40);
    const wide = normal(40, 900);
    expectSame(() => matmul(b, wide.narrow(1, 100, 30)), 40);
    const square = normal(30, 30);
    expectSame(() => matmul(square, wide.narrow(1, 7, 30).transpose(0, 1).narrow(1, 3, 20).narrow(0, 0, 30)), 30);
  });

  test.each([
    [70, 67],
    [3, 90],
    [129, 64],
  ])("a transposed matrix [%i, %i], and a column, times a vector and a number", (k, m) => {
    for (const dtype of ["float32", "float64"] as const) {
      const [a, g, one] = [normal(k, m), normal(k, 2), normal(1, 1)].map((t) => t.to(dtype));
      expectSame(() => matmul(a.transpose(0, 1), g.narrow(1, 1, 1)), k);
      expectSame(() => matmul(a.transpose(0, 1).narrow(0, 0, 64), g.narrow(1, 0, 1)), k);
      expectSame(() => matmul(a.reshape([k * m, 1]), one), 1);
      expectSame(() => matmul(g.narrow(1, 1, 1), one), 1);
    }
  });

  test("batch dimensions that broadcast", () => {
    const [a, b, c] = [normal(3, 1, 20, 24), normal(4, 24, 18), normal(20, 2, 24)];
    expectSame(() => matmul(a, b), 24);
    expectSame(() => matmul(c.transpose(0, 1), b.narrow(0, 1, 1)), 24);
  });

  test("infinities and NaN", () => {
    const a = normal(20, 20);
    const b = normal(20, 20);
    a.narrow(0, 3, 1).fill_(Number.POSITIVE_INFINITY);
    b.narrow(1, 5, 1).fill_(Number.NaN);
    expectSame(() => matmul(a, b), 20);
  });

  test("a product does not depend on the one before it", () => {
    matmul(normal(100, 100), normal(100, 100));
    expect(flat(matmul(zeros([30, 30]), normal(30, 30))).every((v) => v === 0)).toBe(true);
  });

  test("gradients", () => {
    const grads = (): Tensor[] => {
      const x = tensor(fixed[0].toArray(), { requiresGrad: true });
      const y = tensor(fixed[1].toArray(), { requiresGrad: true });
      matmul(x, y).pow(2).sum().backward();
      return [x.grad as Tensor, y.grad as Tensor];
    };
    const fixed = [normal(24, 32), normal(32, 20)];
    const fast = grads();
    const reference = withReferenceKernels(grads);
    for (const [i, g] of fast.entries()) expectClose(g, reference[i], 2000);
  });
});

describe("linear", () => {
  test.each([
    [[32, 40], [20, 40], [20]],
    [[4, 9, 40], [33, 40], [33]],
    [[64, 100], [7, 100], null],
    [
      [32, 40],
      [20, 40],
      [32, 1],
    ],
    [[1, 400], [30, 400], [1]],
  ])("input %j, weight %j, bias %j", (x, w, b) => {
    const [input, weight, bias] = [normal(...x), normal(...w), b === null ? null : normal(...b)];
    expectSame(() => linear(input, weight, bias), x[x.length - 1]);
  });

  test("a weight that is a transposed view", () => {
    const weight = normal(40, 20).transpose(0, 1);
    const [input, bias] = [normal(32, 40), normal(20)];
    expectSame(() => linear(input, weight, bias), 40);
  });
});

describe.each(["wide", "relaxed", "plain"] as const)("the %s variant", (name) => {
  test.each([
    ["float32", false],
    ["float64", true],
  ] as const)("scales, accumulates, and does not write between the rows of C: %s", (dtype, double) => {
    const [m, n, k, row] = [13, 11, 300, 16];
    const [a, b, c] = [m * k, k * n, m * row].map((length) => allocateZeroed(dtype, length));
    a.array.forEach((_, i) => {
      a.array[i] = Math.sin(i);
    });
    b.array.forEach((_, i) => {
      b.array[i] = Math.cos(i);
    });
    c.array.fill(2);
    const product = (i: number, j: number): number =>
      Array.from({ length: k }, (_, p) => a.array[p * m + i] * b.array[j * k + p]).reduce((x, y) => x + y, 0);
    withVariant(name, () =>
      multiply({
        m,
        n,
        k,
        isFloat64: double,
        alpha: 0.5,
        accumulate: true,
        a: { address: a.address, row: 1, column: m },
        b: { address: b.address, row: 1, column: k },
        c: { address: c.address, row, column: 1 },
      }),
    );
    for (let i = 0; i < m; i++)
      for (let j = 0; j < row; j++)
        expect(c.array[i * row + j], `element ${i}, ${j}`).toBeCloseTo(j < n ? 2 + product(i, j) / 2 : 2, 3);
  });
});
