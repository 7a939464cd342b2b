/** The cells that ran: their text and source maps, so that positions in what runs lead back to what was typed. */
import { SourceMap } from "node:module";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Rewritten } from "../../shared/messages.ts";
import { compilerBreak, lineColumn, offsetOf, TrackedText } from "../../shared/positions.ts";

/** A place in a cell's own TypeScript; 1-based. */
export interface CellPosition {
  readonly cell: CellRecord;
  readonly line: number;
  readonly column: number;
}

/** One run of a cell. */
export interface CellRecord {
  /** `cell[3]`: the file name that stacks show. */
  readonly name: string;
  readonly count: number;
  readonly id: string | null;
  readonly code: string;
  readonly maps: readonly [string, string] | null;
  readonly between: (Rewritten & { readonly original: string }) | null;
  readonly rewritten: Rewritten | null;
}

/** In the order they ran. Any function of any cell may still be called, so none is forgotten; but old ones are kept small. */
const records = new Map<string, CellRecord | string>();
const recent: string[] = [];
const maxRecent = 100;

const parsed = new Map<string, readonly [SourceMap, SourceMap]>();

export function remember(cell: CellRecord): void {
  records.set(cell.name, cell);
  parsed.delete(cell.name);
  recent.push(cell.name);
  if (recent.length <= maxRecent) return;
  const old = recent.shift() as string;
  const record = records.get(old);
  parsed.delete(old);
  // text, as a buffer of zlib's would hold on to the 16 kB that it was made in
  if (typeof record === "object" && !recent.includes(old))
    records.set(old, deflateRawSync(JSON.stringify(record)).toString("latin1"));
}

function recall(name: string): CellRecord | undefined {
  const record = records.get(name);
  return typeof record === "string"
    ? (JSON.parse(inflateRawSync(Buffer.from(record, "latin1")).toString()) as CellRecord)
    : record;
}

function mapsOf(cell: CellRecord): readonly [SourceMap, SourceMap] | null {
  const known = parsed.get(cell.name);
  if (known || cell.maps === null) return known ?? null;
  const [a, b] = cell.maps.map((text) => new SourceMap(JSON.parse(text)));
  if (!a || !b) return null;
  parsed.set(cell.name, [a, b]);
  return [a, b];
}

/** Lines of the text that tslab puts before a cell. */
const prefixLines = 1;

/** The place in the typed text that a place in the running code came from. */
export function locate(name: string, line: number, column: number): CellPosition | null {
  const cell = recall(name);
  const maps = cell ? mapsOf(cell) : null;
  if (!cell || maps === null) return null;
  const [toModule, toCommonJS] = maps;
  const inModule = toCommonJS.findEntry(line - 1, column - 1);
  if (!("originalLine" in inModule)) return null;
  return typedAt(
    cell,
    toModule,
    backThrough(cell.between?.original, cell.between, inModule.originalLine, inModule.originalColumn, compilerBreak),
  );
}

/** The place in the typed text that an offset in the module between the two compilations came from. */
export function locateSite(name: string, site: number): CellPosition | null {
  const cell = recall(name);
  const maps = cell ? mapsOf(cell) : null;
  return cell?.between && maps !== null
    ? typedAt(cell, maps[0], lineColumn(cell.between.original, site, compilerBreak))
    : null;
}

/** A place (0-based) in the module as one in the typed text. */
function typedAt(
  cell: CellRecord,
  toModule: SourceMap,
  module: { readonly line: number; readonly character: number },
): CellPosition | null {
  const typed = toModule.findEntry(module.line, module.character);
  if (!("originalLine" in typed)) return null;
  const place = backThrough(cell.code, cell.rewritten, typed.originalLine - prefixLines, typed.originalColumn);
  return { cell, line: place.line + 1, column: calleeStart(cell.code, place.line, place.character) + 1 };
}

/** Returns the typed text of a cell; `null` where the cell is not known. */
export const codeOf = (name: string): string | null => recall(name)?.code ?? null;

/** What was typed on a line of a cell; nothing where the cell is not known. */
export const lineOf = (name: string, line: number): string => codeOf(name)?.split("\n")[line - 1]?.trim() ?? "";

/** A call of a live variable is located at its bracket; a person looks for it where its name begins. */
function calleeStart(code: string, line: number, character: number): number {
  const text = code.split("\n")[line] ?? "";
  return text[character] === "("
    ? character - (/[\w$]+\s*$/.exec(text.slice(0, character))?.[0].length ?? 0)
    : character;
}

/** A place (0-based) in a rewritten text as a place in the original, whose lines end with `breaks`. */
function backThrough(
  original: string | undefined,
  rewritten: Rewritten | null,
  line: number,
  character: number,
  breaks?: RegExp,
): { readonly line: number; readonly character: number } {
  if (original === undefined) return { line, character };
  if (rewritten === null) return lineColumn(original, offsetOf(original, line, character, compilerBreak), breaks);
  const tracked = TrackedText.of(original, rewritten.text, rewritten.runs);
  return lineColumn(original, tracked.toOriginal(offsetOf(rewritten.text, line, character, compilerBreak)), breaks);
}
