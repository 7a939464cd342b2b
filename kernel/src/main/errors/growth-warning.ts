/** The warning that a graph grows without bound, once per statement and cell run. */
import { lineOf } from "../locations/cell-sources.ts";

/** A growing graph that the engine has detected. */
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

/** Returns the text of the warning. */
export function growthText({ site, ops, iterations, walks, seconds, nodes, bytes, advice }: Growth): string {
  const code = site === null ? "" : lineOf(site.file, site.line);
  const statement = code === "" ? `a statement with ${ops.toReversed().join(", ")}` : `\`${code}\``;
  const location = site === null ? "" : ` in cell [${site.count}], line ${site.line}`;
  const passes = walks === 0 ? "" : ` and ${walks} backward passes`;
  return `This graph grows: ${statement}${location} builds on its own last result. After ${iterations} runs${passes} (${time(seconds)}) it keeps ${nodes} operations and ${amount(bytes)} alive.\nTo release them, ${advice}.\n`;
}

/** Returns a listener that writes the first warning about each statement. */
export function growthWarner(): (growth: Growth) => void {
  const reported = new Set<string>();
  return (growth) => {
    const key = growth.site === null ? growth.ops.join() : `${growth.site.file}:${growth.site.line}`;
    if (reported.has(key)) return;
    reported.add(key);
    process.stderr.write(growthText(growth));
  };
}
