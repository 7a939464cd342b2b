/** Files of whole tapes: what is written is read, and what is damaged is refused in a sentence. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, manualSeed, nn, randn, scope, type Tensor, tape, tensor } from "tapelab";
import {
  checkTape,
  initiallyFolded,
  jsonChunks,
  LazyList,
  lanesOf,
  linesOf,
  matchRows,
  parseQuery,
  readTape,
  readTapeBytes,
  searchFilters,
  type TapeData,
  TapeFileError,
  tapeSvg,
  tapeText,
} from "tapelab/view";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setWatch } from "../../../engine/src/tape/watch/watch.ts";
import { fc } from "../../support/random.ts";

const folder = mkdtempSync(join(tmpdir(), "tapelab-dump-"));
afterAll(() => rmSync(folder, { recursive: true }));

let loss: Tensor;
beforeAll(() => {
  setWatch({ nodes: 200 });
  manualSeed(0);
  const model = new nn.Sequential(new nn.Linear(3, 4), new nn.ReLU(), new nn.Linear(4, 2));
  const out = scope("model", () => model.forward(randn([5, 3])));
  loss = nn.functional.crossEntropy(out.mul(Infinity), tensor([0, 1, 0, 1, 1], { dtype: "int64" }));
  loss.backward();
  setWatch({ nodes: 0 });
});

test.each(["a.tape.json", "b.tape.json.gz"])("%s has all of the tape", async (name) => {
  const path = join(folder, name);
  await inspect.saveTape(loss, path);
  const { data } = await inspect.openTape(path);
  expect(data).toEqual(tape(loss).data);
  expect(readFileSync(path)[0]).toBe(name.endsWith("gz") ? 0x1f : "{".charCodeAt(0));
  expect(readdirSync(folder).filter((f) => f.endsWith(".part"))).toEqual([]);
});

test("a file has the rows that a notebook leaves out", async () => {
  let x: Tensor = tensor([1, 2], { requiresGrad: true });
  for (let i = 0; i < 20_000; i++) x = x.add(1);
  const path = join(folder, "long.tape.json.gz");
  await inspect.saveTape(x, path);
  const { data } = await inspect.openTape(path);
  expect(data.rows.op).toHaveLength(20_000);
  expect(data.totals.omitted).toBe(0);
  expect(tape(x).data.totals.omitted).toBeGreaterThan(0);
});

test("paths, missing files and tensors without a tape are refused", async () => {
  await expect(inspect.saveTape(loss, join(folder, "a.json"))).rejects.toThrow(
    "saveTape: expected a path that ends in .tape.json",
  );
  await expect(inspect.saveTape(tensor([1]), join(folder, "a.tape.json"))).rejects.toThrow("nothing was recorded");
  await expect(inspect.saveTape(loss, join(folder, "no", "a.tape.json"))).rejects.toThrow("ENOENT");
  await expect(inspect.openTape(join(folder, "none.tape.json"))).rejects.toThrow("ENOENT");
  const bad = join(folder, "bad.tape.json");
  writeFileSync(bad, "{}");
  await expect(inspect.openTape(bad)).rejects.toThrow(/openTape: ".*bad.tape.json": expected the JSON of a tape/);
});

test.each([
  ["", "the file is empty"],
  ["{", "the file is no JSON"],
  ["[]", "expected the JSON of a tape, an object, but got a list"],
  ["null", "but got null"],
  ['{"schema":2}', "written by a newer version"],
  ['{"schema":"1"}', '"schema": "1"'],
])("%s is refused", (text, sentence) => {
  expect(() => readTape(text)).toThrow(TapeFileError);
  expect(() => readTape(text)).toThrow(sentence);
});

/** Fields that are replaced, by what, and what the error says. */
const changes: readonly (readonly [string, unknown, string])[] = [
  ["rows", undefined, "expected rows to be an object, but it is missing"],
  ["rows.label", [], "expected rows.label to have"],
  ["rows.op.0", 99, "expected rows.op[0] to be an index from 0"],
  ["rows.inputs.1", [1], "expected rows.inputs[1] to have earlier rows only"],
  ["rows.inputs.1", [-99], "expected rows.inputs[1] to be a list of rows and of leaves"],
  ["scopes.parent.1", 1, "expected scopes.parent[1] to refer to an earlier entry"],
  ["rows.gradient.norm.0", "big", "expected rows.gradient.norm[0] to be a number"],
  ["rows.gradientState.0", "fine", "expected rows.gradientState[0] to be one of computed"],
  ["rows.site.0", [5, 1, 1], "expected rows.site[0] to be a location"],
  ["findings", [{ row: 1000, text: "" }], "expected findings[0] to be a finding"],
  ["details.0.value.data", "!", "expected details[0] to be details whose value is a grid"],
  ["totals.rows", -1, "expected totals.rows to be a count"],
];

