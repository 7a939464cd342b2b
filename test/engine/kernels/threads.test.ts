/** Threads share large work, and nothing about the results tells how many there were. */
import {
  conv2d,
  engineInfo,
  F,
  Generator,
  gelu,
  getNumThreads,
  nn,
  optim,
  randn,
  scaledDotProductAttention,
  setNumThreads,
  type Tensor,
} from "tapelab";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const generator = new Generator(9);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

let before = 1;
beforeEach(() => {
  before = getNumThreads();
});
afterEach(() => setNumThreads(before));

/** Values and gradients, so often that threads have time to wake up and take part. */
function everyResult(run: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[], times: number): string[] {
  return Array.from({ length: times }, () => {
    const leaves = inputs.map((x) => x.detach().requiresGrad_());
    const y = run(...leaves);
    y.mul(y).sum().backward();
    return [y, ...leaves.map((x) => x.grad as Tensor)]
      .map((t) => Buffer.from(t.toTypedArray().buffer).toString("base64"))
      .join(" ");
  });
}

const recurrent = new nn.LSTM(20, 128);

const works: Readonly<Record<string, readonly [(...inputs: Tensor[]) => Tensor, readonly Tensor[]]>> = {
  "a product with many rows": [(a, b) => a.matmul(b), [normal(1000, 64), normal(64, 200)]],
  "a product with many columns": [(a, b) => a.matmul(b), [normal(50, 300), normal(300, 1500)]],
  "elementwise functions": [(x) => gelu(x).add(x.tanh()), [normal(300_001)]],
  convolution: [(x, w) => conv2d(x, w, { padding: 1 }), [normal(9, 8, 20, 20), normal(16, 8, 3, 3)]],
  "softmax of rows": [(x) => x.softmax(-1), [normal(64, 1001)]],
  "log-softmax of rows": [(x) => x.logSoftmax(-1), [normal(64, 1001)]],
  "layer norm": [(x, w) => F.layerNorm(x, [259], { weight: w }), [normal(300, 259), normal(259)]],
  "gates of an LSTM": [(x) => recurrent.forward(x)[0], [normal(3, 300, 20)]],
  "sums of rows": [(x) => x.sum(1), [normal(500, 301)]],
  "the sum of a long row": [(x) => x.sum(), [normal(700_001)]],
  attention: [
    (q, k, v) => scaledDotProductAttention(q, k, v, { isCausal: true }),
    [normal(4, 3, 100, 32), normal(4, 3, 100, 32), normal(4, 3, 100, 32)],
  ],
};

describe.each(Object.entries(works))("%s", (_name, [run, inputs]) => {
  test("is the same to the bit with 1, 2 and 5 threads, time after time", () => {
    setNumThreads(1);
    const [alone] = everyResult(run, inputs, 1);
    for (const threads of [2, 5, 2]) {
      setNumThreads(threads);
      const results = everyResult(run, inputs, 12);
      expect(
        results.findIndex((r) => r !== alone),
        `${threads} threads differ at this time`,
      ).toBe(-1);
    }
  });
});

test.each([
  ["Adam", (p: Tensor[]) => new optim.Adam(p, { weightDecay: 0.1 })],
  ["AdamW", (p: Tensor[]) => new optim.AdamW(p)],
  ["SGD", (p: Tensor[]) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true })],
] as const)("steps of %s are the same to the bit with 1, 2 and 5 threads", (_name, make) => {
  const starts = [17, 100_003, 4096, 40, 8193].map((n) => normal(n));
  const slopes = starts.map((x) => normal(x.numel()));
  const after = (threads: number): string => {
    setNumThreads(threads);
    const parameters = starts.map((x) => x.clone().detach().requiresGrad_());
    const optimizer = make(parameters);
    for (let i = 0; i < 5; i++) {
      parameters.forEach((p, k) => {
        p.grad = slopes[k].mul(i + 1);
      });
      optimizer.step();
    }
    return parameters.map((p) => Buffer.from(p.toTypedArray().buffer).toString("base64")).join(" ");
  };
  const alone = after(1);
  for (const threads of [2, 5, 2]) expect(after(threads) === alone, `${threads} threads agree with 1`).toBe(true);
});

test("the number is set and read, and refused where it is none", () => {
  setNumThreads(3);
  expect(getNumThreads()).toBe(3);
  expect(engineInfo().threads).toBe(3);
  expect(() => setNumThreads(0)).toThrow("setNumThreads: expected an integer of at least 1, but got 0");
  expect(() => setNumThreads(1.5)).toThrow("setNumThreads: expected an integer of at least 1, but got 1.5");
});

test("engineInfo says what runs underneath", () => {
  const info = engineInfo();
  expect(["relaxed", "plain"]).toContain(info.kernels);
  expect(info.collector).toBe(true);
  expect(info.memory.reached).toBeGreaterThan(0);
});
