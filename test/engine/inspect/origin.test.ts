/** Where a value came from, and the nodes of lines of code. */
import { F, host, inspect, manualSeed, nn, randn, type Tensor, tensor } from "tapelab";
import { originOutput, stackWords, textHash } from "tapelab/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

class Net extends nn.Module {
  fc = new nn.Linear(3, 2);
  override forward(x: Tensor): Tensor {
    return this.fc.forward(x).relu();
  }
}

manualSeed(1);
const net = new Net();
const x = randn([4, 3]);
const y = tensor([0, 1, 1, 0], { dtype: "int64" });

beforeEach(() => inspect.setWatch({ nodes: 1000, site: inspect.stackSite }));
afterEach(() => {
  inspect.setWatch({ nodes: 0 });
  host.setVariables(() => ({}));
  host.setDeclarations(() => null);
  host.setCellTexts(() => null);
});

/** A function around the call, whose frame is in the call stack. */
const lossOf = (): Tensor => F.crossEntropy(net.forward(x), y);

describe("origin", () => {
  test("lists the ops from the value back, and the parameters, data and constants at the ends", () => {
    const { data } = inspect.origin(lossOf().mul(0.5));
    expect(data.steps.op).toEqual(["mul", "mean", "nll", "logSoftmax", "relu", "linear"]);
    expect(data.steps.distance).toEqual([0, 1, 2, 3, 4, 5]);
    expect(data.sources.name).toEqual(["0.5", "[4]", "[4, 3]", "fc.weight", "fc.bias"]);
    expect(data.sources.kind).toEqual(["constant", "data", "data", "parameter", "parameter"]);
    expect(data.sentences[0]).toMatch(
      /^The result [\d.]+ was computed by mul at .*origin\.test\.ts:\d+, from constant 0\.5, data tensor \[4\], data tensor \[4, 3\], parameter fc\.weight and parameter fc\.bias, by 6 ops\.$/,
    );
    const read = data.steps.inputs[5].map((i) => (i !== null && i < 0 ? data.sources.name[-1 - i] : i));
    expect(read).toEqual(["[4, 3]", "fc.weight", "fc.bias"]);
  });

  test("takes nodes, and tensors that nothing on the tape computed", () => {
    const loss = lossOf();
    const node = loss.gradFn!;
    expect(inspect.origin(node).data.steps.op).toEqual(inspect.origin(loss).data.steps.op);
    const source = inspect.origin(x).data;
    expect(source.sentences).toEqual([
      "The tensor [4, 3] is a data tensor: no op on the tape computed it.",
      "It requires no gradient, so whatever was computed before it was not recorded.",
    ]);
    expect(inspect.origin(net.fc.weight).data.sources.kind).toEqual(["parameter"]);
    expect(inspect.origin(net.fc.weight).data.sentences).toEqual([
      "fc.weight [2, 3] is a parameter: no op on the tape computed it.",
    ]);
  });

  test("an op that reads a value twice is one way, and the shortest way counts", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    w.label = "w";
    const { data } = inspect.origin(w.exp().add(w).mul(w));
    expect(data.sources.name).toEqual(["w"]);
    expect(data.sources.distance).toEqual([1]);
    expect(data.sources.readers).toEqual([3]);
  });

  test("has the call stack of the program alone", () => {
    const { data } = inspect.origin(lossOf());
    const stack = stackWords(data.cells, data.frames, data.steps.frame[0]);
    expect(stack).toMatch(/^lossOf origin\.test\.ts:\d+ ← origin\.test\.ts:\d+$/);
    const inner = stackWords(data.cells, data.frames, data.steps.frame[3]);
    expect(inner).toMatch(
      /^Net\.forward origin\.test\.ts:\d+ ← \(\d+ library frames\) ← lossOf origin\.test\.ts:\d+ ← origin\.test\.ts:\d+$/,
    );
  });

  test("names where the variable of a source, or of its module, was declared", () => {
    const site = { file: "cell[2]", cellId: "b", count: 2, line: 3, column: 1 };
    host.setVariables(() => ({ net, x }));
    host.setDeclarations(() => site);
    const { data } = inspect.origin(lossOf());
    expect(data.sources.variable).toEqual(["", "x", "net", "net"]);
    expect(data.sources.declared[1]).toEqual([data.cells.file.indexOf("cell[2]"), 3, 1]);
    expect(inspect.origin(x).data.sentences[0]).toContain("is a data tensor of cell [2], line 3");
  });

  test("prints as text and as HTML without style sheets and scripts", () => {
    const origin = inspect.origin(lossOf());
    const text = String(origin);
    expect(text).toMatch(/^Origin of The result [\d.]+: 5 ops, 4 sources\n/);
    expect(text).toMatch(/^op +reads +shape +value +cell:line$/m);
    expect(text).toMatch(/^linear fc +data \[4, 3\], fc\.weight, fc\.bias +\[4, 2\] +μ .* origin\.test\.ts:\d+$/m);
    expect(text).toMatch(/^fc\.weight +parameter +\[2, 3\]/m);
    const html = origin.bundle()["text/html"] as string;
    expect(html).toMatch(/<th scope="row"[^>]*>linear fc<\/th>/);
    expect(html).not.toMatch(/<style|<script|class=/);
    expect(originOutput.read(JSON.parse(JSON.stringify(origin.data)))).toEqual(origin.data);
  });

  test("a value that left the tape says how, and where it came from", () => {
    const w = tensor([1, -2], { requiresGrad: true });
    const h = w.exp().relu();
    const detached = inspect.origin(h.detach()).data;
    expect(detached.sentences).toHaveLength(1);
    expect(detached.sentences[0]).toMatch(
      /^The tensor \[2\] is off the tape: it was detached from the result of relu \[2\]/,
    );
    expect(detached.steps.op).toEqual(["relu", "exp"]);
    expect(inspect.origin(tensor(h.toArray())).data.sentences[0]).toContain(
      "made of elements that toArray read from the result of relu",
    );
    const { data } = inspect.origin(w.mul(h.detach()));
    expect(data.sources.left[1]).toMatch(/^detached from the result of relu \[2\]/);
    expect(String(inspect.origin(w.mul(h.detach())))).toContain("data, detached from the result of relu [2]");
  });

  test("long ways are cut, and counted", () => {
    let h = tensor([1], { requiresGrad: true }).exp();
    for (let i = 0; i < 1000; i++) h = h.add(0.001);
    const { data } = inspect.origin(h);
    expect(data.totals.steps).toBe(1001);
    expect(data.steps.op).toHaveLength(200);
    expect(JSON.stringify(data).length).toBeLessThan(256_000);
    expect(String(inspect.origin(h))).toContain("more ops");
  });
});

