/** The status table has a row for every function of PyTorch and every entry of its operator database. */
import { readFileSync } from "node:fs";
import * as engine from "tapelab";
import { describe, expect, test } from "vitest";
import { moduleNames, moduleRows } from "../../scripts/docs/module-status.ts";
import { modulePage } from "../../scripts/docs/module-status-text.ts";
import { entryRows, functionRows, names, type Row } from "../../scripts/docs/status.ts";
import { statusPage } from "../../scripts/docs/status-text.ts";
import { inRoot } from "../support/paths.ts";

const spaces = Object.keys(names.functions);
const rowsOf = (space: string): Row[] => functionRows(engine, space);
const find = (space: string, name: string): Row | undefined => rowsOf(space).find((r) => r.name === `${space}.${name}`);

test("every function and every entry has one row, and an excuse says why", () => {
  for (const space of spaces)
    expect(rowsOf(space).map((r) => r.name)).toEqual(names.functions[space].map((n) => `${space}.${n}`));
  expect(entryRows(engine, () => true)).toHaveLength(702);
  expect(entryRows(engine, (e) => e.differentiable)).toHaveLength(540);
  const said = spaces.flatMap(rowsOf).filter((r) => r.status !== "missing");
  expect(said.filter((r) => r.text === "")).toEqual([]);
});

describe("the status of a function", () => {
  test("is read from the registry, the exports and the methods", () => {
    expect(find("torch", "matmul")).toMatchObject({ status: "done", text: "matmul" });
    expect(find("torch", "subtract")).toMatchObject({ status: "alias", text: "subtract", note: "sub" });
    expect(find("special", "expit")).toMatchObject({ status: "alias", text: "special.expit", note: "sigmoid" });
    expect(find("torch", "abs_")).toMatchObject({ status: "done", text: "x.abs_()" });
    expect(find("torch", "squeeze_copy")).toMatchObject({ status: "done", text: 'operators.get("squeezeCopy")' });
    expect(find("torch", "celu_")).toMatchObject({ status: "done", text: "celu_" });
    expect(find("torch", "resize_as_")).toMatchObject({ status: "done", text: "x.resizeAs_()" });
    expect(find("Tensor", "__radd__")).toMatchObject({
      status: "alias",
      text: 'operators.get("__radd__")',
      note: "add",
    });
  });

  test("is an excuse only where nothing answers to the name", () => {
    expect(find("torch", "quantize_per_tensor")).toMatchObject({ status: "excused", text: "quantized tensors" });
    const without = {
      ...engine,
      matmul: undefined,
      operators: new Map([...engine.operators].filter(([n]) => n !== "matmul")),
    };
    const { matmul: _removed, ...rest } = without;
    const row = functionRows(rest as unknown as typeof engine, "torch").find((r) => r.name === "torch.matmul");
    expect(row).toMatchObject({ status: "missing", text: "" });
  });
});

test("the status of an entry is read from the registry and from the stored samples", () => {
  const entry = (name: string): Row | undefined => entryRows(engine, (e) => e.name === name)[0];
  expect(entry("matmul")).toMatchObject({ status: "done", text: "matmul" });
  expect(entry("atan2")).toMatchObject({ status: "done", text: "atan2" });
  expect(entry("sparse.sampled_addmm")).toMatchObject({ status: "excused", text: "sparse layout" });
  expect(entry("cov")?.note).toContain("float32 weights");
});

test("the page in docs is that of today's operators and stored samples", () => {
  const text = readFileSync(inRoot("docs/operators.md"), "utf8");
  expect(text === statusPage(engine), "docs/operators.md is out of date: run npm run operators").toBe(true);
});

test("the floors hold: 455 of the real, dense and public entries, and 90 % of torch's functions that apply", () => {
  const done = (rows: readonly Row[]): number => rows.filter((r) => r.status === "done" || r.status === "alias").length;
  expect(done(entryRows(engine, (e) => e.differentiable))).toBeGreaterThanOrEqual(455);
  const rows = rowsOf("torch");
  expect(done(rows) / rows.filter((r) => r.status !== "excused").length).toBeGreaterThan(0.9);
});

describe("the table of modules", () => {
  const row = (space: string, name: string): Row | undefined =>
    moduleRows(engine, space).find((r) => r.name === `${space}.${name}`);

  test("has a row for every module of PyTorch, and none is missing", () => {
    expect(moduleNames["nn"]).toHaveLength(167);
    expect(moduleRows(engine, "nn").filter((r) => r.status === "missing")).toEqual([]);
    const named = Object.keys(moduleNames).flatMap((space) => moduleRows(engine, space));
    expect(named.filter((r) => r.status !== "missing" && r.text === "")).toEqual([]);
  });

  test("is read from the exports and the stored comparisons", () => {
    expect(row("nn", "LSTM")).toMatchObject({ status: "done", text: "nn.LSTM" });
    expect(row("nn", "LSTM")?.note).toMatch(/^compared \d+ times$/);
    expect(row("nn", "NLLLoss2d")).toMatchObject({ status: "excused", text: "deprecated in PyTorch: NLLLoss" });
    expect(row("nn.Module", "named_parameters")).toMatchObject({ status: "done", text: "namedParameters" });
    expect(row("nn.init", "trunc_normal_")).toMatchObject({ status: "done", text: "nn.init.truncNormal_" });
    expect(row("nn.init", "normal")).toMatchObject({ status: "excused", text: "deprecated in PyTorch: normal_" });
    const { LSTM: _removed, ...rest } = engine.nn;
    const rows = moduleRows({ ...engine, nn: rest } as unknown as typeof engine, "nn");
    expect(rows.find((r) => r.name === "nn.LSTM")).toMatchObject({ status: "missing", text: "" });
  });

  test("is that of today's exports", () => {
    const text = readFileSync(inRoot("docs/modules.md"), "utf8");
    expect(text === modulePage(engine), "docs/modules.md is out of date: run npm run operators").toBe(true);
  });
});
