/**
 * Checks of the pages of a Parquet column, so that hyparquet decodes nothing that would make it allocate or loop without an end: a run of equal values takes a
 * few bytes, however many values it claims.
 */
import { snappyUncompress } from "hyparquet/src/snappy.js";
import { unpackGzip, unpackZstd } from "./codecs.ts";
import { unpackBlock } from "./lz4.ts";
import { numberOf, structOf, ThriftReader } from "./thrift.ts";

/** Decompression by the names of codecs. */
type Decompress = (input: Uint8Array, size: number) => Uint8Array;

/** Returns a function that unpacks into `size` bytes. */
const into =
  (unpack: (input: Uint8Array, out: Uint8Array) => unknown): Decompress =>
  (input, size) => {
    const out = new Uint8Array(size);
    unpack(input, out);
    return out;
  };

/** The codecs of pages that can be read. */
export const compressors: Readonly<Record<"SNAPPY" | "GZIP" | "ZSTD" | "LZ4_RAW", Decompress>> = {
  SNAPPY: into(snappyUncompress),
  GZIP: unpackGzip,
  ZSTD: unpackZstd,
  LZ4_RAW: into((input, out) => {
    const end = unpackBlock(input, out, 0);
    if (end !== out.length) throw new Error(`a page unpacks to ${end} bytes instead of ${out.length}`);
  }),
};

/** A part of a column: the pages of a group of rows. */
export interface Chunk {
  readonly column: string;
  readonly bytes: Uint8Array;
  /** Position of the bytes in the file, for messages. */
  readonly start: number;
  readonly codec: string;
  readonly type: string;
  readonly rows: number;
  readonly isOptional: boolean;
  /** Length of values of fixed-length bytes. */
  readonly width: number;
}

/** Bytes of values of fixed lengths, by type. */
const widths: Readonly<Record<string, number>> = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8, INT96: 12 };

/**
 * Walks through runs of equal or packed values, of `bits` bits each. Returns the number of runs' values that equal 1.
 * @throws Error unless there are `count` values, up to seven that fill the last group apart.
 */
function checkRuns(bytes: Uint8Array, bits: number, count: number): number {
  let at = 0;
  let ones = 0;
  const byte = (): number => {
    if (at >= bytes.length) throw new Error("its runs end early");
    return bytes[at++];
  };
  for (let seen = 0; seen < count; ) {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      if (shift > 28) throw new Error("the head of a run has more than 32 bits");
      head += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) break;
    }
    const length = Math.floor(head / 2);
    if (length === 0) throw new Error("a run is empty");
    if (head % 2 === 1) {
      const size = length * bits;
      if (at + size > bytes.length) throw new Error(`a run claims ${size} bytes, but ${bytes.length - at} are left`);
      if (8 * length >= count - seen + 8)
        throw new Error(`a run claims ${8 * length} values, but ${count - seen} are left`);
      if (bits === 1)
        for (let i = 0; i < Math.min(8 * length, count - seen); i++) ones += (bytes[at + (i >> 3)] >> (i & 7)) & 1;
      at += size;
      seen += 8 * length;
    } else {
      if (length > count - seen) throw new Error(`a run claims ${length} values, but ${count - seen} are left`);
      let value = 0;
      for (let i = 0; i < bits; i += 8) value += byte() * 2 ** i;
      if (value === 1) ones += length;
      seen += length;
    }
  }
  return ones;
}

/** Returns the part of `bytes` behind a length of four bytes, and where it ends. */
function prefixed(bytes: Uint8Array): readonly [part: Uint8Array, end: number] {
  if (bytes.length < 4) throw new Error("it ends before the length of its runs");
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (length > bytes.length - 4) throw new Error(`its runs claim ${length} bytes, but ${bytes.length - 4} are left`);
  return [bytes.subarray(4, 4 + length), 4 + length];
}

/** Checks the head of differences, of which each block has as many parts as it says. */
function checkDeltas(bytes: Uint8Array): void {
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (at >= bytes.length) throw new Error("it ends within the head of its differences");
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  const [block, parts] = [next(), next()];
  if (parts === 0 || parts > bytes.length || block % parts !== 0 || block > 2 ** 20)
    throw new Error(`its differences have blocks of ${block} in ${parts} parts`);
}

