/** Searches of a tape. */

import { scope, tape, tensor } from "tapelab";
import { matchRows, parseQuery, type SearchContext, searchFilters, type TapeData } from "tapelab/view";
import { beforeAll, expect, test } from "vitest";
import { setWatch } from "../../../engine/src/tape/watch/watch.ts";
import { fc } from "../../support/random.ts";

let data: TapeData;

/** Returns the labels of the rows that a search finds. */
function found(text: string, context?: SearchContext): string[] {
  const { query, error } = parseQuery(text);
  if (query === null) throw new Error(error);
  return matchRows(data, query, context).map((row) => data.ops.name[data.rows.op[row]]);
}

beforeAll(() => {
  setWatch({ nodes: 100 });
  const weight = tensor(
    [
      [1, -2],
      [3, 4],
    ],
    { requiresGrad: true },
  ).named("weight");
  const x = tensor([
    [1, 2],
    [3, 5000],
  ]);
  const hidden = scope("encoder", () => scope("layer 1", () => x.matmul(weight).relu()));
  // the rule of log is infinite at 0
  const loss = scope("head", () => hidden.mul(0).log().abs().sum());
  loss.backward();
  setWatch({ nodes: 0 });
  const encoded = tape(loss).data;
  const { rows } = encoded;
  // lines of two cells
  data = {
    ...encoded,
    cells: { file: ["cell[5]", "cell[6]"], id: ["a", "b"], count: [5, 6] },
    rows: { ...rows, site: rows.op.map((_, i) => (i < 3 ? [0, i + 1, 1] : i < 5 ? [1, 2, 3] : null)) },
  };
});

test("words are searched in the names of ops, scopes and tensors", () => {
  expect(found("")).toEqual(["matmul", "relu", "mul", "log", "abs", "sum"]);
  expect(found("ENCODER")).toEqual(["matmul", "relu"]);
  expect(found("weight")).toEqual(["matmul"]);
  expect(found("l")).toContain("relu");
  expect(found("head -sum")).toEqual(["mul", "log", "abs"]);
  expect(found('"layer 1"')).toEqual(["matmul", "relu"]);
});

test("filters find ops, scopes, tensors, types and shapes", () => {
  expect(found("op:matmul")).toEqual(["matmul"]);
  expect(found("op:matmul,sum")).toEqual(["matmul", "sum"]);
  expect(found("op:m*l")).toEqual(["matmul", "mul"]);
  expect(found("-op:m*l scope:encoder")).toEqual(["relu"]);
  expect(found('scope:"layer 1"')).toEqual(["matmul", "relu"]);
  expect(found("scope:encoder.layer*")).toEqual(["matmul", "relu"]);
  expect(found("reads:wei")).toEqual(["matmul"]);
  expect(found("dtype:float32")).toHaveLength(6);
  expect(found("dtype:float64")).toEqual([]);
  expect(found("shape:[]")).toEqual(["sum"]);
  expect(found("shape:2x2 scope:head")).toEqual(["mul", "log", "abs"]);
  expect(found("shape:[2, *]")).toHaveLength(5);
  expect(found("shape:…x2")).toHaveLength(5);
  expect(found("shape:3x2")).toEqual([]);
});

test("values and gradients are found by state and by threshold", () => {
  expect(found("value:>1e3")).toEqual(["matmul", "relu", "log", "abs", "sum"]);
  expect(found("value:<-5 -value:inf")).toEqual([]);
  expect(found("value:inf")).toEqual(["log", "abs", "sum"]);
  expect(found("value:zero")).toEqual(["mul"]);
  expect(found("value:finite")).toEqual(["matmul", "relu", "mul"]);
  expect(found("value:none")).toEqual([]);
  expect(found("grad:nan")).toEqual(["matmul", "relu"]);
  expect(found("grad:inf")).toEqual(["mul"]);
  expect(found("grad:=1")).toEqual(["sum"]);
  expect(found("grad:>=1 grad:<=2")).toEqual(["log", "abs", "sum"]);
});

test("cells, lines, rows, memory and marks", () => {
  expect(found("cell:5")).toEqual(["matmul", "relu", "mul"]);
  expect(found("cell:>5")).toEqual(["log", "abs"]);
  expect(found("cell:5 line:2")).toEqual(["relu"]);
  expect(found("line:2")).toEqual(["relu", "log", "abs"]);
  expect(found("row:2-3")).toEqual(["relu", "mul"]);
  expect(found("row:6")).toEqual(["sum"]);
  expect(found("saved:>0")).toEqual(data.rows.saved.flatMap((b, i) => (b > 0 ? [data.ops.name[data.rows.op[i]]] : [])));
  expect(found("saved:>1GB")).toEqual([]);
  expect(found("is:finding")).toEqual(
    [...new Set(data.findings.map((f) => f.row))].sort((a, b) => a - b).map((r) => data.ops.name[data.rows.op[r]]),
  );
  expect(found("is:pinned")).toEqual([]);
  expect(found("is:pinned", { pinned: new Set([1, 4]) })).toEqual(["relu", "abs"]);
});

test.each([
  ["opp:x", 'There is no filter "opp:".'],
  ["op:", "op: needs a value, such as op:matmul."],
  ["grad:big", "grad: takes nan, inf, zero, finite, none or a threshold such as grad:>1e3, but got"],
  ["value:>", 'value: expected a number after ">"'],
  ["value:>x", 'value: expected a number after ">"'],
  ["cell:two", "cell: expected a number"],
  ["cell:1.5", "cell: expected a number"],
  ["shape:2xa", "shape: expected sizes such as 32x128"],
  ["is:red", "is: knows finding and pinned"],
  ["saved:>1XB", "saved: expected a number"],
  ['scope:"a', "A quotation mark"],
])("%s is refused in words", (text, sentence) => {
  expect(parseQuery(text)).toEqual({ query: null, error: expect.stringContaining(sentence) });
});

test("each filter's example is a search, and a text with a colon can be quoted", () => {
  for (const { example } of searchFilters) expect(parseQuery(example).error).toBeNull();
  expect(found('"opp:x"')).toEqual([]);
});

test("any text is either a search or an error in a sentence", () => {
  const pieces = fc.constantFrom(
    ...searchFilters.flatMap(({ name, example }) => [`${name}:`, example]),
    ...' "-:><=[]x*…,1e3 nan inf'.split(""),
    "\u0000",
    "é",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((p) => p.join("")),
      ),
      (text) => {
        const { query, error } = parseQuery(text);
        if (query === null) expect(error).toMatch(/^.{10,}\.$/s);
        else expect(matchRows(data, query).every((row) => row >= 0 && row < data.rows.op.length)).toBe(true);
      },
    ),
  );
});
