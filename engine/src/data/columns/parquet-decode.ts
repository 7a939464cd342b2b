/** Decoding of Parquet (by hyparquet). Metadata and pages are checked before. */
import type { ColumnData, FileMetaData, ParquetParsers, SchemaElement } from "hyparquet";
import { parquetMetadata } from "hyparquet/src/metadata.js";
import { parquetRead } from "hyparquet/src/read.js";
import { ArgumentError } from "../../tensor/errors.ts";
import { type Chunk, checkPages, compressors } from "./parquet-pages.ts";
import {
  type ColumnKind,
  type ColumnsOptions,
  ColumnTable,
  type ColumnValue,
  missingColumn,
  narrowed,
  valueLimit,
} from "./table.ts";
import { numberOf, structsOf, ThriftReader } from "./thrift.ts";

const op = "parseParquet";

/** Times as milliseconds since 1970-01-01 UTC, and JSON as text. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => Number(value),
  timestampFromMicroseconds: (value: bigint) => Number(value) / 1e3,
  timestampFromNanoseconds: (value: bigint) => Number(value) / 1e6,
  dateFromDays: (value: number) => value * 86_400_000,
  jsonFromBytes: (value: Uint8Array) => new TextDecoder().decode(value),
} as unknown as ParquetParsers;

/** Checks the metadata at the end of a file, and returns where they begin. */
function checkMetadata(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isMagic = (at: number): boolean => view.getUint32(at, true) === 0x31524150;
  if (file.length < 12 || !isMagic(0) || !isMagic(file.length - 4)) throw new Error("it must begin and end with PAR1");
  const length = view.getUint32(file.length - 8, true);
  const start = file.length - 8 - length;
  if (start < 4) throw new Error(`the metadata claim ${length} bytes of a file of ${file.length}`);
  const metadata = new ThriftReader(file.subarray(0, file.length - 8), start).struct();
  // the schema lists the elements of a tree in the order of a walk, each with its number of children
  const schema = structsOf(metadata, 2);
  let open = 1;
  schema.forEach((element, i) => {
    const children = numberOf(element, 5) ?? 0;
    if (open === 0 || children < 0 || children > schema.length - i - 1)
      throw new Error(`element ${i} of the schema claims ${children} children`);
    open += children - 1;
  });
  if (open !== 0) throw new Error("the schema ends early");
  return start;
}

/** Returns the elements of the columns that are not nested, by name; `null` for those that are. */
function topLevel({ schema }: FileMetaData): Map<string, SchemaElement | null> {
  const columns = new Map<string, SchemaElement | null>();
  const skip = (i: number): number => {
    let next = i + 1;
    for (let c = 0; c < (schema[i].num_children ?? 0); c++) next = skip(next);
    return next;
  };
  for (let i = 1; i < schema.length; i = skip(i)) {
    const { name, num_children, repetition_type } = schema[i];
    columns.set(name, (num_children ?? 0) > 0 || repetition_type === "REPEATED" ? null : schema[i]);
  }
  return columns;
}

/** Returns the kind of the values of a column. */
function kindOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): ColumnKind {
  if (type === "INT96" || converted === "DATE" || converted?.startsWith("TIMESTAMP") || logical?.type === "TIMESTAMP")
    return "timestamp";
  if (type === "BOOLEAN") return "boolean";
  if (converted === "DECIMAL" || logical?.type === "FLOAT16" || type === "FLOAT" || type === "DOUBLE") return "number";
  if (type === "INT32" || type === "INT64") return "integer";
  return type === "BYTE_ARRAY" || logical?.type === "UUID" ? "text" : "other";
}

