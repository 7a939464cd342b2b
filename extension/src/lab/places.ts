/** Places of code in text, as the kernel writes them in tracebacks, warnings and errors. */

/** A line of a cell, by the number of its execution. */
export interface CellPlace {
  readonly count: number;
  /** 1-based, as is the column. */
  readonly line: number;
  readonly column: number;
}

/** A line of a file. */
export interface FilePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A place, and where it stands in the text. */
export interface FoundPlace {
  readonly from: number;
  readonly to: number;
  readonly place: CellPlace | FilePlace;
}

/** `cell[4]:7:10`, and `cell [4], line 7` in sentences. */
const cell = /cell\[(?<count>\d+)\]:(?<line>\d+)(?::(?<column>\d+))?|cell \[(?<said>\d+)\], line (?<saidLine>\d+)/;

/** `/home/ada/util.ts:3:5`, `./util.ts:3:5`, `file:///home/ada/util.ts:3:5`, `C:\ada\util.ts:3:5`. */
const file =
  /(?<scheme>file:\/\/)?(?<path>(?:[A-Za-z]:[\\/]|\.{0,2}\/)[^\s:()'"<>|]*\.(?:[cm]?[tj]sx?|json)):(?<fileLine>\d+)(?::(?<fileColumn>\d+))?/;

/** Nothing of a longer word or of an address on the web. */
const places = new RegExp(`(?<![\\w/.:@-])(?:${cell.source}|${file.source})`, "g");

/** Finds the places in a text, from left to right. */
export function findPlaces(text: string): FoundPlace[] {
  return Array.from(text.matchAll(places), (match) => {
    const g = match.groups ?? {};
    const line = Number(g["line"] ?? g["saidLine"] ?? g["fileLine"]);
    const column = Number(g["column"] ?? g["fileColumn"] ?? 1);
    const count = g["count"] ?? g["said"];
    const path = g["scheme"] === undefined ? (g["path"] ?? "") : decodeURI(g["path"] ?? "");
    return {
      from: match.index,
      to: match.index + match[0].length,
      place: count === undefined ? { path, line, column } : { count: Number(count), line, column },
    };
  });
}
