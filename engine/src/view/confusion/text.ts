/** A confusion matrix as plain text: its counts, or for many classes the scores by class. */
import type { ConfusionData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { alignColumns } from "../shared/table.ts";
import {
  cellWords,
  classRows,
  confusionHeadline,
  countsOf,
  divisorOf,
  formatRatio,
  longestName,
  maxCounted,
  scoresOf,
  worstMistakes,
} from "./facts.ts";

const longestHead = 12;

/** Aligns the first column to the left and the numbers in the others to the right. */
const alignRows = (rows: readonly (readonly string[])[]): string[] =>
  alignColumns(rows, new Set(rows[0].map((_, c) => c).slice(1)));

/** Returns the counts in rows of the true class and columns of the predicted one. */
export function confusionText(data: ConfusionData): string {
  const headline = confusionHeadline(data);
  if (data.names.length > maxCounted)
    return [headline, "", ...worstMistakes(data), "", ...alignRows(classRows(data))].join("\n");
  const scores = scoresOf(data);
  const rows = data.names.map((name, i) => [
    cut(name, longestName),
    ...countsOf(data, i).map((count, j) => cellWords(count, divisorOf(data, scores, i, j), data)),
    formatRatio(scores[i].right, scores[i].count),
  ]);
  const heads = ["true \\ predicted", ...data.names.map((name) => cut(name, longestHead)), "recall"];
  return [headline, "", ...alignRows([heads, ...rows])].join("\n");
}
