/** Source positions for the debugger: of code that is paused, and of the places at which it can pause. */
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cellPath } from "../../shared/cell-paths.ts";
import type { ScriptPosition, SourceLocation } from "../../shared/debugging.ts";
import { allCells, cellOf, locate } from "../locations/cell-sources.ts";
import { locateInFile } from "../locations/file-sources.ts";
import { engineFolder, kernelFolder } from "../locations/installation.ts";
import { isLibrary } from "../locations/stacks.ts";

const isCell = (url: string): boolean => url.startsWith("cell[");

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Returns patterns of the URLs of code that is not the user's: the debugger does not stop in it. */
export const libraryPatterns = (): string[] => [
  "^node:",
  "[\\\\/]node_modules[\\\\/]",
  ...[kernelFolder, engineFolder].map((folder) => `^${escaped(pathToFileURL(folder).href)}`),
];

/** The paths and positions of scripts. */
export class Locations {
  readonly #prefix: string;

  /** @param prefix Beginning of the path of each cell. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Returns the path of a script of the user; `null` for one of a library, of Node or of the kernel. V8 is given a URL for the absolute path of a file. */
  pathOf = (url: string): string | null => {
    if (isCell(url)) {
      const cell = cellOf(url);
      return cell === null ? null : cellPath(this.#prefix, cell.code);
    }
    if (isLibrary(url)) return null;
    if (url.startsWith("file:")) return fileURLToPath(url);
    return isAbsolute(url) ? url : null;
  };

  /** Returns the source position of a position in a script; `null` where there is none. */
  locate = ([url, line, column]: ScriptPosition): SourceLocation | null => {
    const path = this.pathOf(url);
    if (path === null) return null;
    if (!isCell(url)) return { path, ...locateInFile(path, { line: line + 1, column: column + 1 }), cell: null };
    const found = locate(url, line + 1, column + 1);
    if (found === null) return null;
    const { name, count, id } = found.cell;
    return { path, line: found.line, column: found.column, cell: { name, count, id } };
  };

  /** Returns the text of the cell with a path; `null` if no cell that ran has it. */
  textOf = (path: string): string | null => {
    for (const { code } of allCells()) if (cellPath(this.#prefix, code) === path) return code;
    return null;
  };
}