test.each(changes)("%s that is %j is named", (path, by, sentence) => {
  const copy = structuredClone(tape(loss).data);
  const keys = path.split(".");
  const last = keys.pop() as string;
  const parent = keys.reduce<unknown>((object, key) => (object as Record<string, unknown>)[key], copy);
  (parent as Record<string, unknown>)[last] = by;
  expect(() => checkTape(copy)).toThrow(sentence);
});

test("compressed bytes that are cut off, and bytes that are no text, are refused", async () => {
  const path = join(folder, "cut.tape.json.gz");
  await inspect.saveTape(loss, path);
  const bytes = new Uint8Array(readFileSync(path));
  await expect(readTapeBytes(bytes.subarray(0, bytes.length / 2))).rejects.toThrow(
    "the file is damaged: it cannot be decompressed",
  );
  await expect(readTapeBytes(Uint8Array.from([0x7b, 0xff, 0xfe]))).rejects.toThrow("the file is no text in UTF-8");
  await expect(readTapeBytes(new Uint8Array())).rejects.toThrow("the file is empty");
});

test("JSON in pieces is that of JSON.stringify", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect([...jsonChunks(value)].join("")).toBe(JSON.stringify(value));
    }),
  );
  const long = Array.from({ length: 5001 }, (_, i) => i);
  expect([...jsonChunks({ a: long, b: new LazyList(long), c: new LazyList([]), d: undefined })].join("")).toBe(
    JSON.stringify({ a: long, b: long, c: [] }),
  );
});

/** Draws a tape in all ways that do not need a page. */
function draw(data: TapeData): void {
  const lines = linesOf(data, new Set());
  lanesOf(data, lines);
  lanesOf(data, linesOf(data, initiallyFolded(data)));
  tapeText(data);
  tapeSvg(data);
  for (const { example } of searchFilters) {
    const { query } = parseQuery(example);
    if (query !== null) matchRows(data, query);
  }
}

/** Replaces one value somewhere in a JSON value. */
function mutate(value: unknown, path: readonly number[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (typeof value !== "object" || value === null || first === undefined) return by;
  const keys = Object.keys(value);
  if (keys.length === 0) return by;
  const key = keys[first % keys.length];
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
  copy[key] = mutate(copy[key], rest, by);
  return copy;
}

test("a changed file is refused in a sentence, or it can be drawn", () => {
  const data = tape(loss).data;
  const path = fc.array(fc.nat(40), { minLength: 1, maxLength: 5 });
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, -1, 0, 1, 1e9, 1.5, "", "NaN", [], {}, true, [0, 0, 0], [-1], undefined),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(path, value), { minLength: 1, maxLength: 3 }), (edits) => {
      const changed = edits.reduce<unknown>((all, [at, by]) => mutate(all, at, by), data);
      let read: TapeData;
      try {
        read = readTape(JSON.stringify(changed) ?? "");
      } catch (error) {
        expect(error).toBeInstanceOf(TapeFileError);
        return;
      }
      draw(read);
    }),
    { numRuns: 1500 },
  );
});
