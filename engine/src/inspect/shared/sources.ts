/** Source code of the program: cells that the host knows, and files. */
import { readTextNow } from "../../platform/files.ts";
import { packageFolder } from "../../platform/package.ts";
import type { CodeLine } from "../../protocol/index.ts";

/** The source of a cell. */
export interface CellSource {
  /** Name of the cell in stack traces, such as `cell[3]`. */
  readonly name: string;
  readonly id: string | null;
  readonly count: number | null;
  readonly code: string;
}

/** The cells of a host. */
export interface CellSources {
  /** Returns the cell with a name, such as `cell[3]`; `null` if there is none. */
  read(file: string): CellSource | null;
  /** Returns the latest cells, the last that ran first. */
  latest(): Iterable<CellSource>;
}

let cells: CellSources = { read: () => null, latest: () => [] };

/** Sets the source of cells, as a kernel does. */
export function setCellSources(sources: CellSources): void {
  cells = sources;
}

/** Returns the latest cells, the last that ran first. */
export const latestCells = (): Iterable<CellSource> => cells.latest();

/** Returns the code of a cell or file; `null` if it cannot be read. */
export const codeOf = (file: string): string | null => cells.read(file)?.code ?? readTextNow(file);

/** Returns a trimmed line of a cell or file; "" if it cannot be read. */
export const lineAt = ({ file, line }: CodeLine): string => codeOf(file)?.split("\n")[line - 1]?.trim() ?? "";

const frame = /\(?((?:cell\[\d+\])|(?:file:\/\/|\/|[A-Za-z]:)[^()]*?):(\d+):(\d+)\)?$/;

const isOwn = (file: string): boolean => file.startsWith(packageFolder) || `file://${file}`.startsWith(packageFolder);

/** Returns the innermost line of the program in the text of a stack. */
export function placeInStack(stack: string): CodeLine | null {
  for (const text of stack.split("\n")) {
    const [, file, line, column] = /^\s*at /.test(text) ? (frame.exec(text) ?? []) : [];
    if (file === undefined || isOwn(file)) continue;
    const cell = cells.read(file);
    return { file, cellId: cell?.id ?? null, count: cell?.count ?? null, line: Number(line), column: Number(column) };
  }
  return null;
}
