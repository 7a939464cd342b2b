/** The schema of an Arrow file: names, types and dictionaries of its columns (Schema.fbs of Apache Arrow). */
import type { FlatTable } from "./flatbuffer.ts";

/** Names of the types by their numbers in the format. */
const typeNames = [
  "none",
  "null",
  "int",
  "float",
  "binary",
  "utf8",
  "bool",
  "decimal",
  "date",
  "time",
  "timestamp",
  "interval",
  "list",
  "struct",
  "union",
  "fixed-size binary",
  "fixed-size list",
  "map",
  "duration",
  "large binary",
  "large utf8",
  "large list",
  "run-end encoded",
  "binary view",
  "utf8 view",
  "list view",
  "large list view",
] as const;

export type ArrowTypeName = (typeof typeNames)[number];

/** Type of the values of a column. */
export interface ArrowType {
  readonly name: ArrowTypeName;
  /** Bits of an integer, a decimal, or a float. */
  readonly bits: number;
  readonly isSigned: boolean;
  /** Milliseconds of a unit of a date or timestamp, as a fraction. */
  readonly unit: readonly [milliseconds: number, units: number];
  /** Decimal places of a decimal. */
  readonly scale: number;
}

/** A column, or a part of a nested one. */
export interface ArrowField {
  readonly name: string;
  /** Type of the values, also where they are in a dictionary. */
  readonly type: ArrowType;
  /** The dictionary of the values, with the type of the indices. */
  readonly dictionary: { readonly id: number; readonly indices: ArrowType } | null;
  /** Number of buffers of the field without its children; -1 for one before a list of further ones. */
  readonly buffers: number;
  readonly children: readonly ArrowField[];
}

/** The deepest nesting that is read. */
const maxDepth = 32;

/** Milliseconds of seconds, milliseconds, microseconds and nanoseconds, by the numbers of these units. */
const timeUnits = [
  [1000, 1],
  [1, 1],
  [1, 1000],
  [1, 1_000_000],
] as const;

const plain: Readonly<Omit<ArrowType, "name">> = { bits: 0, isSigned: true, unit: [1, 1], scale: 0 };

/** Reads an integer type. */
const integerType = (table: FlatTable | null): ArrowType => ({
  ...plain,
  name: "int",
  bits: table?.integer(4, 4, 0) ?? 32,
  isSigned: (table?.integer(6, 1, 0) ?? 1) !== 0,
});

/** Reads the type of a field. */
function typeOf(field: FlatTable, what: string): ArrowType {
  const number = field.integer(8, 1, 0);
  const name = typeNames[number] ?? "none";
  const table = field.table(10, what);
  if (name === "int") return integerType(table);
  const unit = (fallback: number): number => table?.integer(4, 2, fallback) ?? fallback;
  switch (name) {
    case "float":
      return { ...plain, name, bits: [16, 32, 64][unit(0)] ?? 0 };
    case "decimal":
      return { ...plain, name, bits: table?.integer(8, 4, 128) ?? 128, scale: table?.integer(6, 4, 0) ?? 0 };
    case "date":
      return unit(1) === 0 ? { ...plain, name, bits: 32, unit: [86_400_000, 1] } : { ...plain, name, bits: 64 };
    case "timestamp":
      return { ...plain, name, bits: 64, unit: timeUnits[unit(0)] ?? [1, 1] };
    case "time":
      return { ...plain, name, bits: table?.integer(6, 4, 32) ?? 32 };
    case "duration":
      return { ...plain, name, bits: 64 };
    default:
      return { ...plain, name };
  }
}

/** Returns the number of buffers of a type: validity, values, and offsets where the values have different lengths. */
function bufferCount(field: FlatTable, name: ArrowTypeName, what: string): number {
  switch (name) {
    case "null":
    case "run-end encoded":
      return 0;
    case "struct":
    case "fixed-size list":
      return 1;
    case "union":
      return field.table(10, what)?.integer(4, 2, 0) === 1 ? 2 : 1;
    case "binary view":
    case "utf8 view":
      return -1;
    case "binary":
    case "utf8":
    case "large binary":
    case "large utf8":
    case "list view":
    case "large list view":
      return 3;
    default:
      return 2;
  }
}

/** Reads the fields of a schema. @throws Error for one that is malformed, or that is nested too deeply. */
export function schemaFields(schema: FlatTable): ArrowField[] {
  if (schema.integer(4, 2, 0) !== 0) throw new Error("schema: big-endian files cannot be read");
  const read = (field: FlatTable, depth: number): ArrowField => {
    const name = field.text(4);
    const what = `field "${name}"`;
    if (depth > maxDepth) throw new Error(`${what}: it is nested more than ${maxDepth} times`);
    const type = typeOf(field, what);
    const encoding = field.table(12, what);
    return {
      name,
      type,
      dictionary: encoding === null ? null : { id: encoding.long(4, 0), indices: integerType(encoding.table(6, what)) },
      buffers: encoding === null ? bufferCount(field, type.name, what) : 2,
      children: encoding === null ? field.tables(14, what).map((child) => read(child, depth + 1)) : [],
    };
  };
  return schema.tables(6, "schema").map((field) => read(field, 0));
}
