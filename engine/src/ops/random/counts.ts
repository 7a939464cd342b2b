/** Random counts: of the Poisson and the binomial distribution. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { logGammaOf } from "../elementwise/gamma-function.ts";
import { type GeneratorOption, positiveUniform } from "./fill.ts";

/** Returns a Poisson count of a small rate by inversion: the first count whose cumulative probability exceeds a uniform number. Source: Devroye, 1986, chapter 10. */
function poissonByInversion(rate: number, g: Generator): number {
  const u = g.uniform();
  let probability = Math.exp(-rate);
  let count = 0;
  // the sum of the probabilities is rounded, and may stay below u
  for (let sum = probability; u >= sum && probability > 1e-18; sum += probability) probability *= rate / ++count;
  return count;
}

/** The constants of transformed rejection: half width, slope and offset of the hat, and the bound of immediate acceptance. */
interface Hat {
  readonly a: number;
  readonly b: number;
  readonly center: number;
  readonly accept: number;
}

/**
 * Returns a count by transformed rejection: candidates come from a table mountain function, of which most are accepted at once. `logRatio` is the logarithm of the
 * probability of a count over the scale of the hat. Source: Hörmann, "The transformed rejection method for generating Poisson random variables", 1993.
 */
function transformedRejection(
  { a, b, center, accept }: Hat,
  most: number,
  logRatio: (k: number) => number,
  g: Generator,
): number {
  for (;;) {
    const u = g.uniform() - 0.5;
    const v = positiveUniform(g);
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + center);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || k > most || (us < 0.013 && v > us)) continue;
    if (Math.log(v) - Math.log(a / (us * us) + b) <= logRatio(k)) return k;
  }
}

/** Counts from which on the normal distribution is exact to the precision of numbers. */
const normalFrom = 1e15;

/** Returns a count from the normal distribution of the given mean and variance. */
const normalCount = (mean: number, variance: number, g: Generator): number =>
  Math.round(mean + Math.sqrt(variance) * g.normal());

/** Returns a Poisson count. */
function poissonCount(rate: number, g: Generator): number {
  if (rate > normalFrom) return normalCount(rate, rate, g);
  if (rate < 10) return rate === 0 ? 0 : poissonByInversion(rate, g);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const hat = { a: -0.059 + 0.02483 * b, b, center: rate + 0.43, accept: 0.9277 - 3.6224 / (b - 2) };
  const logRatio = (k: number): number =>
    k * Math.log(rate) - rate - logGammaOf(k + 1) - Math.log(1.1239 + 1.1328 / (b - 3.4));
  return transformedRejection(hat, Infinity, logRatio, g);
}

/** Returns a binomial count of few expected successes by inversion: the first count whose cumulative probability exceeds a uniform number. Source: Devroye, 1986, chapter 10. */
function binomialByInversion(n: number, p: number, g: Generator): number {
  const u = g.uniform();
  const odds = p / (1 - p);
  let probability = Math.exp(n * Math.log1p(-p));
  let count = 0;
  // the sum of the probabilities is rounded, and may stay below u
  for (let sum = probability; u >= sum && count < n && probability > 1e-18; sum += probability)
    probability *= ((n - count) * odds) / ++count;
  return count;
}

/** Returns a binomial count, for p of at most 1/2. */
function rareCount(n: number, p: number, g: Generator): number {
  if (n * p < 10) return binomialByInversion(n, p, g);
  if (n > normalFrom) return normalCount(n * p, n * p * (1 - p), g);
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const hat = { a: -0.0873 + 0.0248 * b + 0.01 * p, b, center: n * p + 0.5, accept: 0.92 - 4.2 / b };
  const mode = Math.floor((n + 1) * p);
  // most candidates need no logarithms
  const logRatio = (k: number): number =>
    logGammaOf(mode + 1) +
    logGammaOf(n - mode + 1) -
    logGammaOf(k + 1) -
    logGammaOf(n - k + 1) +
    (k - mode) * Math.log(p / (1 - p)) -
    Math.log((2.83 + 5.1 / b) * deviation);
  return transformedRejection(hat, n, logRatio, g);
}

