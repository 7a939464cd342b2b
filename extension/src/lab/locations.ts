/** Finds code locations in text, as the kernel writes them in tracebacks, warnings and errors. */

/** A line of a cell, by the execution count of the cell. */
export interface CellLocation {
  readonly count: number;
  /** Counted from 1, as is the column. */
  readonly line: number;
  readonly column: number;
}

/** A line of a file. */
export interface FileLocation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A location, and its range in the text. */
export interface FoundLocation {
  readonly from: number;
  readonly to: number;
  readonly location: CellLocation | FileLocation;
}

/** Matches `cell[4]:7:10`, and `cell [4], line 7` in sentences. */
const cell = /cell\[(?<count>\d+)\]:(?<line>\d+)(?::(?<column>\d+))?|cell \[(?<said>\d+)\], line (?<saidLine>\d+)/;

/** Matches `/home/ada/util.ts:3:5`, `./util.ts:3:5`, `file:///home/ada/util.ts:3:5` and `C:\ada\util.ts:3:5`. */
const file =
  /(?<scheme>file:\/\/)?(?<path>(?:[A-Za-z]:[\\/]|\.{0,2}\/)[^\s:()'"<>|]*\.(?:[cm]?[tj]sx?|json)):(?<fileLine>\d+)(?::(?<fileColumn>\d+))?/;

/** Matches a location that is not part of a longer word or of a web address. */
const locations = new RegExp(`(?<![\\w/.:@-])(?:${cell.source}|${file.source})`, "g");

/** Returns the locations in a text, from left to right. */
export function findLocations(text: string): FoundLocation[] {
  return Array.from(text.matchAll(locations), (match) => {
    const g = match.groups ?? {};
    const line = Number(g["line"] ?? g["saidLine"] ?? g["fileLine"]);
    const column = Number(g["column"] ?? g["fileColumn"] ?? 1);
    const count = g["count"] ?? g["said"];
    const path = g["scheme"] === undefined ? (g["path"] ?? "") : decodeURI(g["path"] ?? "");
    return {
      from: match.index,
      to: match.index + match[0].length,
      location: count === undefined ? { path, line, column } : { count: Number(count), line, column },
    };
  });
}
