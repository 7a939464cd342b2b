/**
 * Arrow's files and streams (arrow.apache.org/docs/format/Columnar.html), which Feather's files of version 2 are. The reader is one of its own because those
 * that exist believe the lengths of a file: a few changed bytes make them
 * allocate or loop without an end.
 */
import { readBytes } from "../../platform/files.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { parsed } from "../parsed.ts";
import { type ArrowField, schemaFields } from "./arrow-schema.ts";
import { type ArrowBuffers, columnOf, dictionaryValues, kindOf, type Values, valuesOf } from "./arrow-values.ts";
import { unpackZstd } from "./codecs.ts";
import { FlatTable } from "./flatbuffer.ts";
import { unpackFrame } from "./lz4.ts";
import { type ColumnsOptions, ColumnTable, checkColumnsOptions, missingColumn, valueLimit } from "./table.ts";

const op = "parseArrow";
const magic = "ARROW1";

/** A message: its kind, its metadata and its body. */
interface Message {
  /** 1 for a schema, 2 for a dictionary, 3 for a batch of records. */
  readonly kind: number;
  readonly header: FlatTable;
  readonly body: Uint8Array;
  /** Position behind the message. */
  readonly end: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads the message at a position; `null` at the end of a stream. @throws Error for one that is malformed. */
function messageAt(file: Uint8Array, position: number): Message | null {
  const what = `message at byte ${position}`;
  const view = viewOf(file);
  const word = (at: number): number => {
    if (at + 4 > file.length) throw new Error(`${what}: the file ends within it`);
    return view.getInt32(at, true);
  };
  if (position === file.length) return null;
  // since version 0.15 a length follows the marker -1
  const isMarked = word(position) === -1;
  const start = position + (isMarked ? 8 : 4);
  const length = word(start - 4);
  if (length === 0) return null;
  if (length < 0 || start + length > file.length)
    throw new Error(`${what}: its metadata claim ${length} bytes, but ${file.length - start} are left`);
  const message = new FlatTable(viewOf(file.subarray(start, start + length)), 0, what);
  const size = message.long(10, 0);
  const end = start + length + size;
  if (end > file.length)
    throw new Error(`${what}: its body claims ${size} bytes, but ${file.length - start - length} are left`);
  if (message.integer(4, 2, 0) < 3) throw new Error(`${what}: versions of Arrow before 0.8 cannot be read`);
  const header = message.table(8, what);
  if (header === null) throw new Error(`${what}: it has no header`);
  return { kind: message.integer(6, 1, 0), header, body: file.subarray(start + length, end), end };
}

/** Returns the messages of a stream, or of a file in the order of its bytes. */
function messagesOf(file: Uint8Array): Message[] {
  const isFile = file.length >= 8 && new TextDecoder("latin1").decode(file.subarray(0, 6)) === magic;
  // a file is a stream behind eight bytes, with a footer that lists positions
  const messages: Message[] = [];
  for (let at = isFile ? 8 : 0; ; ) {
    const message = messageAt(file, at);
    if (message === null) break;
    messages.push(message);
    at = message.end;
  }
  if (isFile && new TextDecoder("latin1").decode(file.subarray(-6)) !== magic)
    throw new Error(`the end: a file must end with ${magic}`);
  return messages;
}

/** Unpacks buffers within a limit of bytes for the whole file. */
class Unpacker {
  #left: number;
  constructor(limit: number) {
    this.#left = limit;
  }

  /** Returns the buffers of a batch: positions in its body, compressed or not. @throws Error for those that lie outside. */
  buffers(batch: FlatTable, body: Uint8Array): Uint8Array[] {
    const compression = batch.table(10, "compression");
    const codec = compression === null ? null : compression.integer(4, 1, 0);
    return batch.vector(8, 16).map((at) => {
      const [offset, length] = [batch.longAt(at), batch.longAt(at + 8)];
      if (offset + length > body.length)
        throw new Error(`a buffer lies at bytes ${offset} to ${offset + length} of a body of ${body.length}`);
      const part = body.subarray(offset, offset + length);
      return codec === null || length === 0 ? part : this.#unpack(part, codec);
    });
  }

