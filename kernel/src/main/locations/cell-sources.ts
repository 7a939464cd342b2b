/** Source texts and source maps of the cells that ran, which map positions of the running code to the source. */
import { SourceMap, type SourceMapping } from "node:module";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { textHash } from "tapelab/view";
import type { InstrumentedModule, Rewritten } from "../../shared/compilation.ts";
import { compilerLineBreak, offsetOf, type Position, positionOf } from "../../shared/positions.ts";
import { TrackedText } from "../../shared/tracked-text.ts";

/** A 1-based position in the source of a cell. */
export interface CellPosition {
  readonly cell: CellRecord;
  readonly line: number;
  readonly column: number;
}

/** One run of a cell. */
export interface CellRecord {
  /** Name of the cell in stack traces, such as `cell[3]`. */
  readonly name: string;
  readonly count: number;
  readonly id: string | null;
  readonly code: string;
  readonly maps: readonly [string, string] | null;
  readonly instrumented: InstrumentedModule | null;
  readonly rewritten: Rewritten | null;
}

/** All cells, old ones compressed. None is dropped, because functions of any cell may still be called. */
const records = new Map<string, CellRecord | string>();
const recent: string[] = [];
const maxRecent = 100;

/** Hashes of the texts of all cells, and of the text that each cell of the notebook ran last. */
const hashes = new Map<string, string>();
const latest = new Map<string, string>();
/** Ids of the cells of the notebook, by the names of their runs. */
const ids = new Map<string, string>();

const parsedMaps = new Map<string, readonly [SourceMap, SourceMap]>();

/** Records a cell that runs. */
export function rememberCell(cell: CellRecord): void {
  records.set(cell.name, cell);
  const hash = textHash(cell.code);
  hashes.set(cell.name, hash);
  if (cell.id !== null) {
    ids.set(cell.name, cell.id);
    latest.set(cell.id, hash);
  }
  parsedMaps.delete(cell.name);
  recent.push(cell.name);
  if (recent.length <= maxRecent) return;
  const old = recent.shift() as string;
  const record = records.get(old);
  parsedMaps.delete(old);
  // as a string: a buffer of zlib keeps the 16 kB alive that it was allocated from
  if (typeof record === "object" && !recent.includes(old))
    records.set(old, deflateRawSync(JSON.stringify(record)).toString("latin1"));
}

function recordOf(name: string): CellRecord | undefined {
  const record = records.get(name);
  return typeof record === "string"
    ? (JSON.parse(inflateRawSync(Buffer.from(record, "latin1")).toString()) as CellRecord)
    : record;
}

function mapsOf(cell: CellRecord): readonly [SourceMap, SourceMap] | null {
  const known = parsedMaps.get(cell.name);
  if (known || cell.maps === null) return known ?? null;
  const [a, b] = cell.maps.map((text) => new SourceMap(JSON.parse(text)));
  if (!a || !b) return null;
  parsedMaps.set(cell.name, [a, b]);
  return [a, b];
}

/** Number of lines that tslab puts before a cell. */
const prefixLines = 1;

/** Returns the source position of a 1-based position in the running code of a cell; `null` where there is none. */
export function locate(name: string, line: number, column: number): CellPosition | null {
  const cell = recordOf(name);
  const maps = cell ? mapsOf(cell) : null;
  if (!cell || maps === null) return null;
  const [toModule, toCommonJS] = maps;
  const inModule = entryAt(toCommonJS, line - 1, column - 1);
  if (inModule === null) return null;
  const { instrumented } = cell;
  const position = { line: inModule.originalLine, character: inModule.originalColumn };
  return sourcePosition(
    cell,
    toModule,
    undoRewriting(instrumented?.original, instrumented, position, compilerLineBreak),
  );
}

/** Returns the source position of an offset in the ES module of a cell before instrumentation. */
export function locateSite(name: string, site: number): CellPosition | null {
  const cell = recordOf(name);
  const maps = cell ? mapsOf(cell) : null;
  return cell?.instrumented && maps !== null
    ? sourcePosition(cell, maps[0], positionOf(cell.instrumented.original, site, compilerLineBreak))
    : null;
}

/** Number of columns behind a position in which the compiler may have added code. */
const maxAdded = 200;

/**
 * Returns the entry of a source map for a position: the last one before it in its line or, where the line begins with added code, the first one behind it;
 * `null` if the map has none up to the line.
 */
function entryAt(map: SourceMap, line: number, column: number): SourceMapping | null {
  const find = (at: number): SourceMapping | null => {
    const entry = map.findEntry(line, at);
    return "originalLine" in entry ? entry : null;
  };
  for (let at = column; at < column + maxAdded; at++) {
    const entry = find(at);
    if (entry?.generatedLine === line) return entry;
  }
  return find(column);
}

/** Maps a position in the ES module of a cell to its source. */
function sourcePosition(cell: CellRecord, toModule: SourceMap, position: Position): CellPosition | null {
  const found = entryAt(toModule, position.line, position.character);
  if (found === null) return null;
  const rewritten = { line: found.originalLine - prefixLines, character: found.originalColumn };
  const { line, character } = undoRewriting(cell.code, cell.rewritten, rewritten);
  return { cell, line: line + 1, column: calleeStart(cell.code, line, character) + 1 };
}

/** Returns a cell by its name in stack traces; `null` where it is not known. */
export const cellOf = (name: string): CellRecord | null => recordOf(name) ?? null;

/** Yields the cells that ran lately, the last one first. */
export function* latestCells(): Generator<CellRecord> {
  for (const name of recent.toReversed()) {
    const cell = recordOf(name);
    if (cell !== undefined) yield cell;
  }
}

/** Yields all cells, the last one first. */
export function* allCells(): Generator<CellRecord> {
  for (const name of [...records.keys()].toReversed()) {
    const cell = recordOf(name);
    if (cell !== undefined) yield cell;
  }
}

/** Returns the hash of the text of a run of a cell, and whether the cell has run again with another text; `null` where the cell is not known. */
export function textOf(name: string): { readonly hash: string; readonly isStale: boolean } | null {
  const hash = hashes.get(name);
  if (hash === undefined) return null;
  const last = latest.get(ids.get(name) ?? "") ?? hash;
  return { hash, isStale: last !== hash };
}

/** Returns the source of a cell; `null` where the cell is not known. */
export const codeOf = (name: string): string | null => recordOf(name)?.code ?? null;

/** Returns a trimmed source line of a cell; "" where the cell is not known. */
export const lineOf = (name: string, line: number): string => codeOf(name)?.split("\n")[line - 1]?.trim() ?? "";

/** Returns the column of the callee's name if the position is the bracket of a call, where a call of a variable of an earlier cell is located. */
function calleeStart(code: string, line: number, character: number): number {
  const text = code.split("\n")[line] ?? "";
  return text[character] === "("
    ? character - (/[\w$]+\s*$/.exec(text.slice(0, character))?.[0].length ?? 0)
    : character;
}

/** Maps a position in a rewritten text to the original, whose lines end with `lineBreak`. */
function undoRewriting(
  original: string | undefined,
  rewritten: Rewritten | null,
  { line, character }: Position,
  lineBreak?: RegExp,
): Position {
  if (original === undefined) return { line, character };
  if (rewritten === null)
    return positionOf(original, offsetOf(original, line, character, compilerLineBreak), lineBreak);
  const tracked = TrackedText.of(original, rewritten.text, rewritten.runs);
  const offset = tracked.toOriginal(offsetOf(rewritten.text, line, character, compilerLineBreak));
  return positionOf(original, offset, lineBreak);
}
