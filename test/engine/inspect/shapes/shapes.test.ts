/** Explained errors: what they say, that every change they propose runs with the stated result, and that they cost nothing and change nothing. */
import vm from "node:vm";
import * as t from "tapelab";
import { fixWords, reasonLines, shapesSvg, shapesText } from "tapelab/view";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fc } from "../../../support/random.ts";
import { indexMistakes } from "./index-mistakes.ts";
import { type Mistake, mistakes } from "./mistakes.ts";

/** The cell that runs, whose code the explanations read. */
let code = "";

beforeAll(() => {
  t.host.setCellSources({
    read: (name) => (name === "cell[1]" ? { name, id: "a", count: 1, code } : null),
    latest: () => [{ name: "cell[1]", id: "a", count: 1, code }],
  });
});
afterAll(() => t.host.setCellSources({ read: () => null, latest: () => [] }));

/** Runs code as a cell, with all names of the package, and returns its value. */
function run(setup: string, expression: string): unknown {
  code = `${setup}\nreturn ${expression};`;
  const text = `(function ({ ${Object.keys(t).join(", ")} }) {\n${code}\n})`;
  const script = new vm.Script(text, { filename: "cell[1]", lineOffset: -1 });
  return (script.runInThisContext() as (all: unknown) => unknown)(t);
}

function explain(setup: string, expression: string): t.inspect.ErrorExplanation {
  try {
    run(setup, expression);
  } catch (error) {
    return t.inspect.explainError(error);
  }
  throw new Error(`${expression} runs`);
}

const shapeOf = (result: unknown): readonly number[] | null =>
  result instanceof t.Tensor ? result.shape : Array.isArray(result) ? shapeOf(result[0]) : null;

/** Runs the call with a change, and returns the shape of its result. */
function runFix(setup: string, call: string, fix: string): readonly number[] | null {
  if (/^\w+ = /.test(fix)) return shapeOf(run(`${setup.replaceAll("const ", "let ")}\n${fix};`, call));
  if (!fix.startsWith("new nn.")) return shapeOf(run(setup, fix));
  const [receiver] = call.split(".");
  return shapeOf(run(setup, call.replace(`${receiver}.`, `(${fix}).`)));
}

const quiet = vi.spyOn(console, "warn").mockImplementation(() => {});
afterAll(() => quiet.mockRestore());

describe.each([...mistakes, ...indexMistakes].map((m) => [m.name, m] as const))("%s", (_name, mistake: Mistake) => {
  const { setup, call, says, fix, warned, operands } = mistake;

  test("is explained", () => {
    const explanation = explain(setup, call);
    const { data } = explanation;
    expect(reasonLines(data).join("\n")).toContain(says);
    expect(data.place).toMatchObject({ file: "cell[1]", line: setup.split("\n").length + 1 });
    const sound = data.fixes.filter((f) => f.warning === null).map((f) => f.code);
    if (fix !== null) expect(sound).toContain(fix);
    if (warned !== undefined) {
      const found = data.fixes.find((f) => f.code === warned[0]);
      expect(found?.warning ?? `not among ${data.fixes.map((f) => f.code).join("; ")}`).toContain(warned[1]);
    }
    if (operands !== undefined) expect(data.operands.map((o) => o.name)).toEqual(operands);
    // the marks are positions of sizes that are there
    for (const [o, d] of [...data.clashes.flat(), ...data.marked])
      expect(data.operands[o]?.shape[d], `${o}, ${d}`).toBeDefined();
    expect(data.operands.every((o) => o.dims.length === o.shape.length)).toBe(true);
    for (const line of shapesText(data).split("\n")) expect(line.length).toBeLessThan(240);
    expect(shapesText(data).startsWith(`${data.error}: ${data.message}`)).toBe(true);
    expect(shapesSvg(data).length).toBeLessThan(60_000);
    expect(JSON.stringify(data).length).toBeLessThan(20_000);
  });

  test("has changes that run, with the stated results", () => {
    for (const { code: changed, shape, warning } of explain(setup, call).fixes)
      expect(runFix(setup, call, changed), `${changed} (${warning ?? "fits"})`).toEqual(shape);
  });
});