  #unpack(part: Uint8Array, codec: number): Uint8Array {
    if (part.length < 8) throw new Error("a compressed buffer has no length");
    const size = Number(viewOf(part).getBigInt64(0, true));
    const packed = part.subarray(8);
    if (size === -1) return packed;
    if (size < 0 || size > this.#left)
      throw new Error(
        `a compressed buffer claims ${size} bytes, more than the limit; raise it by { maxValues } for a file that you trust`,
      );
    this.#left -= size;
    if (codec === 0) return unpackFrame(packed, size);
    if (codec === 1) return unpackZstd(packed, size);
    throw new Error(`there is no compression ${codec}`);
  }
}

/** Returns the lengths and buffers of the columns of a batch. */
function columnsOf(fields: readonly ArrowField[], batch: FlatTable, buffers: readonly Uint8Array[]): ArrowBuffers[] {
  const nodes = batch.vector(6, 16).map((at) => [batch.longAt(at), batch.longAt(at + 8)]);
  const variadic = batch.vector(12, 8).map((at) => batch.longAt(at));
  let [node, buffer, list] = [0, 0, 0];
  const take = (field: ArrowField): ArrowBuffers => {
    const [length, nulls] = nodes[node++] ?? [];
    // views have two buffers, and then as many as the batch says
    const count = field.buffers >= 0 ? field.buffers : 2 + (variadic[list++] ?? 0);
    const own = buffers.slice(buffer, (buffer += count));
    if (length === undefined || own.length !== count) throw new Error(`column "${field.name}" lacks buffers`);
    for (const child of field.children) take(child);
    return { length, nulls, buffers: own };
  };
  return fields.map(take);
}

/** Decodes the chosen columns of all batches. */
function decode(file: Uint8Array, options: ColumnsOptions): ColumnTable {
  const limit = valueLimit(options, file);
  const { rowStart = 0, rowEnd = Infinity } = options;
  const [first, ...messages] = messagesOf(file);
  if (first === undefined || first.kind !== 1) throw new Error("the first message must be a schema");
  const fields = schemaFields(first.header);
  const names = fields.map(({ name }) => name);
  const chosen = (options.columns ?? names).map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw missingColumn(op, name, names);
    const kind = kindOf(fields[at].type);
    if (kind === null)
      throw new ArgumentError(
        op,
        `column "${name}" has the type ${fields[at].type.name}, which cannot be read; choose others by { columns }`,
      );
    return { at, name, kind, field: fields[at] };
  });
  const unpacker = new Unpacker(8 * limit);
  const dictionaries = new Map<number, Values>();
  const columns = chosen.map((): Values[] => []);
  const used = chosen.map(() => new Set<Values>());
  let rows = 0;
  for (const { kind, header, body } of messages) {
    const batch = kind === 2 ? header.table(6, "dictionary") : header;
    if (batch === null || (kind !== 2 && kind !== 3))
      throw new Error(`there is no message of kind ${kind} behind a schema`);
    const length = batch.long(4, 0);
    const count = kind === 2 ? 1 : Math.max(1, fields.length);
    if ((rows + length) * count > limit)
      throw new ArgumentError(
        op,
        `${rows + length} rows of ${count} columns are more than the limit of ${limit} values; raise it by { maxValues } for a file that you trust`,
      );
    const buffers = unpacker.buffers(batch, body);
    if (kind === 2) {
      const id = header.long(4, 0);
      const field = fields.find(({ dictionary }) => dictionary?.id === id);
      // dictionaries of nested columns are not needed
      if (field === undefined || kindOf(field.type) === null) continue;
      const [column] = columnsOf(
        [
          {
            ...field,
            dictionary: null,
            buffers:
              field.type.name === "utf8 view"
                ? -1
                : field.type.name.endsWith("utf8")
                  ? 3
                  : field.type.name === "null"
                    ? 0
                    : 2,
          },
        ],
        batch,
        buffers,
      );
      if (column.length !== length)
        throw new Error(`a dictionary has ${length} entries, but its values are ${column.length}`);
      const values = valuesOf(field.type, column);
      dictionaries.set(id, header.integer(8, 1, 0) === 0 ? values : [...(dictionaries.get(id) ?? []), ...values]);
      continue;
    }
    const parts = columnsOf(fields, batch, buffers);
    const [from, to] = [Math.max(0, rowStart - rows), Math.min(length, rowEnd - rows)];
    chosen.forEach(({ at, name, field }, k) => {
      if (parts[at].length !== length)
        throw new Error(`column "${name}" has ${parts[at].length} values in a batch of ${length} rows`);
      if (from >= to) return;
      const dictionary = field.dictionary === null ? null : (dictionaries.get(field.dictionary.id) ?? []);
      if (dictionary !== null) used[k].add(dictionary);
      const values =
        dictionary === null || field.dictionary === null
          ? valuesOf(field.type, parts[at])
          : dictionaryValues(field.dictionary.indices, parts[at], dictionary);
      columns[k].push(values.slice(from, to));
    });
    rows += length;
  }
  return new ColumnTable(
    chosen.map(({ name, kind }, k) => {
      const [dictionary] = used[k];
      return columnOf(name, kind, columns[k].flat(), used[k].size === 1 ? dictionary : null);
    }),
  );
}

/**
 * Returns the columns of an Arrow file or stream, as pyarrow's `feather.write_feather`, pandas' `to_feather` and Polars' `write_ipc` write them, compressed by
 * LZ4, Zstandard or not at all: integers, floats, decimals, booleans, texts,
 * dates, times and dictionaries of them. Dates and timestamps become milliseconds since 1970-01-01 UTC.
 * @throws ArgumentError for malformed files, for columns of other types unless `columns` leaves them out, for columns that the file does not have, and for more
 * values than the limit.
 * @example
 * const { length } = await data.readArrow("test/engine/data/columns/basic.arrow");
 * length; // 40
 */
export function parseArrow(file: Uint8Array, options: ColumnsOptions = {}): ColumnTable {
  checkColumnsOptions(op, options);
  try {
    return decode(file, options);
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(op, `the file is malformed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Returns the columns of an Arrow file or stream, or of a Feather file, from a path or URL.
 * @throws ArgumentError as `parseArrow` does, with the name of the file; Error if it cannot be read.
 * @example await data.readArrow("table.arrow").catch((error) => error.code); // "ENOENT"
 */
export const readArrow = async (path: string, options: ColumnsOptions = {}): Promise<ColumnTable> =>
  parsed(path, await readBytes(path), (bytes) => parseArrow(bytes, options));
