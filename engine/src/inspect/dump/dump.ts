/** `saveTape` and `openTape`: files with all rows of a tape, without the limits of what a notebook stores. */
import { readBytes, writeChunks } from "../../platform/files.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { TapeFileError } from "../../view/dump/check.ts";
import { jsonChunks, LazyList } from "../../view/dump/json-chunks.ts";
import { readTapeBytes } from "../../view/dump/read.ts";
import { nodesOf } from "../tape/data.ts";
import { detailsOf } from "../tape/details.ts";
import { encodeRows } from "../tape/rows.ts";
import { Tape } from "../tape/tape.ts";

const extension = /\.tape\.json(\.gz)?$/;

/** Yields the JSON of a whole tape in pieces; the details of a row are encoded when they are written. */
export function* tapeChunks(roots: readonly Tensor[]): Generator<string> {
  const nodes = nodesOf(roots);
  yield* jsonChunks({ ...encodeRows(roots, nodes, nodes.length), details: new LazyList(detailsOf(nodes)) });
}

function requireExtension(op: string, path: string): void {
  if (!extension.test(path))
    throw new ArgumentError(op, `expected a path that ends in .tape.json or .tape.json.gz, but got "${path}"`);
}

/**
 * Writes the whole tape of a tensor, or of several, into a file, which JupyterLab and `openTape` open: all rows and all details that are known, where a notebook stores
 * at most 256 KB. The file is written in pieces; with `.gz` at the end of its path it is compressed.
 * @throws GradError when nothing was recorded.
 * @throws ArgumentError when the path does not end in `.tape.json` or `.tape.json.gz`.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * await inspect.saveTape(w.mul(3).sum(), "/tmp/example.tape.json.gz");
 * (await inspect.openTape("/tmp/example.tape.json.gz")).data.rows.label; // ["×", "Σ dim 0"]
 */
export async function saveTape(result: Tensor | readonly Tensor[], path: string): Promise<void> {
  requireExtension("saveTape", path);
  await writeChunks(path, tapeChunks(result instanceof Tensor ? [result] : result), path.endsWith(".gz"));
}

/**
 * Reads a file of `saveTape`, from a path or a URL, compressed or not.
 * @throws ArgumentError when the file is no tape, with the first thing that is wrong.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * await inspect.saveTape(w.sum(), "/tmp/small.tape.json");
 * (await inspect.openTape("/tmp/small.tape.json")).data.totals.rows; // 1
 */
export async function openTape(path: string): Promise<Tape> {
  requireExtension("openTape", path);
  const bytes = await readBytes(path);
  try {
    return new Tape(await readTapeBytes(bytes));
  } catch (error) {
    if (error instanceof TapeFileError) throw new ArgumentError("openTape", `"${path}": ${error.message}`);
    throw error;
  }
}