/** Checks the chosen columns of all groups of rows that are read, and returns the number of rows of the file. */
function checkColumns(
  file: Uint8Array,
  metadata: FileMetaData,
  chosen: ReadonlyMap<string, SchemaElement>,
  end: number,
  options: ColumnsOptions,
): number {
  const limit = valueLimit(options, file);
  const { rowStart = 0, rowEnd = Infinity } = options;
  let rows = 0;
  let bytes = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    if (!Number.isSafeInteger(count) || count < 0) throw new Error(`a group claims ${group.num_rows} rows`);
    const from = rows;
    rows += count;
    if (rows * Math.max(1, chosen.size) > limit)
      throw new ArgumentError(
        op,
        `${rows} rows of ${chosen.size} columns are more than the limit of ${limit} values; raise it by { maxValues } for a file that you trust`,
      );
    if (count === 0 || rows <= rowStart || from >= rowEnd) continue;
    const seen = new Set<string>();
    for (const { meta_data: meta } of group.columns) {
      const name = meta?.path_in_schema[0] ?? "";
      const element = chosen.get(name);
      if (meta === undefined || element === undefined) continue;
      if (seen.has(name) || meta.path_in_schema.length !== 1 || meta.type !== element.type)
        throw new Error(`column "${name}" of a group differs from the schema`);
      seen.add(name);
      const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
      const length = Number(meta.total_compressed_size);
      if (!(start >= 4) || !(length >= 0) || start + length > end)
        throw new Error(`column "${name}" lies at bytes ${start} to ${start + length} of ${end}`);
      const chunk: Chunk = {
        column: name,
        bytes: file.subarray(start, start + length),
        start,
        codec: meta.codec,
        type: meta.type,
        rows: count,
        isOptional: element.repetition_type === "OPTIONAL",
        width: element.type_length ?? 0,
      };
      bytes += checkPages(chunk, 16 * limit - bytes);
    }
    if (seen.size !== chosen.size) throw new Error(`a group of rows lacks columns: it has ${[...seen].join(", ")}`);
  }
  return rows;
}

/** Returns the values of a column from its parts, each with the rows that it has. */
function valuesOf(name: string, parts: readonly ColumnData[], from: number, to: number): ColumnValue[] {
  const values = new Array<ColumnValue>(to - from);
  let count = 0;
  for (const { columnData, rowStart } of parts)
    for (let i = Math.max(0, from - rowStart); i < columnData.length && rowStart + i < to; i++) {
      const value = (columnData as ArrayLike<ColumnValue | undefined>)[i];
      if (value === undefined)
        throw new Error(`row ${rowStart + i + 1} of column "${name}" refers to no entry of its dictionary`);
      values[rowStart + i - from] = typeof value === "bigint" ? narrowed(value) : value;
      count++;
    }
  if (count !== to - from) throw new Error(`column "${name}" has ${count} values for ${to - from} rows`);
  return values;
}

/**
 * Returns the chosen columns and rows of a file.
 * @throws Error for malformed files; ArgumentError for columns that cannot be read and for more values than the limit.
 */
export async function decodeParquet(file: Uint8Array, options: ColumnsOptions): Promise<ColumnTable> {
  const end = checkMetadata(file);
  // a copy of its own, as a file may be a part of a larger buffer
  const bytes = new Uint8Array(file).buffer;
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  const all = topLevel(metadata);
  const names = options.columns ?? [...all.keys()];
  const chosen = new Map<string, SchemaElement>();
  for (const name of names) {
    const element = all.get(name);
    if (element === undefined) throw missingColumn(op, name, [...all.keys()]);
    if (element === null)
      throw new ArgumentError(op, `column "${name}" is nested, which cannot be read; choose others by { columns }`);
    chosen.set(name, element);
  }
  const rows = checkColumns(file, metadata, chosen, end, options);
  const from = Math.min(options.rowStart ?? 0, rows);
  const to = Math.min(options.rowEnd ?? rows, rows);
  const parts = new Map(names.map((name) => [name, [] as ColumnData[]]));
  if (names.length > 0 && from < to)
    await parquetRead({
      file: { byteLength: bytes.byteLength, slice: (start, stop) => bytes.slice(start, stop) },
      metadata,
      columns: [...chosen.keys()],
      rowStart: from,
      rowEnd: to,
      compressors,
      parsers,
      geoparquet: false,
      onChunk: (part) => parts.get(part.columnName)?.push(part),
    });
  return new ColumnTable(
    [...chosen].map(([name, element]) => ({
      name,
      kind: kindOf(element),
      values: valuesOf(name, parts.get(name) ?? [], from, to),
    })),
  );
}
