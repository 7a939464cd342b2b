/** Elements by index along any dimension: layouts, dtypes of indices, and errors, compared with the reference kernels. */
import {
  autograd,
  cat,
  Generator,
  gather,
  index,
  indexAdd,
  indexPut,
  indexSelect,
  randn,
  scatterAdd,
  type Tensor,
  tensor,
  zeros,
} from "tapelab";
import { expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

const generator = new Generator(4);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });
const places = (count: number, size: number): Tensor =>
  tensor(Int32Array.from({ length: count }, () => generator.integer(-size, size)));

/** Expects the same elements from the fast kernel and from the reference kernel. */
function expectEqual(run: () => Tensor): void {
  const [fast, reference] = [run(), withReferenceKernels(run)];
  expect(fast.shape).toEqual(reference.shape);
  expect(fast.toArray()).toEqual(reference.toArray());
}

const x = normal(5, 7, 6, 9);
const [i, j, k] = [places(40, 7), places(40, 6), places(40, 9)];

test.each<readonly [string, () => Tensor]>([
  ["in the middle", () => index(x, ":", i)],
  ["of neighbouring dimensions", () => index(x, ":", i, j)],
  ["that come first, as an integer is apart from them", () => index(x, 2, ":", j)],
  ["that come first, as a range is between them", () => index(x, ":", i, ":", k)],
  ["of int64", () => index(x, ":", i.to("int64"), j.to("int64"))],
  ["of a transposed tensor", () => index(x.transpose(1, 2), ":", j, i)],
])("picks elements by index tensors %s", (_name, run) => {
  expectEqual(run);
});

test.each(["int32", "int64"] as const)("takes indices of %s along each dimension", (dtype) => {
  for (const dim of [0, 1, 2]) {
    const table = normal(8, 9, 10);
    const size = table.shape[dim];
    const shape = table.shape.with(dim, 12);
    const at = tensor(Int32Array.from({ length: 12 }, () => generator.integer(0, size))).to(dtype);
    const whole = tensor(Int32Array.from({ length: (table.numel() * 12) / size }, () => generator.integer(0, size)))
      .reshape(shape)
      .to(dtype);
    const source = normal(...shape);
    expectEqual(() => indexSelect(table, dim, at));
    expectEqual(() => indexAdd(zeros(table.shape), dim, at, source));
    expectEqual(() => gather(table, dim, whole));
    expectEqual(() => scatterAdd(zeros(table.shape), dim, whole, source));
  }
});

test("refuses indices that int32 does not have", () => {
  const far = tensor([2 ** 40, 0], { dtype: "int64" });
  expect(() => index(normal(100, 3), far)).toThrow("out of range");
  expect(() => indexSelect(normal(100, 3), 0, far)).toThrow("out of range");
});

test.each(["float32", "float64"] as const)(
  "stores the last of several values for one index in %s, and gives it the gradient",
  (dtype) => {
    const at = places(12, 5).to("int64");
    for (const shape of [[5], [5, 2], [5, 9]]) {
      const run = (): Tensor => {
        const values = tensor(Float64Array.from({ length: (12 * shape.reduce((a, b) => a * b)) / 5 }, (_, v) => v))
          .reshape([12, ...shape.slice(1)])
          .to(dtype)
          .requiresGrad_();
        const input = zeros(shape, { dtype, requiresGrad: true });
        const y = indexPut(input, [at], values);
        const weights = zeros(shape, { dtype }).add(3).add(y.detach());
        const [dx, dz] = autograd.grad([y], [input, values], { gradOutputs: [weights] });
        return cat([y.detach().reshape([-1]), dx.reshape([-1]), dz.reshape([-1])], 0);
      };
      expectEqual(run);
    }
  },
);
