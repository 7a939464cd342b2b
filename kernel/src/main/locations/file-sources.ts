/** Source maps of the files that cells import, which map positions of the running code to the files. */
import { SourceMap } from "node:module";
import { relative, sep } from "node:path";
import type { CompiledFile } from "../../shared/compilation.ts";
import { offsetOf, positionOf } from "../../shared/positions.ts";
import { TrackedText } from "../../shared/tracked-text.ts";

type Compilation = Pick<CompiledFile, "maps" | "instrumented">;

/** A 1-based line and column of a file. */
interface FilePosition {
  readonly line: number;
  readonly column: number;
}

const compilations = new Map<string, Compilation>();

/** Records the source maps of a compiled file. */
export function rememberFile(path: string, { maps, instrumented }: Compilation): void {
  compilations.set(path, { maps, instrumented });
}

function applyMap(map: string | undefined, { line, column }: FilePosition): FilePosition {
  if (map === undefined) return { line, column };
  const entry = new SourceMap(JSON.parse(map)).findEntry(line - 1, column - 1);
  return "originalLine" in entry
    ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    : { line, column };
}

/** Returns the position in a file of a position in its compiled text. */
export function locateInFile(path: string, position: FilePosition): FilePosition {
  const { maps, instrumented } = compilations.get(path) ?? {};
  if (instrumented == null) return position;
  const { line, column } = applyMap(maps?.[1], position);
  const tracked = TrackedText.of(instrumented.original, instrumented.text, instrumented.runs);
  const offset = tracked.toOriginal(offsetOf(instrumented.text, line - 1, column - 1));
  return locateSiteInFile(path, offset) ?? position;
}

/** Returns the position in a file of an offset in its ES module before instrumentation. */
export function locateSiteInFile(path: string, site: number): FilePosition | null {
  const { maps, instrumented } = compilations.get(path) ?? {};
  if (instrumented == null) return null;
  const { line, character } = positionOf(instrumented.original, site);
  return applyMap(maps?.[0], { line: line + 1, column: character + 1 });
}

/** Returns a path relative to the notebook's folder if the file is inside of it. */
export function shownPath(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside.startsWith("..") || inside === path ? path : `./${inside.replaceAll(sep, "/")}`;
}
