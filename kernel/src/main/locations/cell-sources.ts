/** Source texts and source maps of the cells that ran, which map positions of the running code to the source. */
import { SourceMap } from "node:module";
import { deflateRawSync, inflateRawSync } from "node:zlib";
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

const parsedMaps = new Map<string, readonly [SourceMap, SourceMap]>();

/** Records a cell that runs. */
export function rememberCell(cell: CellRecord): void {
  records.set(cell.name, cell);
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
  const inModule = toCommonJS.findEntry(line - 1, column - 1);
  if (!("originalLine" in inModule)) return null;
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

/** Maps a position in the ES module of a cell to its source. */
function sourcePosition(cell: CellRecord, toModule: SourceMap, position: Position): CellPosition | null {
  const found = toModule.findEntry(position.line, position.character);
  if (!("originalLine" in found)) return null;
  const rewritten = { line: found.originalLine - prefixLines, character: found.originalColumn };
  const { line, character } = undoRewriting(cell.code, cell.rewritten, rewritten);
  return { cell, line: line + 1, column: calleeStart(cell.code, line, character) + 1 };
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
