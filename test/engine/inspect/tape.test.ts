import { crossEntropy, full, inspect, nn, noGrad, scope, type Tensor, tape, tensor, zeros } from "tapelab";
import { summaryAt, type TapeData, tapeOutput } from "tapelab/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

class Net extends nn.Module {
  fc1 = new nn.Linear(3, 20);
  act = new nn.ReLU();
  fc2 = new nn.Linear(20, 2);
  override forward(x: Tensor): Tensor {
    const h = this.act.forward(this.fc1.forward(x));
    return this.fc2.forward(h.add(h.tanh()));
  }
}

const images = tensor([[1, 2, 3]]).named("images");
const target = tensor([1], { dtype: "int32" });

beforeEach(() => inspect.setWatch({ nodes: 1000 }));
afterEach(() => inspect.setWatch({ nodes: 0 }));

const opNames = (t: TapeData): string[] => t.rows.op.map((op) => t.ops.name[op]);

function trained(): { readonly data: TapeData; readonly loss: Tensor } {
  const loss = crossEntropy(new Net().forward(images), target).named("loss");
  loss.backward();
  return { data: tape(loss).data, loss };
}

describe("tape", () => {
  test("has a row for each op in the order of recording", () => {
    const { data } = trained();
    expect(opNames(data).slice(0, 5)).toEqual(["linear", "relu", "tanh", "add", "linear"]);
    expect(data.totals.rows).toBe(data.rows.op.length);
    const add = 3;
    expect(data.rows.inputs[add]).toEqual([1, 2]);
    expect(data.rows.shape[add]).toEqual([1, 20]);
  });
  test("names parameters, inputs and scopes", () => {
    const { data } = trained();
    expect(data.rows.inputs[0].map((i) => data.leaves.name[-1 - i])).toEqual(["images", "fc1.weight", "fc1.bias"]);
    expect(data.leaves.kind.slice(0, 2)).toEqual(["constant", "parameter"]);
    expect(data.scopes.name).toEqual(
      ["Net", "fc1", "act", "fc2", "crossEntropy", "nllLoss"].filter((n) => data.scopes.name.includes(n)),
    );
    expect(data.totals.parameters).toBe(4);
    expect(data.title).toMatch(/^loss \d/);
  });
  test("has values and gradients of watched operations", () => {
    const { data } = trained();
    expect(data.rows.gradientState.every((s) => s === "computed" || s === "zero")).toBe(true);
    expect(data.rows.gradient.norm.at(-1)).toBe(1);
    expect(data.rows.value.zeros[1]).toBeGreaterThan(0);
  });
  test("has the reason why there is no gradient", () => {
    const x = tensor([1], { requiresGrad: true });
    const y = x.mul(2);
    expect(tape(y).data.rows.gradientState).toEqual(["notRunYet"]);
    inspect.setWatch({ nodes: 0 });
    const z = x.mul(2);
    z.sum().backward();
    expect(tape(z).data.rows.gradientState).toEqual(["notRetained"]);
    expect(tape(z).data.rows.value.count).toEqual([]);
    expect(summaryAt(tape(z).data.rows.value, 0)).toBeNull();
  });
  test("has the local slope of an elementwise op, and its contribution to the input", () => {
    const x = tensor([-1, 2, 3], { requiresGrad: true });
    const y = x.relu();
    y.sum().backward();
    const [detail] = tape(y).data.details;
    const bytes = [...Buffer.from(detail?.local?.data ?? "", "base64")];
    expect(bytes).toEqual([128, 254, 254]);
    expect(detail?.contributions.map((c) => [c.name, c.norm])).toEqual([["x", Number(Math.SQRT2.toPrecision(4))]]);
    expect(detail?.saved).toEqual([{ name: "y", shape: [3], dtype: "float32", bytes: 12 }]);
  });
  test("finds dead units, zero gradients, NaN and infinities", () => {
    const net = new Net();
    noGrad(() => net.fc1.bias?.fill_(-100));
    const loss = crossEntropy(net.forward(images), target);
    loss.backward();
    const { findings } = tape(loss).data;
    expect(findings.map((f) => f.text)).toContain(
      "Dead rectifier: 100 % of these units are 0, so 100 % of the gradient stops here.",
    );
    expect(findings.map((f) => f.text)).toContain(
      "The gradient stops at relu, dead rectifier: it is 0 everywhere before, so that nothing learns from there.",
    );
    const bad = tensor([0, 1], { requiresGrad: true }).log().sum();
    bad.backward();
    expect(tape(bad).data.findings[0].text).toBe(
      "The first −infinity is made by log at [0], which takes the logarithm of 0.",
    );
  });
  test("names the op at which NaN begins, forward or backward, and not those behind it", () => {
    const texts = (f: (x: Tensor) => Tensor, data: number[]): string[] => {
      const loss = f(tensor(data, { requiresGrad: true }));
      loss.backward();
      return tape(loss).data.findings.map((finding) => finding.text.replaceAll(/ \([^)]*\)/g, ""));
    };
    expect(texts((x) => x.sub(1).log().mul(2).add(1).exp().neg().sum(), [0.5, 3])).toEqual([
      "The first NaN is made by log at [0], which takes the logarithm of −0.500.",
    ]);
    expect(texts((x) => x.mul(2).mul(3).sqrt().mul(2).sum(), [0, 4])).toEqual([
      "The first infinity is made in backward, by the gradient rule of sqrt at [0]: it has an infinite slope at 0.",
    ]);
  });
  test("has one finding for all ops before the one that stopped the gradient", () => {
    let x = full([16], 0.5, { requiresGrad: true }).mul(1);
    for (let i = 0; i < 120; i++) x = x.mul(1);
    const loss = x.round().sum();
    loss.backward();
    expect(tape(loss).data.findings.map((f) => f.text)).toEqual([
      "The gradient stops at round, a step function on the path: it is 0 everywhere before, so that nothing learns from there. (121 rows)",
    ]);
  });
  test("has the scopes that `scope` opens", () => {
    const x = tensor([1], { requiresGrad: true });
    expect(tape(scope("block", () => x.mul(2).add(1))).data.scopes.name).toEqual(["block"]);
  });
  test("throws for a tensor that was not recorded", () => {
    expect(() => tape(zeros([1]))).toThrow("tape: the tensor was not computed from tensors that require a gradient");
  });
  test("stays below 256 kB, and counts the rows that it left out", () => {
    let x: Tensor = tensor([1, 2], { requiresGrad: true });
    for (let i = 0; i < 4000; i++) x = x.mul(1.01);
    inspect.setWatch({ nodes: 5000 });
    for (let i = 0; i < 4000; i++) x = x.mul(1.01);
    x.sum().backward();
    const bundle = tape(x).bundle();
    const data = bundle[tapeOutput.mime] as TapeData;
    expect(data.totals.rows).toBe(8000);
    expect(data.totals.omitted).toBe(8000 - data.rows.op.length);
    expect(data.rows.op.length).toBeGreaterThan(500);
    expect(JSON.stringify(data).length).toBeLessThan(256_000);
    expect((bundle["image/svg+xml"] as string).length).toBeLessThan(60_000);
    expect((bundle["text/plain"] as string).split("\n").length).toBeLessThan(60);
  });
});

