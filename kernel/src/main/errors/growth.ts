/** The warning that a graph grows without end, once for each statement of a cell run. */
import { lineOf } from "../locations/cells.ts";

/** What the engine found. */
interface Growth {
  readonly site: { readonly file: string; readonly count: number | null; readonly line: number } | null;
  readonly ops: readonly string[];
  readonly iterations: number;
  readonly walks: number;
  readonly seconds: number;
  readonly nodes: number;
  readonly bytes: number;
  readonly advice: string;
}

const amount = (bytes: number): string =>
  bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

const time = (seconds: number): string =>
  seconds < 1 ? `${Math.max(1, Math.round(seconds * 1e3))} ms` : `${seconds.toFixed(1)} s`;

/** The warning's text. */
export function growthText({ site, ops, iterations, walks, seconds, nodes, bytes, advice }: Growth): string {
  const code = site === null ? "" : lineOf(site.file, site.line);
  const statement = code === "" ? `a statement with ${ops.toReversed().join(", ")}` : `\`${code}\``;
  const place = site === null ? "" : ` in cell [${site.count}], line ${site.line}`;
  const passes = walks === 0 ? "" : ` and ${walks} backward passes`;
  return `This graph grows: ${statement}${place} builds on its own last result. After ${iterations} runs${passes} (${time(seconds)}) it keeps ${nodes} operations and ${amount(bytes)} alive.\nTo let them go, ${advice}.\n`;
}

/** Writes a warning for each statement that it has not been told of. */
export function growthWarner(): (growth: Growth) => void {
  const told = new Set<string>();
  return (growth) => {
    const key = growth.site === null ? growth.ops.join() : `${growth.site.file}:${growth.site.line}`;
    if (told.has(key)) return;
    told.add(key);
    process.stderr.write(growthText(growth));
  };
}
