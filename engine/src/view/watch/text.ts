/** A watched training as plain text. */
import { decodeNumber, type WatchData } from "../../protocol/index.ts";
import { formatCount, formatNumber } from "../shared/format.ts";
import { spark } from "../shared/spark.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";
import { alarmWords, formatQuantity, layerWords, watchFacts, watchTitle } from "./words.ts";

const heads: readonly string[] = [
  "layer",
  "elements",
  "|gradient|",
  "least",
  "greatest",
  "|weight|",
  "update / weight",
  "dead",
];

/** Returns the cells of the table of layers, with its heads. */
export function layerRows({ layers: l }: WatchData): string[][] {
  const hasDead = l.dead.latest.some((v) => v !== null);
  const rows = l.name.map((name, i) => [
    layerWords(name, l.kind[i]),
    formatCount(l.elements[i]),
    formatQuantity("gradient", l.gradient.latest[i]),
    formatQuantity("gradient", l.gradient.min[i]),
    formatQuantity("gradient", l.gradient.max[i]),
    formatQuantity("weight", l.weight.latest[i]),
    formatQuantity("update", l.update.latest[i]),
    formatQuantity("dead", l.dead.latest[i]),
  ]);
  return [[...heads], ...rows].map((row) => (hasDead ? row : row.slice(0, -1)));
}

/** Returns the cells of the table of runs, with its heads; empty for a single run. */
export function runRows({ runs }: WatchData): string[][] {
  if (runs.length < 2) return [];
  return [
    ["run", "steps", "loss", "least"],
    ...runs.map(({ name, steps, last, loss }) => {
      const finite = loss.min.flatMap((v) => (v === null ? [] : [decodeNumber(v)])).filter(Number.isFinite);
      return [
        name,
        steps.toLocaleString("en"),
        formatNumber(last),
        formatNumber(finite.length === 0 ? null : Math.min(...finite)),
      ];
    }),
  ];
}

/** Returns the training as text: the loss as a line of blocks, the alarms, and a table of the layers. */
export function watchText(data: WatchData): string {
  const { runs, layers, alarms } = data;
  const [run] = runs;
  const rows = layerRows(data);
  const right = new Set(rows[0].map((_, i) => i).slice(1));
  const others = runRows(data);
  const curve = run.loss.mean.some((v) => v !== null) ? [`loss ${spark(run.loss.mean)}`] : [];
  const omitted = layers.omitted > 0 ? [`… and ${layers.omitted} more layers`] : [];
  return limitLines(
    [
      `${watchTitle(data)}: ${watchFacts(data).join(", ")}`,
      ...curve,
      ...alarms.map((a) => `▲ ${alarmWords(a)} ${a.finding.fix}`.slice(0, 200)),
      ...(others.length > 0 ? ["", ...alignColumns(others, new Set([1, 2, 3])), ""] : []),
      ...alignColumns(rows, right),
      ...omitted,
    ],
    maxTextRows,
    "lines",
  ).join("\n");
}
