/** `ColumnTable`: columns of different types, as Parquet and Arrow have them. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Kind of the values of a column: `timestamp` for dates and times in milliseconds since 1970-01-01 UTC, `other` for lists, structures and bytes. */
export type ColumnKind = "number" | "integer" | "boolean" | "text" | "timestamp" | "other";

/** A value of a column: `null` where it is missing, and a BigInt for integers beyond 2^53. */
export type ColumnValue = number | bigint | boolean | string | object | null;

/** A column of a `ColumnTable`. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly values: readonly ColumnValue[];
  /** The texts of a dictionary in its order, for a column that has one. */
  readonly categories?: readonly string[];
}

/** Options of `ColumnTable.tensor`. */
export interface ColumnTensorOptions {
  /** float32 by default. float64 has times to the millisecond, and int64 integers beyond 2^53. */
  readonly dtype?: "float32" | "float64" | "int32" | "int64";
}

/** Texts as numbers, as `ColumnTable.categories` returns them. */
export interface Categories {
  /** int64 [rows]: the index of each value among the categories; -1 where it is missing. */
  readonly codes: Tensor;
  readonly categories: readonly string[];
}

const isInteger = (dtype: DType): boolean => dtype.startsWith("int");

/**
 * A table of columns with types, as `readParquet` and `readArrow` return it.
 * @throws ArgumentError for columns of different lengths, and for names that occur twice.
 * @example
 * const table = new data.ColumnTable([
 *   { name: "x", kind: "number", values: [0.5, null] },
 *   { name: "sort", kind: "text", values: ["b", "a"] },
 * ]);
 * table.tensor(["x"]).toArray(); // [[0.5], [NaN]]
 * table.categories("sort").codes.toArray(); // [1, 0]
 */
export class ColumnTable {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Number of rows. */
  readonly length: number;
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(columns: readonly Column[]) {
    checkNew(new.target, arguments);
    const [first] = columns;
    const other = columns.find(({ values }) => values.length !== first.values.length);
    if (other !== undefined)
      throw new ArgumentError(
        "ColumnTable",
        `columns must have equal lengths, but "${first.name}" has ${first.values.length} values and "${other.name}" ${other.values.length}`,
      );
    this.columns = columns.map(({ name }) => name);
    this.length = first?.values.length ?? 0;
    this.#columns = new Map(columns.map((column) => [column.name, column]));
    const twice = this.columns.find((name, i) => this.columns.indexOf(name) !== i);
    if (twice !== undefined) throw new ArgumentError("ColumnTable", `two columns are called "${twice}"`);
  }

  #named(name: string): Column {
    const column = this.#columns.get(name);
    if (column === undefined)
      throw new ArgumentError("ColumnTable", `no column is called "${name}"; there are ${this.columns.join(", ")}`);
    return column;
  }

  /** Returns the kind of a column. @throws ArgumentError for a name that the table does not have. */
  kind(name: string): ColumnKind {
    return this.#named(name).kind;
  }

  /** Returns the values of a column. @throws ArgumentError for a name that the table does not have. */
  column(name: string): ColumnValue[] {
    return [...this.#named(name).values];
  }

  /**
   * Returns columns, by default all, as a tensor [rows, columns]. Booleans become 0 and 1, and missing values NaN.
   * @throws ArgumentError for a column that the table does not have, for columns of text (`categories` makes numbers of them), lists and structures, and for
   * missing values and fractions where the dtype is an
   * integer, with row and column.
   */
  tensor(columns: readonly string[] = this.columns, { dtype = "float32" }: ColumnTensorOptions = {}): Tensor {
    const n = columns.length;
    const wide = dtype === "int64" && columns.some((name) => this.#hasBigInts(name));
    const out = wide ? new BigInt64Array(this.length * n) : new Float64Array(this.length * n);
    columns.forEach((name, j) => {
      const { kind, values } = this.#named(name);
      if (kind === "text")
        throw new ArgumentError(
          "ColumnTable",
          `column "${name}" is text; categories("${name}").codes has it as numbers`,
        );
      if (kind === "other")
        throw new ArgumentError("ColumnTable", `column "${name}" has lists, structures or bytes; leave it out`);
      for (let i = 0; i < this.length; i++) {
        const value = values[i];
        if (isInteger(dtype) && (value === null || !Number.isInteger(Number(value))))
          throw new ArgumentError(
            "ColumnTable",
            `row ${i + 1} of column "${name}" is ${value === null ? "missing" : Number(value)}, which ${dtype} cannot hold; choose a float dtype`,
          );
        if (wide) (out as BigInt64Array)[i * n + j] = BigInt(value as number | bigint | boolean);
        else out[i * n + j] = value === null ? Number.NaN : Number(value);
      }
    });
    return fromArray(out as Float64Array, "int64" === dtype ? "int64" : "float64", [this.length, n]).to(dtype);
  }

  /** Whether a column has integers beyond 2^53. */
  #hasBigInts(name: string): boolean {
    const { kind, values } = this.#named(name);
    return kind === "integer" && values.some((value) => typeof value === "bigint");
  }

  /**
   * Returns a column of text as numbers, with its different texts: those of its dictionary in their order if the file has one, and otherwise all that occur,
   * sorted by code points.
   * @throws ArgumentError for a column that the table does not have, or that is no text.
   */
  categories(name: string): Categories {
    const { kind, values, categories: known } = this.#named(name);
    if (kind !== "text")
      throw new ArgumentError("ColumnTable", `column "${name}" is no text, but of the kind "${kind}"`);
    const texts = values as readonly (string | null)[];
    const categories =
      known ?? [...new Set(texts.filter((text) => text !== null))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const indices = new Map(categories.map((text, i) => [text, i]));
    const codes = Float64Array.from(texts, (text) => (text === null ? -1 : (indices.get(text) ?? -1)));
    return { codes: fromArray(codes, "int64", [codes.length]), categories };
  }
}

/** Options of the readers of Parquet and Arrow files. */
export interface ColumnsOptions {
  /** Names of the columns that are read, in this order; by default all. */
  readonly columns?: readonly string[];
  /** First row that is read; 0 by default. */
  readonly rowStart?: number;
  /** Row before which reading ends; by default that behind the last one. */
  readonly rowEnd?: number;
  /** The most values, over all rows and columns, that a file may claim to have; by default 2^20, or a thousand for each byte of the file if that is more. */
  readonly maxValues?: number;
}

/** Throws for rows that no file has. */
export function checkColumnsOptions(
  op: string,
  { rowStart = 0, rowEnd = Infinity, maxValues = 1 }: ColumnsOptions,
): void {
  if (!Number.isInteger(rowStart) || rowStart < 0)
    throw new ArgumentError(op, `rowStart must be an integer of at least 0, but got ${rowStart}`);
  if (!(rowEnd === Infinity || Number.isInteger(rowEnd)) || rowEnd < rowStart)
    throw new ArgumentError(op, `rowEnd must be an integer of at least rowStart, ${rowStart}, but got ${rowEnd}`);
  if (!(maxValues >= 1)) throw new ArgumentError(op, `maxValues must be at least 1, but got ${maxValues}`);
}

/** Returns the limit of values for a file. */
export const valueLimit = ({ maxValues }: ColumnsOptions, file: Uint8Array): number =>
  maxValues ?? Math.max(2 ** 20, 1000 * file.length);

/** Returns the error for a column that a file does not have. */
export const missingColumn = (op: string, name: string, names: readonly string[]): ArgumentError =>
  new ArgumentError(op, `no column is called "${name}"; there are ${names.join(", ")}`);

/** Returns an integer as a number where that is exact. */
export const narrowed = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