test("a statement that builds on its own last result is a finding at its latest rows", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  let sum = zeros([2]);
  for (let i = 0; i < 300; i++) sum = sum.add(x.mul(x));
  const { findings, rows, ops } = tape(sum).data;
  const found = findings.find(({ text }) => text.includes("builds on its own last result"));
  expect(found?.text).toMatch(/^This statement has run \d+ times .* which keeps \d+ ops and .* alive: /);
  expect(ops.name[rows.op[found?.row ?? 0]]).toBe("add");
  expect(found?.row).toBeGreaterThan(rows.op.length - 40);
  // a finished sum of a few terms is none
  const few = x.mul(1).add(x.mul(2)).add(x.mul(3));
  expect(tape(few).data.findings).toEqual([]);
});

test("beyond a budget of bytes nodes keep their call sites alone, and the tape says how many", () => {
  const w = tensor([1, 2, 3, 4], { requiresGrad: true });
  const make = (options: object): ReturnType<typeof tape> => {
    inspect.setWatch({ nodes: 100, site: () => null, ...options });
    const y = w.mul(2).exp().sin().sum();
    y.backward();
    inspect.setWatch({ nodes: 0 });
    return tape(y);
  };
  const kept = ({ data }: ReturnType<typeof tape>): boolean[] =>
    data.rows.op.map((_, i) => data.rows.value.count[i] !== null);
  // an output of four elements takes 16 bytes, and its gradient as much
  expect(kept(make({ bytes: 64 }))).toEqual([true, true, false, false]);
  expect(make({ bytes: 64 }).data.totals.unwatched).toBe(2);
  expect(make({}).data.totals).not.toHaveProperty("unwatched");
  inspect.setWatch({ nodes: 0 });
  expect(tape(w.mul(2).sum()).data.totals).not.toHaveProperty("unwatched");
});
