/** Rounding errors of long sums in float32 are as small as PyTorch's, over any dimensions, forward and backward. */
import {
  batchNorm,
  crossEntropy,
  full,
  Generator,
  layerNorm,
  linear,
  mseLoss,
  ones,
  rand,
  type Tensor,
  tensor,
  variance,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { ways } from "../../../support/sizes.ts";

const many = 2 ** 20;
const { "by size": bySize, "reference kernels": byReference } = ways;

/** Expects relative errors below a bound. */
function expectAccurate(got: Tensor, exact: number | Tensor, what: string, bound = 6e-7): void {
  const wanted = typeof exact === "number" ? [exact] : exact.detach().toTypedArray();
  got
    .detach()
    .toTypedArray()
    .forEach((v, i) => {
      const e = wanted[i % wanted.length];
      const error = Math.abs(v - e) / Math.max(Math.abs(e), 1e-30);
      if (!(error <= bound))
        expect.fail(`${what}: element ${i} is ${v}, and should be ${e}: a relative error of ${error.toExponential(1)}`);
    });
}

const constants = [0.4789, 0.1, 1 / 3];

describe.each(Object.entries({ "by size": bySize, "reference kernels": byReference }))("%s", (_way, run) => {
  test.each([
    ["all", [many], undefined],
    ["leading", [many, 3], 0],
    ["leading, wide", [many / 16, 33], 0],
    ["leading of three", [many / 64, 8, 5], [0, 1]],
    ["middle", [2, many / 4, 3], 1],
    ["outer", [many / 64, 3, 16], [0, 2]],
    ["last", [3, many / 4], 1],
  ] as const)("sums and means over %s dimensions", (_name, shape, dim) => {
    for (const c of constants) {
      const x = full([...shape], c);
      const value = Math.fround(c);
      const dims = dim as number | number[] | undefined;
      run(() => {
        expectAccurate(x.mean(dims), value, `mean of ${c}`);
        const y = x.sum(dims);
        expectAccurate(y, (value * x.numel()) / y.numel(), `sum of ${c}`);
      });
    }
  });
});

test("sums of strided and of expanded views", () => {
  const x = full([3, many / 4], 0.4789);
  const value = Math.fround(0.4789);
  expectAccurate(x.t().mean(0), value, "transposed, leading");
  expectAccurate(x.t().mean(1), value, "transposed, last");
  expectAccurate(x.narrow(1, 1, many / 4 - 3).mean(), value, "inside of something larger");
  expectAccurate(full([1], 0.4789).expand([many]).mean(), value, "expanded");
});

test("variances agree with those in float64, also about a mean that is far from 0", () => {
  const x = rand([many / 4, 4], { generator: new Generator(1) });
  for (const shift of [0, 100, 3000]) {
    const moved = x.add(shift);
    const exact = moved.to("float64");
    for (const dim of [undefined, 0, 1]) {
      expectAccurate(moved.var(dim), exact.var(dim), `var over ${dim} about ${shift}`, 1e-6);
      expectAccurate(moved.std(dim), exact.std(dim), `std over ${dim} about ${shift}`, 1e-6);
    }
    const lines = moved.t().contiguous();
    expectAccurate(lines.var(1), exact.t().var(1), `var of long rows about ${shift}`, 1e-6);
  }
});

test("gradients that are sums over a batch: broadcasting, bias, norms, losses", () => {
  const n = many / 4;
  const bias = zeros([3], { requiresGrad: true });
  const c = Math.fround(0.4789);
  linear(ones([n, 2]), zeros([3, 2]), bias)
    .mul(0.4789)
    .sum()
    .backward();
  expectAccurate(bias.grad as Tensor, c * n, "bias of linear");

  const shared = zeros([3], { requiresGrad: true });
  zeros([n, 3]).add(shared).mul(0.4789).sum().backward();
  expectAccurate(shared.grad as Tensor, c * n, "a broadcast operand");

  const [weight, offset] = [ones([4], { requiresGrad: true }), zeros([4], { requiresGrad: true })];
  const rows = tensor([1, -1, 1, -1]).expand([n, 4]);
  layerNorm(rows, [4], { weight, bias: offset, eps: 0 }).mul(0.4789).sum().backward();
  expectAccurate(offset.grad as Tensor, c * n, "bias of layer norm");
  expectAccurate(
    weight.grad as Tensor,
    tensor([c * n, -c * n, c * n, -c * n], { dtype: "float64" }),
    "weight of layer norm",
  );

  const images = rand([16, 2, 128, 128], { generator: new Generator(2) }).add(1);
  const [gamma, beta] = [ones([2], { requiresGrad: true }), zeros([2], { requiresGrad: true })];
  const [mean, variance] = [zeros([2]), ones([2])];
  batchNorm(images, mean, variance, { weight: gamma, bias: beta, training: true, momentum: 1 })
    .mul(0.4789)
    .sum()
    .backward();
  expectAccurate(beta.grad as Tensor, c * 16 * 128 * 128, "bias of batch norm");
  expectAccurate(mean, images.to("float64").mean([0, 2, 3]), "running mean");
  expectAccurate(variance, images.to("float64").var([0, 2, 3]), "running variance", 1e-6);

  expectAccurate(mseLoss(full([n], 0.4789), zeros([n])), c * c, "mean squared error");
  const logits = zeros([n, 3]);
  expectAccurate(crossEntropy(logits, zeros([n], { dtype: "int32" })), Math.log(3), "cross-entropy");
});

test("inner products of long vectors", () => {
  for (const k of [2 ** 14, many / 4, many])
    expectAccurate(full([k], 0.4789).matmul(ones([k])), Math.fround(0.4789) * k, `a product of ${k}`);
});

test("rounding errors of deep products are as small as PyTorch's", () => {
  const x = full([2, many], 0.4789);
  const value = Math.fround(0.4789);
  const exact = many * value * value;
  expectAccurate(x.matmul(full([many, 3], 0.4789)), exact, "product", 1.3e-5);
  expectAccurate(linear(x, full([3, many], 0.4789)), exact, "linear", 1.3e-5);
  const odd = full([2, many + 12345], 0.4789);
  expectAccurate(odd.matmul(odd.t()), (many + 12345) * value * value, "product of an odd depth", 1.3e-5);
});

test("variances that overflow are infinite, and those of equal elements are 0", () => {
  const x = tensor(
    Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? 1e300 : -1e300)),
    { dtype: "float64" },
  );
  expect(variance(x).item()).toBe(Infinity);
  for (const n of [3, 9, 27, 1000])
    for (const dtype of ["float32", "float64"] as const) {
      const y = full([n], 0.1, { dtype, requiresGrad: true });
      y.std().backward();
      expect(y.std().item(), `std of ${n} equal elements`).toBe(0);
      expect(y.grad?.toTypedArray().every((v) => v === 0)).toBe(true);
    }
});
