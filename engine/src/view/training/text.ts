/** A training by `fit` as plain text. */
import type { Num, TrainingData } from "../../protocol/index.ts";
import { formatNumber } from "../shared/format.ts";
import { spark } from "../shared/spark.ts";
import { alignColumns } from "../shared/table.ts";
import { hasSchedule, trainingFacts, trainingShare, trainingTitle } from "./words.ts";

/** Epochs at the end that the table lists; above them, it lists the best one. */
const maxRows = 10;

const barWidth = 24;

/** Returns the progress of a training in one line, for a terminal. */
export function progressLine(data: TrainingData): string {
  const share = trainingShare(data);
  const filled = Math.round((share ?? 0) * barWidth);
  const bar =
    data.state === "running" && share !== null ? `[${"█".repeat(filled)}${"·".repeat(barWidth - filled)}] ` : "";
  return `${trainingTitle(data)} ${bar}${trainingFacts(data).join(" · ")}`;
}

/** Returns the cells of the table of epochs, with its heads; the best epoch is marked by a star. */
export function epochRows(data: TrainingData): string[][] {
  const { epoch, series, lr, best } = data;
  const from = Math.max(epoch.length - maxRows, 0);
  const bestAt = best === null ? -1 : epoch.indexOf(best.epoch);
  const shown = [
    ...(bestAt >= 0 && bestAt < from ? [bestAt] : []),
    ...Array.from({ length: epoch.length - from }, (_, i) => from + i),
  ];
  const columns: { readonly head: string; readonly values: readonly (Num | null)[] }[] = series.flatMap(
    ({ name, training, validation }) => [
      { head: name, values: training },
      ...(validation.some((v) => v !== null) ? [{ head: `val ${name}`, values: validation }] : []),
    ],
  );
  if (hasSchedule(data)) columns.push({ head: "lr", values: lr });
  return [
    ["epoch", ...columns.map(({ head }) => head)],
    ...shown.map((i) => [
      `${epoch[i]}${i === bestAt ? "*" : " "}`,
      ...columns.map(({ values }) => formatNumber(values[i])),
    ]),
  ];
}

/** Returns the training as text: facts, the losses as lines of blocks, and a table of the last epochs. */
export function trainingText(data: TrainingData): string {
  const rows = epochRows(data);
  const { validation } = data.series[0];
  const hasLosses = data.loss.mean.length > 0;
  return [
    `${trainingTitle(data)}: ${trainingFacts(data).join(", ")}`,
    ...(hasLosses ? [`loss       ${spark(data.loss.mean)}`] : []),
    ...(validation.some((v) => v !== null) ? [`validation ${spark(validation)}`] : []),
    ...(rows.length > 1 ? alignColumns(rows, new Set(rows[0].map((_, i) => i))) : []),
  ].join("\n");
}
