/** Dropout of channels, alpha dropout, and random tensors with parameters. */
import {
  alphaDropout,
  bernoulli,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
  Generator,
  gumbelSoftmax,
  normal,
  ones,
  randn,
  tensor,
} from "tapelab";
import { expect, test } from "vitest";

const generator = (): Generator => new Generator(3);

test.each([
  ["dropout1d", dropout1d, [50, 4]],
  ["dropout2d", dropout2d, [5, 10, 2, 2]],
  ["dropout3d", dropout3d, [50, 2, 2, 2]],
] as const)("%s drops whole channels", (_name, f, shape) => {
  const channels = f(ones(shape), { generator: generator() }).reshape([50, -1]).toTypedArray();
  const size = channels.length / 50;
  const firsts = Array.from({ length: 50 }, (_, c) => channels[c * size]);
  expect(firsts.filter((v) => v === 0).length).toBeGreaterThan(10);
  expect(firsts.filter((v) => v === 2).length).toBeGreaterThan(10);
  channels.forEach((v, i) => expect(v).toBe(firsts[Math.floor(i / size)]));
});

test("alpha dropout keeps mean and variance, with NaN dropped too", () => {
  const x = randn([20000], { generator: generator(), dtype: "float64" });
  const y = alphaDropout(x, { p: 0.3, training: true, generator: generator() });
  expect(y.mean().item()).toBeCloseTo(0, 1);
  expect(y.var().item()).toBeCloseTo(1, 1);
  expect(featureAlphaDropout(tensor([[NaN, NaN]]), { p: 1, training: true }).toArray()).toEqual([[0, 0]]);
  expect(() => featureAlphaDropout(tensor([1]), { training: true })).toThrow(/^featureAlphaDropout: /);
  expect(() => dropout1d(tensor([1]))).toThrow(/^dropout1d: the input must have 2 or 3 dimensions/);
});

test("normal and bernoulli follow their parameters", () => {
  const mean = tensor([[0], [100]]).expand([2, 5000]);
  const x = normal(mean, tensor([[1], [5]]), { generator: generator() });
  expect(x.shape).toEqual([2, 5000]);
  expect(x.mean(1).round().toArray()).toEqual([0, 100]);
  expect(x.std(1).round().toArray()).toEqual([1, 5]);
  expect(normal(2, 0, [3], { dtype: "float64" }).toArray()).toEqual([2, 2, 2]);
  expect(() => normal(tensor([1]), -1)).toThrow(/^normal: /);
  expect(
    bernoulli(tensor([0.25]).expand([20000]), { generator: generator() })
      .mean()
      .item(),
  ).toBeCloseTo(0.25, 1);
  expect(tensor([1, 2], { dtype: "int32" }).bernoulli(1).toArray()).toEqual([1, 1]);
  expect(() => bernoulli(tensor([1.5]))).toThrow(/^bernoulli: the probabilities/);
});

test("hard samples of gumbelSoftmax are one-hot, distributed as softmax, with the gradient of the soft ones", () => {
  const logits = tensor([[0, Math.log(3)]])
    .expand([20000, 2])
    .contiguous()
    .requiresGrad_(true);
  const y = gumbelSoftmax(logits, { hard: true, tau: 0.7, generator: generator() });
  expect(
    y
      .sum(1)
      .toTypedArray()
      .every((v) => Math.abs(v - 1) < 1e-6),
  ).toBe(true);
  expect(y.select(1, 1).mean().item()).toBeCloseTo(0.75, 1);
  y.select(1, 0).sum().backward();
  expect(
    logits.grad
      ?.select(1, 0)
      .toTypedArray()
      .some((v) => v > 0.01),
  ).toBe(true);
});