/** Returns a binomial count. */
function binomialCount(n: number, p: number, g: Generator): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  return p <= 0.5 ? rareCount(n, p, g) : n - rareCount(n, 1 - p, g);
}

/** Parameters of the ops. */
interface Drawing {
  readonly generator: Generator;
}

const poissonOp: Run<Drawing> = defineOp<Drawing>({
  name: "poisson",
  torch: "poisson",
  access: "function",
  signature: "input, generator=null",
  label: () => "poisson",
  tex: { forward: "P(y = k) = x^k e^{-x} / k!", vjp: "" },
  outputs: ([x]) => {
    requireFloat("poisson", x.dtype);
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [rates], { params: { generator } }) => {
    const wrong = rates.find((v) => !(v >= 0 && v < Infinity));
    if (wrong !== undefined)
      throw new ArgumentError("poisson", `rates must be finite and at least 0, but got ${wrong}`);
    for (let i = 0; i < out.length; i++) out[i] = poissonCount(rates[i], generator);
  },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: "elementwise",
  samples: (r) => [{ input: r.integers([3], 0, 1).to("float32"), generator: r.generator }],
  call: poisson,
});

/**
 * Returns a random number from the Poisson distribution with the rate of each element, in its dtype. The result has no gradient.
 * @throws DTypeError for integers and bools; ArgumentError for a rate that is negative, NaN or infinite.
 * @example poisson(tensor([0, 0])).toArray(); // [0, 0]
 */
export function poisson(input: Tensor, { generator = defaultGenerator }: GeneratorOption = {}): Tensor {
  return poissonOp([requireTensor("poisson", input)], { generator });
}

const binomialOp: Run<Drawing> = defineOp<Drawing>({
  name: "binomial",
  torch: "binomial",
  access: "function",
  signature: "count, prob, generator=null",
  label: () => "binomial",
  tex: { forward: "P(y = k) = \\binom{n}{k} p^k (1 - p)^{n - k}", vjp: "" },
  outputs: ([n, p]) => {
    requireFloat("binomial", n.dtype);
    if (n.dtype !== p.dtype) throw new DTypeError("binomial", "both tensors must have one dtype", [n.dtype, p.dtype]);
    return { shape: broadcastShapes("binomial", [n.shape, p.shape]), dtype: n.dtype };
  },
  kernel: (out, [counts, chances], { params: { generator }, inputs, outputs: [y] }) => {
    if (counts.some((v) => !(v >= 0 && Number.isInteger(v))))
      throw new ArgumentError("binomial", "counts must be integers of at least 0");
    if (chances.some((v) => !(v >= 0 && v <= 1)))
      throw new ArgumentError("binomial", "probabilities must lie in [0, 1]");
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), y.shape));
    visitElements(y.shape, strides, (at, [i, j]) => {
      out[at] = binomialCount(counts[i], chances[j], generator);
    });
  },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: "elementwise",
  samples: (r) => [
    {
      count: r.integers([2, 3], 0, 9).to("float32"),
      prob: r.integers([3], 0, 2).to("float32"),
      generator: r.generator,
    },
  ],
  call: binomial,
});

/**
 * Returns a random number of successes in `count` independent trials that succeed with probability `prob`, for each pair of elements, with broadcasting. The result has
 * no gradient.
 * @throws DTypeError unless both are of one float dtype; ArgumentError for counts or probabilities out of range; ShapeError when the shapes do not broadcast.
 * @example binomial(tensor([5, 5]), tensor([0, 1])).toArray(); // [0, 5]
 */
export function binomial(count: Tensor, prob: Tensor, { generator = defaultGenerator }: GeneratorOption = {}): Tensor {
  return binomialOp([requireTensor("binomial", count), requireTensor("binomial", prob)], { generator });
}
