/** Lines of code in findings and rows, and in sentences. */
import type { PlaceLine } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import type { PendingSite, Site } from "../../tensor/site.ts";

/** Returns the line of a resolved call site; `null` where none is known. */
export const lineOfSite = (at: Site | null): PlaceLine | null =>
  at === null ? null : { file: at.file, id: at.cellId, count: at.count, line: at.line, column: at.column };

/** Returns the line of a call site; `null` where it was not captured. */
export const lineOf = (site: PendingSite | null | undefined): PlaceLine | null => lineOfSite(site?.resolve() ?? null);

/** Returns the line of an op's call. */
export const lineOfNode = (node: Node): PlaceLine | null => lineOf(node.watched?.site);

/** Returns ` in cell [3], line 2`, or ` at file:2`; "" where the line is not known. */
export function atLine(line: PlaceLine | null): string {
  if (line === null) return "";
  return line.count === null
    ? ` at ${line.file.split("/").at(-1)}:${line.line}`
    : ` in cell [${line.count}], line ${line.line}`;
}
