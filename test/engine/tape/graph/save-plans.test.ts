/** Save plans: an op saves only tensors that the gradients that are needed read; the others may be changed in place, and their memory is free. */
import { add, conv2d, layerNorm, linear, matmul, noGrad, randn, type Tensor, tensor, where } from "tapelab";
import { describe, expect, test } from "vitest";
import { savePlans } from "../../../../engine/src/tape/graph/save-plans.ts";
import { memoryState, sweep } from "../../../../engine/src/tensor/storage/memory.ts";

test("an op has one plan if all its gradients read the same tensors, else one per set of inputs", () => {
  expect(savePlans({ outputs: [1] })).toEqual([{ inputs: 0, outputs: 0b10 }]);
  expect(savePlans([{ inputs: [1] }, { inputs: [0], outputs: [0] }])).toEqual([
    { inputs: 0, outputs: 0 },
    { inputs: 0b10, outputs: 0 },
    { inputs: 0b01, outputs: 1 },
    { inputs: 0b11, outputs: 1 },
  ]);
});

describe.each([4, 40])("with %i elements", (n) => {
  const data = (): Tensor => randn([n], { dtype: "float64" });
  /** Returns a recorded tensor that may be changed in place, and its leaf. */
  const hidden = (): { readonly w: Tensor; readonly x: Tensor } => {
    const w = data().requiresGrad_();
    return { w, x: w.mul(1) };
  };
  const row = (x: Tensor): number[] => Array.from(x.toTypedArray());

  test.each<[string, (x: Tensor) => Tensor, number]>([
    ["mul by a number", (x) => x.mul(2), 2],
    ["div by a number", (x) => x.div(4), 0.25],
    ["mul by a constant", (x) => x.mul(tensor(3)), 3],
    ["add", (x) => x.add(x.detach()), 1],
    ["neg", (x) => x.neg(), -1],
    ["round", (x) => x.round(), 0],
    ["sign", (x) => x.sign(), 0],
    ["rounded division", (x) => x.div(x.detach(), { roundingMode: "floor" }), 0],
    ["remainder by a constant", (x) => x.remainder(5), 1],
    ["mean", (x) => x.mean().mul(n), 1],
    ["where", (x) => where(x.isfinite(), x, 0), 1],
  ])("the input of %s may be changed before backward", (_name, f, slope) => {
    const { w, x } = hidden();
    const y = f(x);
    x.relu_();
    y.sum().backward();
    expect(row(w.grad as Tensor)).toEqual(new Array(n).fill(slope));
  });

  test("the output of relu may not be changed, its input may", () => {
    const { w, x } = hidden();
    const y = x.relu();
    x.mul_(2);
    y.sum().backward();
    expect(row(w.grad as Tensor)).toEqual(row(w).map((v) => (v > 0 ? 1 : 0)));
    const z = hidden().x.relu();
    noGrad(() => z.mul_(2));
    expect(() => z.sum().backward()).toThrow("that relu saved was changed in place by mul_");
  });

  test("the values of max along a dimension may be changed, the indices not", () => {
    const { w, x } = hidden();
    const { values } = x.reshape([2, n / 2]).max(1);
    const sum = values.sum();
    noGrad(() => values.fill_(9));
    sum.backward();
    expect(row(w.grad as Tensor).reduce((a, b) => a + b)).toBe(2);
    const found = hidden()
      .x.reshape([2, n / 2])
      .max(1);
    found.indices.fill_(0);
    expect(() => found.values.sum().backward()).toThrow("that max saved was changed in place by fill_");
  });

  test("a factor may be changed when only it needs a gradient; the other factor may not", () => {
    const [w, c] = [data().requiresGrad_(), data()];
    const before = row(c);
    const y = w.mul(c);
    noGrad(() => w.add_(1));
    y.sum().backward();
    expect(row(w.grad as Tensor)).toEqual(before);
    const z = w.mul(c);
    c.add_(1);
    expect(() => z.sum().backward()).toThrow("that mul saved was changed in place by add_");
  });
});

describe("memory", () => {
  /** Returns the bytes in use after `run` minus those before, while its result is alive. */
  const keeps = (run: () => unknown): number => {
    sweep();
    const before = memoryState().used;
    const kept = run();
    sweep();
    const { used } = memoryState();
    expect(kept).toBeDefined();
    return used - before;
  };
  const repeated = (x: Tensor, f: (h: Tensor) => Tensor) => (): Tensor => {
    let h = x;
    for (let i = 0; i < 50; i++) h = f(h);
    return h;
  };
  const x = randn([512, 512], { requiresGrad: true });
  const constant = randn([512, 512]).mul(1e-2);
  const image = randn([1, 4, 256, 256], { requiresGrad: true });
  const filter = randn([4, 4, 3, 3]).mul(0.1);

  test.each<[string, Tensor, (h: Tensor) => Tensor]>([
    ["mul by a number", x, (h) => h.mul(1.01)],
    ["mul by a constant", x, (h) => h.mul(constant)],
    ["div by a number", x, (h) => h.div(1.01)],
    ["add of a number", x, (h) => h.add(1)],
    ["add of a constant", x, (h) => add(h, constant)],
    ["neg", x, (h) => h.neg()],
    ["round", x, (h) => h.round()],
    ["matmul with a constant", x, (h) => matmul(h, constant)],
    ["a constant's matmul", x, (h) => matmul(constant, h)],
    ["linear with a frozen weight", x, (h) => linear(h, constant)],
    ["conv2d with a frozen weight", image, (h) => conv2d(h, filter, { padding: 1 })],
    ["where with a constant", x, (h) => where(constant.gt(0), h, 0)],
  ])("a chain of 50 times %s keeps its result, and not the steps", (name, start, f) => {
    const bytes = 4 * start.numel();
    // where saves its condition, one byte per element
    expect(keeps(repeated(start, f)), "bytes in use").toBeLessThanOrEqual((name.startsWith("where") ? 15 : 2) * bytes);
  });

  test("layerNorm of a frozen input keeps only its input and results alive", () => {
    const input = randn([512, 512]);
    const weight = randn([512], { requiresGrad: true });
    const run = (): Tensor =>
      Array.from({ length: 20 }, () => layerNorm(input, [512], { weight }).sum()).reduce((a, b) => a.add(b));
    expect(keeps(run)).toBeLessThanOrEqual(2 * 4 * input.numel());
  });
});
