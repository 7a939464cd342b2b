/** Checks that JSON is a tape, so that views can rely on its lengths, indices and types. */
import type { TapeData } from "../../protocol/index.ts";

/** An error in a file of a tape, in a sentence. */
export class TapeFileError extends Error {
  override readonly name: string = "TapeFileError";
}

/** Reports the first thing that is wrong. */
function fail(sentence: string): never {
  throw new TapeFileError(sentence);
}

type Json = Readonly<Record<string, unknown>>;

/** Checks one entry of a column; returns what was expected, or `null` if the entry is right. */
type Check = (entry: unknown) => string | null;

const kindOf = (x: unknown): string => (x === null ? "null" : Array.isArray(x) ? "a list" : `a ${typeof x}`);

function isObject(x: unknown): x is Json {
  return typeof x === "object" && x !== null && !Array.isArray(x);
}

function objectAt(parent: Json, key: string, path = key): Json {
  const value = parent[key];
  return isObject(value)
    ? value
    : fail(`expected ${path} to be an object, but it is ${value === undefined ? "missing" : kindOf(value)}`);
}

/** Returns a list, whose entries have all passed the check, of the given length if there is one. */
function listAt(
  parent: Json,
  key: string,
  path: string,
  check: Check,
  length: number | null = null,
): readonly unknown[] {
  const list = parent[key];
  if (!Array.isArray(list))
    fail(`expected ${path} to be a list, but it is ${list === undefined ? "missing" : kindOf(list)}`);
  if (length !== null && list.length !== length)
    fail(`expected ${path} to have ${length} entries, one for each of its table, but it has ${list.length}`);
  for (let i = 0; i < list.length; i++) {
    const expected = check(list[i]);
    if (expected !== null) fail(`expected ${path}[${i}] to be ${expected}, but it is ${shown(list[i])}`);
  }
  return list;
}

