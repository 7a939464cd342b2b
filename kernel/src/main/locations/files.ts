/** Source maps of the files that cells import, so that positions in what runs lead back to the file's own lines. */
import { SourceMap } from "node:module";
import { relative, sep } from "node:path";
import type { CompiledFile } from "../../shared/messages.ts";
import { lineColumn, offsetOf, TrackedText } from "../../shared/positions.ts";

type Compilation = Pick<CompiledFile, "maps" | "between">;

/** A place, with lines and columns from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

const compilations = new Map<string, Compilation>();

/** Notes how a file was compiled. */
export const rememberFile = (path: string, { maps, between }: Compilation): unknown =>
  compilations.set(path, { maps, between });

function through(map: string | undefined, { line, column }: Place): Place {
  if (map === undefined) return { line, column };
  const entry = new SourceMap(JSON.parse(map)).findEntry(line - 1, column - 1);
  return "originalLine" in entry
    ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    : { line, column };
}

/** Returns the place in a file that a place in its compiled text came from. */
export function locateInFile(path: string, place: Place): Place {
  const { maps, between } = compilations.get(path) ?? {};
  if (between == null) return place;
  const guarded = through(maps?.[1], place);
  const tracked = TrackedText.of(between.original, between.text, between.runs);
  const offset = tracked.toOriginal(offsetOf(between.text, guarded.line - 1, guarded.column - 1));
  return locateSiteInFile(path, offset) ?? place;
}

/** Returns the place in a file that an offset in its text between the two compilations came from. */
export function locateSiteInFile(path: string, site: number): Place | null {
  const { maps, between } = compilations.get(path) ?? {};
  if (between == null) return null;
  const { line, character } = lineColumn(between.original, site);
  return through(maps?.[0], { line: line + 1, column: character + 1 });
}

/** A file's path, from the notebook's folder where it is in there. */
export function shownPath(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside.startsWith("..") || inside === path ? path : `./${inside.replaceAll(sep, "/")}`;
}
