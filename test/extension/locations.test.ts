/** Code locations in the text of errors and in printed text. */
import { expect, test } from "vitest";
import { findLocations } from "../../extension/src/lab/locations.ts";

const found = (text: string): unknown[] =>
  findLocations(text).map(({ from, to, location }) => [text.slice(from, to), ...Object.values(location)]);

test("finds lines of cells in stack frames and in sentences", () => {
  expect(found("    at f (cell[4]:7:10)\n    at cell[12]:1:1")).toEqual([
    ["cell[4]:7:10", 4, 7, 10],
    ["cell[12]:1:1", 12, 1, 1],
  ]);
  expect(found("at CompileError (cell[3]:2)")).toEqual([["cell[3]:2", 3, 2, 1]]);
  expect(found("was changed in cell [3], line 2, by add_ in cell [4], line 1")).toEqual([
    ["cell [3], line 2", 3, 2, 1],
    ["cell [4], line 1", 4, 1, 1],
  ]);
});

test("finds lines of files, by absolute and relative paths and by URLs", () => {
  expect(found("at boom (/home/ada/my.util.ts:2:15)")).toEqual([
    ["/home/ada/my.util.ts:2:15", "/home/ada/my.util.ts", 2, 15],
  ]);
  expect(found("at file:///home/ada/a%20b/util.mts:2:15")).toEqual([
    ["file:///home/ada/a%20b/util.mts:2:15", "/home/ada/a b/util.mts", 2, 15],
  ]);
  expect(found("(./util.tsx:9)  ../lib/x.cjs:1:2")).toEqual([
    ["./util.tsx:9", "./util.tsx", 9, 1],
    ["../lib/x.cjs:1:2", "../lib/x.cjs", 1, 2],
  ]);
  expect(found(String.raw`at C:\ada\util.ts:3:5`)).toEqual([
    [String.raw`C:\ada\util.ts:3:5`, String.raw`C:\ada\util.ts`, 3, 5],
  ]);
});

test("finds nothing in web addresses, Node's modules and other text with colons", () => {
  for (const text of [
    "https://example.org/a.ts:3:4",
    "node:internal/modules/run_main:107:5",
    "mycell[4]:7:10",
    "cell[x]:1:1",
    "cell[4] = 3",
    "10:42:07",
    "/home/ada/notes.txt:3:4",
    "ratio 3:4",
  ])
    expect(found(text), text).toEqual([]);
});
