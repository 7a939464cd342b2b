import { crossEntropy, inspect, nn, noGrad, scope, type Tensor, tape, tensor, zeros } from "tapelab";
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
    expect(findings.map((f) => f.text)).toContain("100 % of these units are 0, so 100 % of the gradient stops here.");
    expect(findings.some((f) => f.text.startsWith("The gradient that arrives at linear is 0 everywhere"))).toBe(true);
    const bad = tensor([0, 1], { requiresGrad: true }).log().sum();
    bad.backward();
    expect(tape(bad).data.findings[0].text).toBe("log made 1 infinite of 2 values.");
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
