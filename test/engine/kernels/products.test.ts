/** The fast products agree with the reference kernels: odd sizes, transposed and sparse windows, batches, biases, infinities and NaN. */
import { Generator, linear, matmul, randn, type Tensor, tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { wasmVariant } from "../../../engine/src/kernels/wasm.ts";
import { withReferenceKernels } from "../../../engine/src/op/fast.ts";

const generator = new Generator(3);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

const flat = (t: Tensor): number[] => (t.reshape([t.numel()]).toArray() as number[]) ?? [];

/** float32 products are exact to a few roundings of the sum of magnitudes. */
function expectClose(got: Tensor, wanted: Tensor, depth: number): void {
  expect(got.shape).toEqual(wanted.shape);
  const [a, b] = [flat(got), flat(wanted)];
  const tolerance = 1e-6 * Math.sqrt(depth) * 4;
  const off = a.findIndex((v, i) => !(Object.is(v, b[i]) || Math.abs(v - b[i]) <= tolerance * (1 + Math.abs(b[i]))));
  expect(off < 0 ? "all agree" : `element ${off}: ${a[off]} for ${b[off]}`).toBe("all agree");
}

const same = (run: () => Tensor, depth: number): void => expectClose(run(), withReferenceKernels(run), depth);

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
    same(() => matmul(a, b), k);
  });

  test("transposed operands, and windows with gaps", () => {
    const [a, b] = [normal(40, 30), normal(50, 40)];
    same(() => matmul(a.transpose(0, 1), b.transpose(0, 1)), 40);
    const wide = normal(40, 900);
    same(() => matmul(b, wide.narrow(1, 100, 30)), 40);
    const square = normal(30, 30);
    same(() => matmul(square, wide.narrow(1, 7, 30).transpose(0, 1).narrow(1, 3, 20).narrow(0, 0, 30)), 30);
  });

  test("batches that broadcast", () => {
    const [a, b, c] = [normal(3, 1, 20, 24), normal(4, 24, 18), normal(20, 2, 24)];
    same(() => matmul(a, b), 24);
    same(() => matmul(c.transpose(0, 1), b.narrow(0, 1, 1)), 24);
  });

  test("infinities and NaN", () => {
    const a = normal(20, 20);
    const b = normal(20, 20);
    a.narrow(0, 3, 1).fill_(Number.POSITIVE_INFINITY);
    b.narrow(1, 5, 1).fill_(Number.NaN);
    same(() => matmul(a, b), 20);
  });

  test("nothing is left of a product before", () => {
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
    same(() => linear(input, weight, bias), x[x.length - 1]);
  });

  test("a weight that is a transposed view", () => {
    const weight = normal(40, 20).transpose(0, 1);
    const [input, bias] = [normal(32, 40), normal(20)];
    same(() => linear(input, weight, bias), 40);
  });
});

test.each(["relaxed", "plain"] as const)(
  "the %s module adds to what is there, and writes nothing beside it",
  (name) => {
    const wasm = wasmVariant(name);
    const [m, n, k] = [13, 11, 300];
    const a = Float32Array.from({ length: m * k }, (_, i) => Math.sin(i));
    const b = Float32Array.from({ length: k * n }, (_, i) => Math.cos(i));
    const product = (i: number, j: number): number =>
      Array.from({ length: k }, (_, p) => a[p * m + i] * b[j * k + p]).reduce((x, y) => x + y, 0);
    const out = new Float32Array(m * n + 1).fill(2);
    const left = { elements: a, row: 1, column: m };
    wasm.gemm(out.subarray(0, m * n), [m, n, k], left, { elements: b, row: 1, column: k }, true);
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) expect(out[i * n + j]).toBeCloseTo(2 + product(i, j), 3);
    expect(out[m * n]).toBe(2);
  },
);