const sizes = fc.constantFrom(1, 2, 3, 4, 6);
const shapes = fc.array(sizes, { minLength: 1, maxLength: 4 });
const calls = fc.constantFrom(
  "a.matmul(b)",
  "a.add(b)",
  "cat([a, b])",
  "cat([a, b], 1)",
  "stack([a, b])",
  "a.mm(b)",
  "F.linear(a, b)",
  "F.mseLoss(a, b)",
  "F.binaryCrossEntropyWithLogits(a, b)",
  "F.conv1d(a, b)",
  "F.conv2d(a, b)",
  "F.crossEntropy(a, b)",
  "a.expandAs(b)",
  "a.reshape(b.shape)",
  "F.scaledDotProductAttention(a, b, b)",
  "cdist(a, b)",
  "where(a.gt(0), a, b)",
  "maximum(a, b)",
);

test("random calls that fail have changes that run, with the stated shapes", { timeout: 60_000 }, () => {
  let fixes = 0;
  fc.assert(
    fc.property(shapes, shapes, calls, (a, b, call) => {
      const setup = `let a = randn([${a.join(", ")}]);\nlet b = randn([${b.join(", ")}]);`;
      let explanation: t.inspect.ErrorExplanation;
      try {
        run(setup, call);
        return;
      } catch (error) {
        if (!(error instanceof t.ShapeError || error instanceof t.DTypeError || error instanceof t.IndexError)) return;
        explanation = t.inspect.explainError(error);
      }
      for (const { code: changed, shape } of explanation.fixes) {
        fixes++;
        expect(runFix(setup, call, changed), `${setup}\n${call}\n${changed}`).toEqual(shape);
      }
    }),
    { numRuns: 600, seed: 11 },
  );
  expect(fixes).toBeGreaterThan(200);
});

test("the text of the error stays as it is, and the tape up to the failed op can be looked at", () => {
  const x = t.randn([4, 3]).requiresGrad_();
  const h = x.mul(2).relu();
  let error: unknown = null;
  try {
    h.matmul(t.randn([4, 3]));
  } catch (e) {
    error = e;
  }
  expect((error as Error).message).toBe("matmul: inner sizes must agree ([m, k] @ [k, n]), but got [4, 3] and [4, 3]");
  const explanation = t.inspect.explainError(error);
  expect(explanation.data.tape).toMatchObject({ total: 2, steps: [{ op: "mul", shape: [4, 3] }, { op: "relu" }] });
  expect(explanation.tape?.data.rows.label).toEqual(["×", "relu"]);
  expect(Object.values(explanation.operands)[0]).toBe(h);
  expect(t.inspect.explainError(error), "an error is explained once").toBe(explanation);
});

test("an error inside modules names their path and what the failing one takes", () => {
  class Head extends t.nn.Module {
    fc = new t.nn.Linear(8, 2);
    forward(x: t.Tensor): t.Tensor {
      return this.fc.forward(x);
    }
  }
  const model = new t.nn.Sequential(new t.nn.Linear(4, 6), new t.nn.ReLU(), new Head());
  let error: unknown = null;
  try {
    model.forward(t.randn([5, 4]));
  } catch (e) {
    error = e;
  }
  const { data } = t.inspect.explainError(error);
  expect(data.module).toBe("2.fc");
  expect(data.moduleText).toBe("Linear(8, 2, bias=true)");
  expect(data.operands[0]?.dims).toEqual(["batch", "features"]);
  expect(data.sentence).toContain("6 features (dim 1), 2.fc.weight has 8 features (dim 1)");
  expect(data.tape.steps.map((s) => `${s.op} ${s.scope}`)).toEqual(["linear Sequential/0", "relu Sequential/1"]);
});

