/** Attributions as plain text. */
import { type AttributionData, type AttributionExample, decodeNumber } from "../../protocol/index.ts";
import { formatNumber } from "../shared/format.ts";
import { decodeGrid } from "../shared/grid.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";
import { attributionHeadline, attributionScale, rankedScores, signedNumber } from "./facts.ts";

/** Characters of the longest bar. */
const barLength = 16;

/** Returns the names with their scores and bars: tokens in their order, features by magnitude. */
function scoreLines(example: AttributionExample, kind: AttributionData["kind"]): string[] {
  const scale = attributionScale(example);
  const list =
    kind === "text"
      ? example.names.map((name, i) => [name, decodeNumber(example.scores[i])] as const)
      : rankedScores(example);
  const bar = (v: number): string =>
    (v < 0 ? "-" : "+").repeat(scale === 0 ? 0 : Math.round((Math.abs(v) / scale) * barLength) || 0);
  return alignColumns(
    list.map(([name, v]) => [`  ${name}`, signedNumber(v), bar(v)]),
    new Set([1]),
  );
}

/** Returns where the strongest attribution of a matrix is. */
function strongestLine({ map }: AttributionExample): string {
  const { rows, columns, values } = decodeGrid(map, Infinity);
  const at = values.reduce((best, v, i) => (Math.abs(v) > Math.abs(values[best]) ? i : best), 0);
  return `  ${rows} x ${columns}, strongest ${formatNumber(map.scale)} near [${Math.floor(at / columns)}, ${at % columns}]`;
}

/** Returns the method, and for each example its output with its strongest attributions. */
export function attributionText(data: AttributionData): string {
  const lines = data.examples.flatMap((example) => [
    example.title,
    ...(example.names.length > 0 ? scoreLines(example, data.kind) : [strongestLine(example)]),
  ]);
  return [attributionHeadline(data), ...limitLines(lines, maxTextRows, "lines")].join("\n");
}
