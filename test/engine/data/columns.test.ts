/** Parquet and Arrow files beside the values that pyarrow has in them (make_columns.py), and malformed ones. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { data } from "tapelab";
import { describe, expect, test } from "vitest";
import { expectEditsHandled, expectTruncationErrors } from "../../support/fuzz.ts";
import { inRoot } from "../../support/paths.ts";

type Stored = number | string | boolean | null | { readonly big: string } | { readonly text: string };

const folder = inRoot("test/engine/data/columns");
const fileOf = (name: string): Uint8Array => readFileSync(join(folder, name));
const expected = JSON.parse(gunzipSync(fileOf("columns.json.gz")).toString()) as Readonly<
  Record<string, Readonly<Record<string, readonly Stored[]>>>
>;
const names = readdirSync(folder).filter((name) => !name.endsWith(".gz"));

const read = async (name: string, options: data.ColumnsOptions = {}): Promise<data.ColumnTable> =>
  name.endsWith(".parquet") ? data.parseParquet(fileOf(name), options) : data.parseArrow(fileOf(name), options);

/** Returns a value that JSON cannot hold. */
function valueOf(stored: Stored): unknown {
  if (typeof stored !== "object" || stored === null) return stored;
  return "big" in stored ? BigInt(stored.big) : Number(stored.text === "inf" ? "Infinity" : stored.text);
}

/** Expects that values are equal, numbers up to rounding of the last digits. */
function expectValues(name: string, found: readonly unknown[], stored: readonly Stored[]): void {
  expect(found.length, name).toBe(stored.length);
  found.forEach((value, i) => {
    const wanted = valueOf(stored[i]);
    if (typeof wanted === "number" && Number.isFinite(wanted))
      expect(value, `${name}, row ${i}`).toBeCloseTo(wanted, 6);
    else expect(value, `${name}, row ${i}`).toEqual(wanted);
  });
}

describe.each(names)("%s", (name) => {
  const columns = Object.keys(expected[name]);
  test("all columns have the values of pyarrow", async () => {
    const table = await read(name, { columns });
    expect(table.columns).toEqual(columns);
    for (const column of columns) expectValues(column, table.column(column), expected[name][column]);
  });
  test("chosen columns and rows", async () => {
    const chosen = columns.toReversed().slice(0, 2);
    const n = expected[name][chosen[0]].length;
    for (const [rowStart, rowEnd] of [
      [0, 1],
      [1, n - 1],
      [n - 1, n],
      [Math.min(17, n), Math.min(33, n)],
      [n, n],
    ] as const) {
      const table = await read(name, { columns: chosen, rowStart, rowEnd });
      expect(table.columns).toEqual(chosen);
      expect(table.length).toBe(rowEnd - rowStart);
      for (const column of chosen)
        expectValues(column, table.column(column), expected[name][column].slice(rowStart, rowEnd));
    }
  });
});

describe("as tensors", () => {
  test.each(["snappy.parquet", "lz4.feather"])("%s", async (name) => {
    const table = await read(name);
    const numbers = table.tensor(["f64", "flag"]);
    expect(numbers.dtype).toBe("float32");
    expect(numbers.shape).toEqual([40, 2]);
    expect(numbers.at(3).toArray()).toEqual([Number.NaN, Number.NaN]);
    expect(numbers.at(6, 1).item()).toBe(1);
    expect(numbers.at(10, 0).item()).toBeNaN();
    const big = (await read(name, { columns: ["i64"], rowStart: 0, rowEnd: 3 })).tensor(["i64"], { dtype: "int64" });
    expect(big.toArray()).toEqual([[-(2n ** 63n)], [2n ** 63n - 1n], [0]]);
    const { codes, categories } = table.categories("sort");
    expect(categories.toSorted()).toEqual(["setosa", "versicolor", "virginica"]);
    expect(codes.at(3).item()).toBe(-1);
    expect(categories[codes.at(1).item()]).toBe("virginica");
    expect(table.kind("day")).toBe("timestamp");
    expect(new Date(table.column("zoned")[0] as number).toISOString()).toBe("2024-06-01T00:00:00.000Z");
    expect(() => table.tensor(["text"])).toThrow('column "text" is text; categories("text").codes has it as numbers');
    expect(() => table.tensor(["f64"], { dtype: "int64" })).toThrow('row 2 of column "f64" is -0.9');
    expect(() => table.column("none")).toThrow('no column is called "none"; there are i8, u8');
  });
  test("a dictionary keeps its order", async () => {
    expect((await read("basic.arrow")).categories("sort").categories).toEqual(["setosa", "virginica", "versicolor"]);
    expect((await read("deltas.arrows")).column("word")).toEqual(["a", "b", "c", "a"]);
  });
});

describe("what cannot be read is an error that says what can", () => {
  test.each(["nested.parquet", "nested.feather"])("%s", async (name) => {
    await expect(read(name)).rejects.toThrow(
      /column "list" (is nested|has the type list), which cannot be read; choose others by { columns }/,
    );
    await expect(read(name, { columns: ["z"] })).rejects.toThrow(/no column is called "z"; there are x, /);
    await expect(read(name, { rowStart: 3, rowEnd: 1 })).rejects.toThrow(
      "rowEnd must be an integer of at least rowStart, 3, but got 1",
    );
    await expect(read(name, { columns: ["x"], maxValues: 1 })).rejects.toThrow(
      "are more than the limit of 1 values; raise it by { maxValues }",
    );
  });
  test("the error names the file", async () => {
    await expect(data.readArrow(join(folder, "none.parquet"))).rejects.toThrow(
      /^parseArrow: .*none\.parquet: the file is malformed: message at byte 0/,
    );
    await expect(data.readParquet(join(folder, "basic.arrow"))).rejects.toThrow(
      /^parseParquet: .*basic\.arrow: the file is malformed: it must begin and end with PAR1/,
    );
  });
});

describe("malformed files are errors, and take no more memory than they can hold", () => {
  const filesOf = (pattern: RegExp): Uint8Array[] => names.filter((name) => pattern.test(name)).map(fileOf);
  const readers = [
    { name: "Parquet", read: (bytes: Uint8Array) => data.parseParquet(bytes), files: filesOf(/\.parquet$/) },
    { name: "Arrow", read: (bytes: Uint8Array) => data.parseArrow(bytes), files: filesOf(/\.(feather|arrow)$/) },
  ];
  // a stream may end behind any message
  const streams = {
    name: "Arrow's stream",
    read: (bytes: Uint8Array) => data.parseArrow(bytes),
    files: filesOf(/\.arrows$/),
  };
  test("truncated", () =>
    expectTruncationErrors(readers.map((reader) => ({ ...reader, files: reader.files.slice(0, 4) }))));
  test("with bytes changed, removed and inserted", () => expectEditsHandled([...readers, streams], 2500));
});
