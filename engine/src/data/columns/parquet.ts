/** Parquet's files (by hyparquet). */
import { readBytes } from "../../platform/files.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { parsed } from "../parsed.ts";
import { type ColumnsOptions, type ColumnTable, checkColumnsOptions } from "./table.ts";

const op = "parseParquet";

/**
 * Returns the columns of a Parquet file, as pandas, pyarrow, Polars and DuckDB write them, compressed by snappy, gzip, Zstandard, LZ4 or not at all: integers,
 * floats, decimals, booleans, texts, dates and times. Dates and timestamps become
 * milliseconds since 1970-01-01 UTC. Of the rows, only the groups that have chosen ones are decoded.
 * @throws ArgumentError for malformed files, for nested columns unless `columns` leaves them out, for columns that the file does not have, and for more values
 * than the limit.
 * @example (await data.readParquet("test/engine/data/columns/snappy.parquet", { columns: ["text"] })).column("text")[1]; // "a"
 */
export async function parseParquet(file: Uint8Array, options: ColumnsOptions = {}): Promise<ColumnTable> {
  checkColumnsOptions(op, options);
  try {
    // loaded when a file is read, as most programs read none
    const { decodeParquet } = await import("./parquet-decode.ts");
    return await decodeParquet(file, options);
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(op, `the file is malformed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Returns the columns of a Parquet file from a path or URL.
 * @throws ArgumentError as `parseParquet` does, with the name of the file; Error if it cannot be read.
 * @example await data.readParquet("table.parquet").catch((error) => error.code); // "ENOENT"
 */
export const readParquet = async (path: string, options: ColumnsOptions = {}): Promise<ColumnTable> =>
  parsed(path, await readBytes(path), (bytes) => parseParquet(bytes, options));