function shown(x: unknown): string {
  const text = JSON.stringify(x) ?? String(x);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

const text: Check = (x) => (typeof x === "string" ? null : "a text");
const count: Check = (x) => (Number.isSafeInteger(x) && (x as number) >= 0 ? null : "a count");
const flag: Check = (x) => (typeof x === "boolean" ? null : "true or false");
const specialNumbers: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity", "-0"]);
const num: Check = (x) =>
  (typeof x === "number" && Number.isFinite(x)) || specialNumbers.has(x)
    ? null
    : 'a number, "NaN", "Infinity", "-Infinity" or "-0"';
const optional =
  (check: Check): Check =>
  (x) =>
    x === null ? null : check(x);
const oneOf =
  (...words: readonly string[]): Check =>
  (x) =>
    words.includes(x as string) ? null : `one of ${words.join(", ")}`;
const index =
  (from: number, to: number): Check =>
  (x) =>
    Number.isSafeInteger(x) && (x as number) >= from && (x as number) < to
      ? null
      : `an index from ${from} to ${to - 1}`;
const list =
  (check: Check, what: string): Check =>
  (x) =>
    Array.isArray(x) && x.every((entry) => check(entry) === null) ? null : what;
const shape: Check = list(count, "a list of sizes");
const states = oneOf("computed", "zero", "notReached", "interrupted", "notRetained", "notRequired", "notRunYet");

/** Checks that an entry refers to an earlier one of its own table, or to none by -1, so that there is no cycle. */
function earlier(entries: readonly unknown[], path: string): void {
  entries.forEach((at, i) => {
    if ((at as number) >= i)
      fail(`expected ${path}[${i}] to refer to an earlier entry or to be -1, but it is ${shown(at)}`);
  });
}

/** Checks statistics in columns, which are all empty if no row has any. */
function checkSummaries(parent: Json, key: string, path: string, rows: number): void {
  const columns = objectAt(parent, key, path);
  const given = columns["count"];
  const length = Array.isArray(given) && given.length === 0 ? 0 : rows;
  for (const [name, check] of Object.entries(summaryColumns)) listAt(columns, name, `${path}.${name}`, check, length);
}

const summaryColumns: Readonly<Record<string, Check>> = {
  count: optional(count),
  min: optional(num),
  max: optional(num),
  mean: optional(num),
  std: optional(num),
  norm: optional(num),
  zeros: count,
  nan: count,
  inf: count,
  histogram: (x) => (typeof x === "string" && /^[0-9a-z]*$/.test(x) && x.length <= 200 ? null : "digits of base 36"),
};

/** Returns the number of cells. */
function checkPlaces(data: Json): number {
  const cells = objectAt(data, "cells");
  const { length } = listAt(cells, "file", "cells.file", text);
  listAt(cells, "id", "cells.id", optional(text), length);
  listAt(cells, "count", "cells.count", optional(count), length);
  if (cells["hash"] !== undefined) listAt(cells, "hash", "cells.hash", optional(text), length);
  if (cells["stale"] !== undefined) listAt(cells, "stale", "cells.stale", flag, length);
  return length;
}

/** Returns a check of a location: cell, line and column. */
const place =
  (cells: number): Check =>
  (x) =>
    Array.isArray(x) && x.length === 3 && index(0, cells)(x[0]) === null && x.slice(1).every((n) => count(n) === null)
      ? null
      : `a location: an index below ${cells}, a line and a column`;

/** Returns the number of frames. */
function checkFrames(data: Json, cells: number): number {
  if (data["frames"] === undefined) return 0;
  const frames = objectAt(data, "frames");
  const { length } = listAt(frames, "name", "frames.name", text);
  listAt(frames, "place", "frames.place", place(cells), length);
  listAt(frames, "hidden", "frames.hidden", count, length);
  earlier(listAt(frames, "caller", "frames.caller", index(-1, length), length), "frames.caller");
  return length;
}

const gridCheck: Check = (x) =>
  x === null ||
  (isObject(x) &&
    count(x["rows"]) === null &&
    count(x["columns"]) === null &&
    num(x["scale"]) === null &&
    typeof x["data"] === "string" &&
    /^[A-Za-z0-9+/]*={0,2}$/.test(x["data"]) &&
    x["data"].length === 4 * Math.ceil(((x["rows"] as number) * (x["columns"] as number)) / 3) &&
    typeof x["exact"] === "boolean")
    ? null
    : "a grid: rows, columns, scale, exact, and a byte for each square";

const savedCheck: Check = (x) =>
  isObject(x) &&
  text(x["name"]) === null &&
  shape(x["shape"]) === null &&
  text(x["dtype"]) === null &&
  count(x["bytes"]) === null
    ? null
    : "a saved tensor: name, shape, dtype, bytes";

const contributionCheck: Check = (x) =>
  isObject(x) && text(x["name"]) === null && num(x["norm"]) === null
    ? gridCheck(x["grid"])
    : "a contribution: name, norm, grid";

const detailCheck: Check = (x) => {
  if (x === null) return null;
  if (!isObject(x)) return "the details of a row, or null";
  const { saved, contributions } = x;
  if (!Array.isArray(saved) || !Array.isArray(contributions))
    return "details with lists of saved tensors and contributions";
  for (const grid of ["value", "gradient", "local"]) {
    const wrong = gridCheck(x[grid]);
    if (wrong !== null) return `details whose ${grid} is ${wrong}`;
  }
  return (
    saved.map(savedCheck).find((wrong) => wrong !== null) ??
    contributions.map(contributionCheck).find((wrong) => wrong !== null) ??
    null
  );
};

/** Checks the tables that rows refer to, then the rows, then what refers to rows. Returns the value as a tape. @throws TapeFileError */
export function checkTape(value: unknown): TapeData {
  if (!isObject(value)) fail(`expected the JSON of a tape, an object, but got ${kindOf(value)}`);
  const { schema } = value;
  if (schema !== 1)
    fail(
      Number.isInteger(schema) && (schema as number) > 1
        ? `this tape was written by a newer version of Tapelab (schema ${shown(schema)})`
        : `expected the JSON of a tape, with "schema": 1, but it has ${schema === undefined ? "no schema" : `"schema": ${shown(schema)}`}`,
    );
  if (typeof value["title"] !== "string") fail("expected title to be a text");
  const cells = checkPlaces(value);
  const frames = checkFrames(value, cells);
  const scopes = objectAt(value, "scopes");
  const scopeCount = listAt(scopes, "name", "scopes.name", text).length;
  listAt(scopes, "kind", "scopes.kind", oneOf("module", "op", "user"), scopeCount);
  if (scopes["type"] !== undefined) listAt(scopes, "type", "scopes.type", text, scopeCount);
  earlier(listAt(scopes, "parent", "scopes.parent", index(-1, scopeCount), scopeCount), "scopes.parent");
  listAt(scopes, "tex", "scopes.tex", text, scopeCount);
  const ops = objectAt(value, "ops");
  const opCount = listAt(ops, "name", "ops.name", text).length;
  for (const key of ["forward", "vjp"]) listAt(ops, key, `ops.${key}`, text, opCount);
  const leaves = objectAt(value, "leaves");
  const leafCount = listAt(leaves, "name", "leaves.name", text).length;
  listAt(leaves, "kind", "leaves.kind", oneOf("parameter", "variable", "constant"), leafCount);
  listAt(leaves, "shape", "leaves.shape", shape, leafCount);
  listAt(leaves, "dtype", "leaves.dtype", text, leafCount);
  const rowCount = checkRows(value, { cells, frames, scopes: scopeCount, ops: opCount, leaves: leafCount });
  const { length } = listAt(value, "details", "details", detailCheck);
  if (length !== 0 && length !== rowCount)
    fail(`expected details to have ${rowCount} entries, one for each row, but it has ${length}`);
  listAt(value, "findings", "findings", (x) =>
    isObject(x) && index(0, rowCount)(x["row"]) === null && text(x["text"]) === null
      ? null
      : `a finding: a row below ${rowCount}, and a text`,
  );
  const totals = objectAt(value, "totals");
  for (const key of ["rows", "omitted", "parameters", "parameterElements", "savedBytes", "findings"])
    if (count(totals[key]) !== null) fail(`expected totals.${key} to be a count, but it is ${shown(totals[key])}`);
  return value as unknown as TapeData;
}

/** Sizes of the tables. */
interface Sizes {
  readonly cells: number;
  readonly frames: number;
  readonly scopes: number;
  readonly ops: number;
  readonly leaves: number;
}

/** Checks the columns of the rows, and returns their number. */
function checkRows(data: Json, sizes: Sizes): number {
  const rows = objectAt(data, "rows");
  const { length } = listAt(rows, "op", "rows.op", index(0, sizes.ops));
  const column = (key: string, check: Check): readonly unknown[] => listAt(rows, key, `rows.${key}`, check, length);
  column("label", text);
  column("scope", index(-1, sizes.scopes));
  const inputs = column(
    "inputs",
    list(index(-sizes.leaves, length), `a list of rows and of leaves, -1 to -${sizes.leaves}`),
  );
  inputs.forEach((of, row) => {
    if ((of as readonly number[]).some((input) => input >= row))
      fail(`expected rows.inputs[${row}] to have earlier rows only, but it has ${shown(of)}`);
  });
  column("shape", shape);
  column("dtype", text);
  column("bytes", count);
  column("saved", count);
  column("site", optional(place(sizes.cells)));
  if (rows["frame"] !== undefined) column("frame", index(-1, sizes.frames));
  column("gradientState", states);
  checkSummaries(rows, "value", "rows.value", length);
  checkSummaries(rows, "gradient", "rows.gradient", length);
  return length;
}
