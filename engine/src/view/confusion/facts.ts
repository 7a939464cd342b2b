/** Facts of a confusion matrix: accuracy, scores by class, and the most confused pairs. */
import type { ConfusionData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";

/** Up to so many classes, every count is written. */
export const maxCounted = 30;

/** Characters of a class's name that are shown. */
export const longestName = 24;

/** Examples of one class that were taken for another. */
export interface Mistake {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

/** One class: its examples, and how many of them are right. */
export interface ClassScore {
  readonly name: string;
  readonly count: number;
  readonly right: number;
  readonly predicted: number;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** The examples of a true class by prediction. */
export const countsOf = ({ names, counts }: ConfusionData, row: number): readonly number[] =>
  counts.slice(row * names.length, (row + 1) * names.length);

export function scoresOf(data: ConfusionData): ClassScore[] {
  const rows = data.names.map((_, i) => countsOf(data, i));
  return data.names.map((name, i) => ({
    name,
    count: sum(rows[i]),
    right: rows[i][i],
    predicted: rows.reduce((n, row) => n + row[i], 0),
  }));
}

/** Mistakes, the most frequent first. */
export function mistakesOf({ names, counts }: ConfusionData): Mistake[] {
  const n = names.length;
  return counts
    .flatMap((count, i): Mistake[] => {
      const [row, column] = [Math.floor(i / n), i % n];
      return count > 0 && row !== column ? [{ truth: names[row], predicted: names[column], count }] : [];
    })
    .toSorted((a, b) => b.count - a.count);
}

/** A share with as many digits as tell it from 0 and 1. */
export function showRatio(part: number, whole: number): string {
  if (whole === 0) return "–";
  const text = (part / whole).toFixed(2);
  if (part > 0 && text === "0.00") return "< 0.01";
  return part < whole && text === "1.00" ? "> 0.99" : text;
}

const percent = (part: number, whole: number): string => {
  const text = ((100 * part) / whole).toFixed(1);
  return part < whole && text === "100.0" ? "> 99.9 %" : `${text} %`;
};

/** `351 of 360 right`, `97.5 %`, `most confused: 8 taken for 1 (3)`. */
export function confusionFacts(data: ConfusionData): string[] {
  const total = sum(data.counts);
  const right = sum(scoresOf(data).map((s) => s.right));
  const whole = data.counts.every(Number.isInteger);
  const [worst] = mistakesOf(data);
  const share = total > 0 ? [percent(right, total)] : [];
  return [
    ...(whole ? [`${right} of ${total} right`] : []),
    ...share,
    ...(worst === undefined ? [] : [`most confused: ${mistakeWords(worst)}`]),
  ];
}

const showCount = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(2));

export const mistakeWords = ({ truth, predicted, count }: Mistake): string =>
  `${cut(truth, longestName)} taken for ${cut(predicted, longestName)} (${showCount(count)})`;

/** Returns the divisor of a cell's count; 1 without normalization. */
export function divisorOf(data: ConfusionData, scores: readonly ClassScore[], row: number, column: number): number {
  if (data.normalize === "true") return scores[row].count;
  if (data.normalize === "predicted") return scores[column].predicted;
  return data.normalize === "all" ? sum(scores.map((s) => s.count)) : 1;
}

/** A cell as it is written: nothing for none. */
export function cellWords(count: number, divisor: number, data: ConfusionData): string {
  if (count === 0) return "·";
  return data.normalize === null ? showCount(count) : showRatio(count, divisor);
}

/** How strongly a cell is coloured, 0 to 1: a single mistake of many is seen, too. */
export function cellShade(count: number, ofClass: number): number {
  if (count === 0 || ofClass === 0) return 0;
  return 0.25 + 0.75 * Math.sqrt(Math.min(count / ofClass, 1));
}
