/** Results of work that threads share do not depend on the number of threads. */
import { spawn } from "node:child_process";
import {
  conv2d,
  engineInfo,
  F,
  Generator,
  gelu,
  getNumThreads,
  nn,
  optim,
  rand,
  randn,
  scaledDotProductAttention,
  setNumThreads,
  type Tensor,
} from "tapelab";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { balance } from "../../../../engine/src/fast/threads/balance.ts";
import { kernels } from "../../../../engine/src/fast/wasm/module.ts";
import { recover } from "../../../../engine/src/fast/wasm/recover.ts";

const generator = new Generator(9);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

let before = 1;
beforeEach(() => {
  before = getNumThreads();
});
afterEach(() => {
  setNumThreads(before);
  balance.reset();
});

/** Computes values and gradients several times, so that threads have time to wake up and take part; returns them as text. */
function repeatedResults(run: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[], times: number): string[] {
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
const recurrentCell = new nn.LSTMCell(20, 128);

const works: Readonly<Record<string, readonly [(...inputs: Tensor[]) => Tensor, readonly Tensor[]]>> = {
  "a product with many rows": [(a, b) => a.matmul(b), [normal(1000, 64), normal(64, 200)]],
  "a product with many columns": [(a, b) => a.matmul(b), [normal(50, 300), normal(300, 1500)]],
  "elementwise functions": [(x) => gelu(x).add(x.tanh()), [normal(300_001)]],
  convolution: [(x, w) => conv2d(x, w, { padding: 1 }), [normal(9, 8, 20, 20), normal(16, 8, 3, 3)]],
  "softmax of rows": [(x) => x.softmax(-1), [normal(64, 1001)]],
  "log-softmax of rows": [(x) => x.logSoftmax(-1), [normal(64, 1001)]],
  "layer norm": [(x, w) => F.layerNorm(x, [259], { weight: w }), [normal(300, 259), normal(259)]],
  "an LSTM": [(x) => recurrent.forward(x)[0], [normal(3, 300, 20)]],
  "an LSTM cell": [(x) => recurrentCell.forward(x)[0], [normal(300, 20)]],
  "max pooling": [(x) => F.maxPool2d(x, 2), [normal(6, 30, 28, 30)]],
  "max pooling with padding": [(x) => F.maxPool2d(x, 3, { padding: 1 }), [normal(7, 10, 26, 26)]],
  "sums of rows": [(x) => x.sum(1), [normal(500, 301)]],
  "the sum of a long row": [(x) => x.sum(), [normal(700_001)]],
  attention: [
    (q, k, v) => scaledDotProductAttention(q, k, v, { isCausal: true }),
    [normal(4, 3, 100, 32), normal(4, 3, 100, 32), normal(4, 3, 100, 32)],
  ],
};

describe.each(Object.entries(works))("%s", (_name, [run, inputs]) => {
  test("is equal to the bit with 1, 2 and 5 threads, in every repetition", () => {
    setNumThreads(1);
    const [alone] = repeatedResults(run, inputs, 1);
    for (const threads of [2, 5, 2]) {
      setNumThreads(threads);
      balance.reset({ always: true });
      const results = repeatedResults(run, inputs, 12);
      expect(
        results.findIndex((r) => r !== alone),
        `index of the repetition that differs with ${threads} threads`,
      ).toBe(-1);
    }
  });
});

/** Runs `body` beside a process that keeps a processor busy. */
function besideBusyProcess<T>(body: () => T): T {
  const loop = "const end = Date.now() + 60_000; while (Date.now() < end);";
  const child = spawn(process.execPath, ["-e", loop], { stdio: "ignore" });
  try {
    return body();
  } finally {
    child.kill("SIGKILL");
  }
}

/** Functions with inputs of random sizes around the smallest ones for which work is shared. */
const randomInputs: Readonly<
  Record<string, readonly [(...inputs: Tensor[]) => Tensor, (size: (from: number, to: number) => number) => Tensor[]]>
> = {
  product: [
    (a, b) => a.matmul(b),
    (size) => {
      const k = size(20, 400);
      return [normal(size(1, 500), k), normal(k, size(1, 500))];
    },
  ],
  "product of transposes": [
    (a, b) => a.transpose(0, 1).matmul(b.transpose(0, 1)),
    (size) => {
      const k = size(20, 400);
      return [normal(k, size(1, 500)), normal(size(1, 500), k)];
    },
  ],
  linear: [
    (x, w, b) => F.linear(x, w, b),
    (size) => {
      const [n, k] = [size(1, 300), size(1, 300)];
      return [normal(size(1, 9), size(1, 99), k), normal(n, k), normal(n)];
    },
  ],
  functions: [
    (x, z) => x.tanh().add(z).exp().mul(z),
    (size) => {
      const n = size(20_000, 400_000);
      return [normal(n), normal(n)];
    },
  ],
  convolution: [
    (x, w) => conv2d(x, w, { padding: 1, stride: 2 }),
    (size) => {
      const c = size(1, 9);
      return [normal(size(1, 20), c, size(6, 30), size(6, 30)), normal(size(1, 20), c, 3, 3)];
    },
  ],
  softmax: [(x) => x.softmax(-1), (size) => [normal(size(2, 300), size(100, 700))]],
  attention: [
    (q, k, v) => scaledDotProductAttention(q, k, v),
    (size) => {
      const [heads, keys, width] = [size(1, 20), size(1, 130), size(1, 40)];
      return [normal(heads, size(1, 130), width), normal(heads, keys, width), normal(heads, keys, size(1, 40))];
    },
  ],
  pooling: [(x) => F.maxPool2d(x, 2), (size) => [normal(size(1, 9), size(1, 40), size(9, 40), size(9, 40))]],
};

test.each(Object.entries(randomInputs))(
  "%s of random sizes is equal to the bit with 1, 2 and 3 threads beside a busy process",
  (_name, [run, make]) =>
    besideBusyProcess(() => {
      const size = (from: number, to: number): number =>
        from + Math.floor(rand([], { generator }).item() * (to - from + 1));
      for (let i = 0; i < 12; i++) {
        const inputs = make(size);
        const results = [1, 2, 3, 2].flatMap((threads) => {
          setNumThreads(threads);
          balance.reset({ always: true });
          return repeatedResults(run, inputs, threads === 1 ? 1 : 2);
        });
        const shapes = inputs.map((x) => `[${x.shape.join(", ")}]`).join(" ");
        expect(new Set(results).size, `different results for ${shapes}`).toBe(1);
      }
    }),
);

test.each([
  ["Adam", (p: Tensor[]) => new optim.Adam(p, { weightDecay: 0.1 })],
  ["AdamW", (p: Tensor[]) => new optim.AdamW(p)],
  ["SGD", (p: Tensor[]) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true })],
] as const)("steps of %s are equal to the bit with 1, 2 and 5 threads", (_name, make) => {
  const starts = [17, 100_003, 4096, 40, 8193].map((n) => normal(n));
  const slopes = starts.map((x) => normal(x.numel()));
  const after = (threads: number): string => {
    setNumThreads(threads);
    balance.reset({ always: true });
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

test("a job whose caller was terminated is withdrawn, and later jobs are complete", () => {
  const wasm = kernels();
  if (wasm === null) throw new Error("there are no kernels here");
  const { runFirst } = wasm;
  const x = normal(400_000);
  setNumThreads(1);
  const alone = x.exp().toTypedArray();
  setNumThreads(2);
  for (let i = 0; i < 20; i++) {
    balance.reset({ always: true });
    Object.assign(wasm, {
      runFirst: () => {
        throw new Error("terminated");
      },
    });
    expect(() => x.exp()).toThrow("terminated");
    Object.assign(wasm, { runFirst });
    recover();
    expect(x.exp().toTypedArray(), `after ${i + 1} terminated jobs`).toEqual(alone);
  }
});

test("the number of threads is set and read, and must be an integer of at least 1", () => {
  setNumThreads(3);
  expect(getNumThreads()).toBe(3);
  expect(engineInfo().threads).toBe(3);
  expect(() => setNumThreads(0)).toThrow("setNumThreads: expected an integer of at least 1, but got 0");
  expect(() => setNumThreads(1.5)).toThrow("setNumThreads: expected an integer of at least 1, but got 1.5");
});

test("engineInfo returns the kernels, threads and memory in use", () => {
  const info = engineInfo();
  expect(["relaxed", "plain"]).toContain(info.kernels);
  expect(info.collector).toBe(true);
  expect(info.memory.reached).toBeGreaterThan(0);
});
