/** Tables of text cells, and reading them from CSV (by csv-parse). */

import { parse } from "csv-parse/browser/esm/sync";
import { readText } from "../platform/files.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { parsed } from "./parsed.ts";

/**
 * A table of text cells with named columns, as `parseCSV` and `readCSV` return it.
 * @example
 * const table = new data.Table(["x", "name"], [["1", "a"], ["2", "b"]]);
 * table.column("name"); // ["a", "b"]
 * table.tensor(["x"]).toArray(); // [[1], [2]]
 */
export class Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  constructor(columns: readonly string[], rows: readonly (readonly string[])[]) {
    checkNew(new.target, arguments);
    this.columns = columns;
    this.rows = rows;
  }
  /** Number of rows. */
  get length(): number {
    return this.rows.length;
  }
  #indexOf(name: string): number {
    const at = this.columns.indexOf(name);
    if (at < 0) throw new ArgumentError("Table", `no column is called "${name}"; there are ${this.columns.join(", ")}`);
    return at;
  }
  /** Returns the cells of a column. @throws ArgumentError for a name that the table does not have. */
  column(name: string): string[] {
    const at = this.#indexOf(name);
    return this.rows.map((row) => row[at]);
  }
  /**
   * Returns columns, by default all, as a float32 tensor [rows, columns]. An empty cell becomes NaN.
   * @throws ArgumentError for a column that the table does not have, and for a cell that is no number, with its row and column.
   */
  tensor(columns: readonly string[] = this.columns): Tensor {
    const indices = columns.map((c) => this.#indexOf(c));
    const out = new Float32Array(this.rows.length * indices.length);
    this.rows.forEach((row, i) => {
      indices.forEach((at, j) => {
        const text = row[at].trim();
        const value = text === "" ? Number.NaN : Number(text);
        if (Number.isNaN(value) && text !== "" && text.toLowerCase() !== "nan")
          throw new ArgumentError("Table", `row ${i + 1} of column "${columns[j]}" is no number: "${text}"`);
        out[i * indices.length + j] = value;
      });
    });
    return fromArray(out, "float32", [this.rows.length, indices.length]);
  }
}

/** Options of `parseCSV` and `readCSV`. */
export interface CSVOptions {
  /** Separator of the cells; a comma by default. */
  readonly delimiter?: string;
  /** Names of the columns; by default they are read from the first line. */
  readonly columns?: readonly string[];
  /** Text that begins a comment, which reaches to the end of the line; none by default. */
  readonly comment?: string;
}

/** Parses the records. @throws ArgumentError with the message of the parser, as for a record of another length. */
function recordsOf(text: string, delimiter: string, comment: string | undefined): string[][] {
  try {
    return parse(text, { delimiter, skip_empty_lines: true, bom: true, ...(comment === undefined ? {} : { comment }) });
  } catch (error) {
    throw new ArgumentError("parseCSV", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Parses CSV text. Empty lines are skipped, cells may be quoted, and a byte order mark is ignored.
 * @throws ArgumentError for text that is no CSV, such as records of different lengths.
 * @example data.parseCSV("a,b\n1,2\n").tensor().toArray(); // [[1, 2]]
 */
export function parseCSV(text: string, { delimiter = ",", columns, comment }: CSVOptions = {}): Table {
  const records = recordsOf(text, delimiter, comment);
  const names = columns ?? records.shift() ?? [];
  return new Table(names, records);
}

/**
 * Reads a CSV file from a path, in Node, or an HTTP URL, and parses it as `parseCSV` does.
 * @throws ArgumentError for text that is no CSV; rejects where the file cannot be read.
 * @example
 * const digits = await data.readCSV("notebooks/data/digits.csv");
 * digits.tensor().shape; // [1797, 65]
 */
export async function readCSV(path: string, options: CSVOptions = {}): Promise<Table> {
  return parsed(path, await readText(path), (text) => parseCSV(text, options));
}