describe("nodesAt", () => {
  test("finds the ops that lines recorded, by themselves and through functions", () => {
    const loss = lossOf();
    const [, line] = inspect.origin(loss).data.steps.site[0] ?? [0, 0];
    const byFunction = inspect.nodesAt(loss, { file: "origin.test.ts", line });
    expect(byFunction.nodes.map((node) => node.op.name)).toEqual(["linear", "relu", "logSoftmax", "nll", "mean"]);
    const [, inner] = inspect.origin(loss).data.steps.site[3] ?? [0, 0];
    const byForward = inspect.nodesAt(loss, { file: "origin.test.ts", line: inner });
    expect(byForward.nodes.map((node) => node.op.name)).toEqual(["linear", "relu"]);
    expect(byForward.data.rows.label).toHaveLength(2);
    expect(String(byForward)).toContain(`origin.test.ts, line ${inner}`);
    expect(inspect.nodesAt([loss], { file: "origin.test.ts", line: 1, to: 5 }).nodes).toEqual([]);
    expect(inspect.nodesAt(loss, { cell: 3, line: 1 }).nodes).toEqual([]);
  });

  test("asks for a cell or a file", () => {
    expect(() => inspect.nodesAt(lossOf(), { line: 1 })).toThrow(
      "nodesAt: expected the execution count of a cell, or a file",
    );
  });
});

describe("a cell that has changed", () => {
  test("is marked stale in tapes, by the hash of its text", () => {
    const site = { file: "cell[4]", cellId: "c", count: 4, line: 2, column: 1 };
    inspect.setWatch({ nodes: 10, site: () => ({ resolve: () => site }) });
    const loss = lossOf();
    host.setCellTexts((file) => (file === "cell[4]" ? { hash: textHash("old"), isStale: true } : null));
    const { data } = inspect.origin(loss);
    expect(data.cells).toMatchObject({ hash: [textHash("old")], stale: [true] });
    expect(String(inspect.origin(loss))).toContain("4:2 stale");
  });

  test("the hash is the same for texts that differ in white space at their ends alone", () => {
    expect(textHash("a = 1\n")).toBe(textHash("a = 1"));
    expect(textHash("a = 1")).not.toBe(textHash("a = 2"));
    expect(textHash("")).toMatch(/^[0-9a-f]+$/);
  });
});
