/** Tables from CSV text, read by csv-parse. */

import { parse } from "csv-parse/browser/esm/sync";
import { readText } from "../platform/files.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";

/** A table of text cells with named columns. */
export class Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  constructor(columns: readonly string[], rows: readonly (readonly string[])[]) {
    checkNew(new.target, arguments);
    this.columns = columns;
    this.rows = rows;
  }
  get length(): number {
    return this.rows.length;
  }
  #place(name: string): number {
    const at = this.columns.indexOf(name);
    if (at < 0) throw new ArgumentError("Table", `no column is called "${name}"; there are ${this.columns.join(", ")}`);
    return at;
  }
  /** The cells of a column. */
  column(name: string): string[] {
    const at = this.#place(name);
    return this.rows.map((row) => row[at]);
  }
  /**
   * Columns as numbers, float32 [rows, columns]; all of them by default. An empty cell becomes NaN.
   * @throws ArgumentError for a cell that is no number, naming its row and column.
   */
  tensor(columns: readonly string[] = this.columns): Tensor {
    const places = columns.map((c) => this.#place(c));
    const out = new Float32Array(this.rows.length * places.length);
    this.rows.forEach((row, i) => {
      places.forEach((at, j) => {
        const text = row[at].trim();
        const value = text === "" ? Number.NaN : Number(text);
        if (Number.isNaN(value) && text !== "" && text.toLowerCase() !== "nan")
          throw new ArgumentError("Table", `row ${i + 1} of column "${columns[j]}" is no number: "${text}"`);
        out[i * places.length + j] = value;
      });
    });
    return fromArray(out, "float32", [this.rows.length, places.length]);
  }
}

/** Options of `parseCSV` and `readCSV`. */
export interface CSVOptions {
  readonly delimiter?: string;
  /** Names of the columns; by default the first line has them. */
  readonly columns?: readonly string[];
  /** Lines that begin with this are skipped. */
  readonly comment?: string;
}

/** Reads the lines; what is wrong with them, as a record of another length, is said in the parser's words. */
function recordsOf(text: string, delimiter: string, comment: string | undefined): string[][] {
  try {
    return parse(text, { delimiter, skip_empty_lines: true, bom: true, ...(comment === undefined ? {} : { comment }) });
  } catch (error) {
    throw new ArgumentError("parseCSV", error instanceof Error ? error.message : String(error));
  }
}

/**
 * A table from CSV text.
 * @example data.parseCSV("a,b\n1,2\n").tensor().toArray(); // [[1, 2]]
 */
export function parseCSV(text: string, { delimiter = ",", columns, comment }: CSVOptions = {}): Table {
  const records = recordsOf(text, delimiter, comment);
  const names = columns ?? records.shift() ?? [];
  return new Table(names, records);
}

/** A table from a CSV file (a path, where there is a file system) or URL. */
export async function readCSV(path: string, options: CSVOptions = {}): Promise<Table> {
  return parseCSV(await readText(path), options);
}
