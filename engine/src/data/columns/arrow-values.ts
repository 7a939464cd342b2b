/** Values of an Arrow column in one record batch, from its buffers. */
import { float16Encoding } from "../../tensor/encoding.ts";
import type { ArrowType } from "./arrow-schema.ts";
import { type Column, type ColumnKind, type ColumnValue, narrowed } from "./table.ts";

/** Buffers of a column in a batch: validity, then offsets and values as the type has them. */
export interface ArrowBuffers {
  readonly length: number;
  readonly nulls: number;
  readonly buffers: readonly Uint8Array[];
}

/** Values of a column in a batch. */
export type Values = ColumnValue[];

/** Returns the kind of the values of a type; `null` if it cannot be read. */
export function kindOf({ name, bits }: ArrowType): ColumnKind | null {
  switch (name) {
    case "int":
      return [8, 16, 32, 64].includes(bits) ? "integer" : null;
    case "time":
      return bits === 32 || bits === 64 ? "integer" : null;
    case "duration":
      return "integer";
    case "float":
      return [16, 32, 64].includes(bits) ? "number" : null;
    case "decimal":
      return [32, 64, 128, 256].includes(bits) ? "number" : null;
    case "null":
      return "number";
    case "bool":
      return "boolean";
    case "utf8":
    case "large utf8":
    case "utf8 view":
      return "text";
    case "date":
    case "timestamp":
      return "timestamp";
    default:
      return null;
  }
}

/** Throws unless a buffer has so many bytes. */
function requireBytes(buffer: Uint8Array | undefined, bytes: number, what: string): DataView {
  const has = buffer?.length ?? 0;
  if (has < bytes) throw new Error(`its ${what} need ${bytes} bytes, but it has ${has}`);
  return new DataView(buffer?.buffer ?? new ArrayBuffer(0), buffer?.byteOffset ?? 0, has);
}

const bit = (view: DataView, i: number): boolean => ((view.getUint8(i >> 3) >> (i & 7)) & 1) === 1;

/** Returns a function that reads integer `i`. */
function integers(view: DataView, bits: number, isSigned: boolean): (i: number) => bigint | number {
  switch (bits) {
    case 8:
      return isSigned ? (i) => view.getInt8(i) : (i) => view.getUint8(i);
    case 16:
      return isSigned ? (i) => view.getInt16(2 * i, true) : (i) => view.getUint16(2 * i, true);
    case 32:
      return isSigned ? (i) => view.getInt32(4 * i, true) : (i) => view.getUint32(4 * i, true);
    default:
      return isSigned ? (i) => view.getBigInt64(8 * i, true) : (i) => view.getBigUint64(8 * i, true);
  }
}

/** Returns a function that reads decimal `i`, of which the words of 64 bits are in rising order. */
function decimals(view: DataView, { bits, scale }: ArrowType): (i: number) => number {
  const factor = 10 ** scale;
  if (bits <= 64) {
    const read = integers(view, bits, true);
    return (i) => Number(read(i)) / factor;
  }
  const words = bits / 64;
  return (i) => {
    let value = view.getBigInt64(8 * (words * (i + 1) - 1), true);
    for (let w = words - 2; w >= 0; w--) value = (value << 64n) | view.getBigUint64(8 * (words * i + w), true);
    return Number(value) / factor;
  };
}

/** Returns a function that reads text `i` by offsets. @throws Error for offsets that fall, or that lie outside. */
function texts(length: number, [, offsets, bytes]: readonly Uint8Array[], isLarge: boolean): (i: number) => string {
  const decoder = new TextDecoder();
  if (length === 0) return () => "";
  const view = requireBytes(offsets, (length + 1) * (isLarge ? 8 : 4), "offsets");
  const offset = (i: number): number => (isLarge ? Number(view.getBigInt64(8 * i, true)) : view.getInt32(4 * i, true));
  const size = bytes?.length ?? 0;
  // no two texts share bytes, so that all of them take no more memory than the buffer
  for (let i = 0; i <= length; i++)
    if (offset(i) < (i === 0 ? 0 : offset(i - 1)) || offset(i) > size)
      throw new Error(`the offset ${offset(i)} of text ${i} falls, or lies behind the ${size} bytes of all texts`);
  return (i) => decoder.decode(bytes.subarray(offset(i), offset(i + 1)));
}