test("trying changes computes nothing and changes nothing: buffers, random numbers, modes and tensors stay", () => {
  const bn = new t.nn.BatchNorm1d(3);
  t.manualSeed(5);
  let error: unknown = null;
  try {
    bn.forward(t.zeros([4, 5, 3]));
  } catch (e) {
    error = e;
  }
  const before = [...bn.buffers()].map((b) => b.toArray());
  const { fixes } = t.inspect.explainError(error).data;
  expect(fixes.length).toBeGreaterThan(0);
  expect([...bn.buffers()].map((b) => b.toArray())).toEqual(before);
  const drawn = t.rand([3]).toArray();
  t.manualSeed(5);
  expect(drawn).toEqual(t.rand([3]).toArray());
  expect(bn.training).toBe(true);
  const x = t.zeros([3]);
  try {
    x.add_(t.ones([2, 3]));
  } catch (e) {
    t.inspect.explainError(e);
  }
  expect([x.toArray(), x.version]).toEqual([[0, 0, 0], 0]);
  // a product that would take minutes is not computed
  const large = t.zeros([1]).expand(60_000, 50_000);
  try {
    large.matmul(t.zeros([1]).expand(60_000, 50_000));
  } catch (e) {
    expect(t.inspect.explainError(e).fixes.map((f) => f.shape)).toContainEqual([60_000, 60_000]);
  }
});

test("whatever op refuses its tensors, its error can be explained, drawn and printed", { timeout: 60_000 }, () => {
  const functions = Object.entries(t).filter(
    ([name, f]) => typeof f === "function" && t.operators.has(name) && !/^[A-Z]/.test(name),
  ) as [string, (...args: unknown[]) => unknown][];
  let explained = 0;
  for (const [name, f] of functions)
    for (const args of [
      [t.zeros([2, 3]), t.zeros([4])],
      [t.zeros([5]), 3],
      [[t.zeros([2]), t.zeros([3, 1])], 1],
      [t.zeros([2], { dtype: "bool" }), t.zeros([3], { dtype: "int64" })],
      [t.zeros([]), t.zeros([0, 3])],
    ]) {
      try {
        f(...args);
      } catch (error) {
        const explanation = t.host.explanationOf(error);
        if (explanation === null) continue;
        explained++;
        expect(() => [String(explanation), explanation.bundle(), explanation.tape], name).not.toThrow();
      }
    }
  expect(explained).toBeGreaterThan(500);
});

test("other errors are not explained", () => {
  for (const error of [new Error("x"), null, 3, new t.ShapeError("op", "made by hand", [[2], [3]])])
    expect(() => t.inspect.explainError(error)).toThrow(/expected an error of an op/);
  expect(t.host.explanationOf(new TypeError("x"))).toBe(null);
});

test("fixes say what they would mean", () => {
  expect(fixWords({ code: "a", shape: [2, 3], dtype: "float32", warning: null })).toBe("fits, [2, 3]");
  expect(fixWords({ code: "a", shape: [], dtype: "int64", warning: "drops the decimals" })).toBe(
    "runs, a scalar int64, but drops the decimals",
  );
});

test.each([
  ["F.maxPool2d(x, 2)", "x = randn([8, 8])", "takes [batch, channels, height, width] or [channels, height, width]"],
  ["linalg.inv(x)", "x = randn([2, 3])", "x has 2 rows (dim 0) and 3 columns (dim 1); the two must be equal."],
  ["linalg.solve(x, y)", "x = randn([3, 3]), y = randn([4])", "x has 3 rows (dim 0), y has 4 rows (dim 0)"],
  ["F.prelu(x, w)", "x = randn([2, 3, 5]), w = randn([4])", "x has 3 channels (dim 1), w has 4 channels (dim 0)"],
  ["F.multiMarginLoss(x, y)", 'x = randn([2, 3]), y = zeros([4], { dtype: "int64" })', "y has 4 examples (dim 0)"],
  ["F.embeddingBag(k, w)", 'k = zeros([2, 3], { dtype: "int64" }), w = randn([3])', "takes [entries, width]"],
  [
    "new nn.MultiheadAttention(8, 2).forward(q, k, q)",
    "q = randn([5, 2, 8]), k = randn([5, 2, 7])",
    "k has 7 features (dim 2), and MultiheadAttention takes 8.",
  ],
])("%s names the dimensions", (call, variables, says) => {
  const { data } = explain(`const ${variables};`, call);
  expect(data.sentence).toContain(says);
});