/** Checks values of an encoding, by its number in the format. */
function checkValues(bytes: Uint8Array, encoding: number, count: number, { type, width }: Chunk): void {
  const each = type === "FIXED_LEN_BYTE_ARRAY" ? width : widths[type];
  const need = (size: number): void => {
    if (size > bytes.length) throw new Error(`its ${count} values need ${size} bytes, but it has ${bytes.length}`);
  };
  if (count === 0) return;
  if (encoding === 0) {
    if (type === "BOOLEAN") need(Math.ceil(count / 8));
    else need(count * (each ?? 4));
  } else if (encoding === 2 || encoding === 8) {
    need(1);
    if (bytes[0] > 32) throw new Error(`its indices have ${bytes[0]} bits`);
    if (bytes[0] > 0) checkRuns(bytes.subarray(1), bytes[0], count);
  } else if (encoding === 3 && type === "BOOLEAN") checkRuns(prefixed(bytes)[0], 1, count);
  else if (encoding === 5 || encoding === 6) checkDeltas(bytes);
  else if (encoding === 9) need(count * (each ?? Infinity));
  else
    throw new Error(`values of encoding ${encoding} cannot be read; write the file with plain or dictionary encoding`);
}

/** Checks a page, and returns its number of values. */
function checkPage(chunk: Chunk, header: ReturnType<ThriftReader["struct"]>, body: Uint8Array, size: number): number {
  const unpack = (part: Uint8Array, length: number): Uint8Array => {
    if (chunk.codec === "UNCOMPRESSED") return part;
    const page = compressors[chunk.codec as keyof typeof compressors](part, length);
    if (page.length !== length) throw new Error(`it unpacks to ${page.length} bytes instead of ${length}`);
    return page;
  };
  const [v1, dictionary, v2] = [structOf(header, 5), structOf(header, 7), structOf(header, 8)];
  const count = (struct: NonNullable<typeof v1>, most: number): number => {
    const n = numberOf(struct, 1) ?? -1;
    if (n < 0 || n > most) throw new Error(`it claims ${n} values, but its group of rows has ${most}`);
    return n;
  };
  const kind = numberOf(header, 1);
  if (kind === 2 && dictionary !== null) {
    const page = unpack(body, size);
    checkValues(page, 0, count(dictionary, page.length * 8), chunk);
    return 0;
  }
  if (kind === 0 && v1 !== null) {
    const n = count(v1, chunk.rows);
    const page = unpack(body, size);
    const [levels, start] = chunk.isOptional ? prefixed(page) : [null, 0];
    const present = levels === null ? n : checkRuns(levels, 1, n);
    checkValues(page.subarray(start), numberOf(v1, 2) ?? -1, present, chunk);
    return n;
  }
  if (kind === 3 && v2 !== null) {
    const n = count(v2, chunk.rows);
    const levels = numberOf(v2, 5) ?? 0;
    if ((numberOf(v2, 6) ?? 0) !== 0 || levels < 0 || levels > Math.min(body.length, size))
      throw new Error(`its levels claim ${levels} bytes`);
    const present = chunk.isOptional ? checkRuns(body.subarray(0, levels), 1, n) : n;
    if (present !== n - (numberOf(v2, 2) ?? 0))
      throw new Error(`it claims ${numberOf(v2, 2)} missing values, but it has ${n - present}`);
    const part = body.subarray(levels);
    checkValues(v2.get(7) === false ? part : unpack(part, size - levels), numberOf(v2, 4) ?? -1, present, chunk);
    return n;
  }
  throw new Error(`there is no page of kind ${kind}`);
}

/** Checks the pages of a column. @throws Error for pages that are malformed, or that unpack to more bytes than `limit`. Returns the bytes that they unpack to. */
export function checkPages(chunk: Chunk, limit: number): number {
  const { bytes, column, start, rows } = chunk;
  if (chunk.codec !== "UNCOMPRESSED" && !(chunk.codec in compressors))
    throw new Error(
      `column "${column}": compression by ${chunk.codec} cannot be read; write the file with snappy, gzip, zstd or lz4`,
    );
  let values = 0;
  let total = 0;
  for (let at = 0; values < rows; ) {
    const where = `page of column "${column}" at byte ${start + at}`;
    if (at >= bytes.length) throw new Error(`${where}: there are pages of ${values} values for ${rows} rows`);
    const reader = new ThriftReader(bytes, at);
    const header = reader.struct();
    const [size, packed] = [numberOf(header, 2) ?? -1, numberOf(header, 3) ?? -1];
    if (packed < 0 || packed > bytes.length - reader.position)
      throw new Error(`${where}: it claims ${packed} bytes, but ${bytes.length - reader.position} are left`);
    total += size;
    if (size < 0 || total > limit)
      throw new Error(`${where}: it claims to unpack to ${size} bytes, beyond the limit of ${limit} for the file`);
    try {
      values += checkPage(chunk, header, bytes.subarray(reader.position, reader.position + packed), size);
    } catch (error) {
      throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    at = reader.position + packed;
  }
  if (values !== rows) throw new Error(`column "${column}" has ${values} values in a group of ${rows} rows`);
  return total;
}