/**
 * Returns a function that reads text `i` by views of 16 bytes: a length, and the text itself up to 12 bytes, or else its beginning, its buffer and its position
 * there.
 */
function viewedTexts(length: number, [, views, ...parts]: readonly Uint8Array[]): (i: number) => string {
  const decoder = new TextDecoder();
  const view = requireBytes(views, 16 * length, "views");
  let total = 0;
  const most = 4 * parts.reduce((sum, part) => sum + part.length, views?.length ?? 0);
  return (i) => {
    const size = view.getInt32(16 * i, true);
    const part = size <= 12 ? views.subarray(16 * i + 4, 16 * i + 16) : parts[view.getInt32(16 * i + 8, true)];
    const start = size <= 12 ? 0 : view.getInt32(16 * i + 12, true);
    if (size < 0 || part === undefined || start < 0 || start + size > part.length)
      throw new Error(`text ${i} lies outside of its buffer`);
    // texts may share bytes, but not so many that they could not have been meant
    if ((total += size) > most) throw new Error("its texts are longer than its buffers");
    return decoder.decode(part.subarray(start, start + size));
  };
}

/** Returns a function that reads value `i` of a type. @throws Error for buffers that are too short. */
function reader(type: ArrowType, { length, buffers }: ArrowBuffers): (i: number) => ColumnValue {
  const { name, bits, isSigned, unit } = type;
  const values = (bytes: number): DataView => requireBytes(buffers[1], bytes, "values");
  switch (name) {
    case "null":
      return () => null;
    case "bool": {
      const view = values(Math.ceil(length / 8));
      return (i) => bit(view, i);
    }
    case "float": {
      const view = values((length * bits) / 8);
      if (bits === 16) return (i) => float16Encoding.at(Uint16Array.of(view.getUint16(2 * i, true)), 0);
      return bits === 32 ? (i) => view.getFloat32(4 * i, true) : (i) => view.getFloat64(8 * i, true);
    }
    case "decimal":
      return decimals(values((length * bits) / 8), type);
    case "utf8":
      return texts(length, buffers, false);
    case "large utf8":
      return texts(length, buffers, true);
    case "utf8 view":
      return viewedTexts(length, buffers);
    default: {
      const read = integers(values((length * bits) / 8), bits, isSigned);
      if (name === "date" || name === "timestamp") return (i) => (Number(read(i)) * unit[0]) / unit[1];
      return (i) => {
        const value = read(i);
        return typeof value === "bigint" ? narrowed(value) : value;
      };
    }
  }
}

/** Returns the values of a column. @throws Error for buffers that are too short. */
export function valuesOf(type: ArrowType, column: ArrowBuffers): Values {
  const { length, nulls, buffers } = column;
  const read = reader(type, column);
  const hasValidity = nulls > 0 && type.name !== "null";
  const validity = hasValidity ? requireBytes(buffers[0], Math.ceil(length / 8), "flags of missing values") : null;
  return Array.from({ length }, (_, i) => (validity !== null && !bit(validity, i) ? null : read(i)));
}

/** Returns the values of a column that refers to a dictionary. @throws Error for indices behind its end. */
export function dictionaryValues(indices: ArrowType, column: ArrowBuffers, dictionary: Values): Values {
  return valuesOf(indices, column).map((index) => {
    if (index === null) return null;
    const value = dictionary[Number(index)];
    if (value === undefined)
      throw new Error(`it refers to entry ${Number(index)} of a dictionary of ${dictionary.length}`);
    return value;
  });
}

/** Returns a column of a table. */
export const columnOf = (name: string, kind: ColumnKind, values: Values, categories: Values | null): Column => ({
  name,
  kind,
  values,
  ...(categories === null || kind !== "text" ? {} : { categories: [...new Set(categories.map(String))] }),
});
