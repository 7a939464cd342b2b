/** Least squares by QR factorizations, and by singular values where a matrix has no full rank, compared with the reference kernels. */
import { Generator, linalg, randn, type Tensor } from "tapelab";
import { expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

const generator = new Generator(7);
const normal = (...shape: number[]): Tensor => randn(shape, { generator, dtype: "float64" });

const product = normal(150, 20).matmul(normal(20, 140));
const almost = normal(60, 50);
almost.narrow(1, 7, 1).copy_(almost.narrow(1, 3, 1).add(normal(60, 1).mul(1e-16)));

test.each<readonly [string, Tensor, Tensor, number]>([
  ["of full rank", normal(170, 150), normal(170, 3), 150],
  ["square", normal(40, 40), normal(40, 1), 40],
  ["of rank 20", product, normal(150, 2), 20],
  ["with two columns that are nearly equal", almost, normal(60, 1), 49],
  ["wide", normal(30, 45), normal(30, 2), 30],
  ["in a batch", normal(2, 40, 30), normal(2, 40, 4), 30],
])("solves a problem with a matrix %s", (_name, A, B, rank) => {
  const run = (): readonly Tensor[] => {
    const { solution, rank: found } = linalg.lstsq(A, B);
    return [solution, found];
  };
  const [[x, found], [reference]] = [run(), withReferenceKernels(run)];
  expect(found.max().item()).toBe(rank);
  expect(x.sub(reference).abs().max().item()).toBeLessThan(1e-9 * reference.abs().max().item());
});

test("refuses a matrix without full rank with the driver gels", () => {
  expect(() => linalg.lstsq(normal(60, 50).mul(0), normal(60, 1), { driver: "gels" })).toThrow("full rank");
});
