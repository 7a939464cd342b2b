/** Facts of a confusion matrix: accuracy, scores by class, and the most confused pairs. */
import type { ConfusionData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";

/** Classes up to which every count is written. */
export const maxCounted = 30;

/** Characters of a class's name that are written. */
export const longestName = 24;

/** Mistakes that are listed for a matrix of many classes. */
const maxMistakes = 12;

/** Examples of one class that were predicted as another. */
export interface Mistake {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

/** Counts of one class. */
export interface ClassScore {
  readonly name: string;
  /** Examples of the class. */
  readonly count: number;
  /** Examples of the class that were predicted right. */
  readonly right: number;
  /** Examples of any class that were predicted as this class. */
  readonly predicted: number;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** Returns the counts of a true class by predicted class. */
export const countsOf = ({ names, counts }: ConfusionData, row: number): readonly number[] =>
  counts.slice(row * names.length, (row + 1) * names.length);

/** Returns the scores of the classes. */
export function scoresOf(data: ConfusionData): ClassScore[] {
  const rows = data.names.map((_, i) => countsOf(data, i));
  return data.names.map((name, i) => ({
    name,
    count: sum(rows[i]),
    right: rows[i][i],
    predicted: rows.reduce((n, row) => n + row[i], 0),
  }));
}

/** Returns a table with a row for each class, below its heads. */
export const classRows = (data: ConfusionData): string[][] => [
  ["class", "true", "predicted", "right", "recall", "precision"],
  ...scoresOf(data).map((s) => [
    cut(s.name, longestName),
    String(s.count),
    String(s.predicted),
    String(s.right),
    formatRatio(s.right, s.count),
    formatRatio(s.right, s.predicted),
  ]),
];

/** Returns the mistakes, the most frequent first. */
export function mistakesOf({ names, counts }: ConfusionData): Mistake[] {
  const n = names.length;
  return counts
    .flatMap((count, i): Mistake[] => {
      const [row, column] = [Math.floor(i / n), i % n];
      return count > 0 && row !== column ? [{ truth: names[row], predicted: names[column], count }] : [];
    })
    .toSorted((a, b) => b.count - a.count);
}

/** Returns the most frequent mistakes in words. */
export const worstMistakes = (data: ConfusionData): string[] =>
  mistakesOf(data).slice(0, maxMistakes).map(mistakeWords);

/** Formats a share in two decimals; only an empty share is 0.00, and only the whole is 1.00. */
export function formatRatio(part: number, whole: number): string {
  if (whole === 0) return "–";
  const text = (part / whole).toFixed(2);
  if (part > 0 && text === "0.00") return "< 0.01";
  return part < whole && text === "1.00" ? "> 0.99" : text;
}

const percent = (part: number, whole: number): string => {
  const text = ((100 * part) / whole).toFixed(1);
  return part < whole && text === "100.0" ? "> 99.9 %" : `${text} %`;
};

/** Returns `351 of 360 right`, `97.5 %`, and `most confused: 8 taken for 1 (3)`. */
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

/** Returns the title and the facts in one line. */
export const confusionHeadline = (data: ConfusionData): string =>
  [...(data.title === null ? [] : [data.title]), ...confusionFacts(data)].join(" · ");

const formatCount = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(2));

/** Returns a mistake as `8 taken for 1 (3)`. */
export const mistakeWords = ({ truth, predicted, count }: Mistake): string =>
  `${cut(truth, longestName)} taken for ${cut(predicted, longestName)} (${formatCount(count)})`;

/** Returns the divisor of a cell's count; 1 without normalization. */
export function divisorOf(data: ConfusionData, scores: readonly ClassScore[], row: number, column: number): number {
  if (data.normalize === "true") return scores[row].count;
  if (data.normalize === "predicted") return scores[column].predicted;
  return data.normalize === "all" ? sum(scores.map((s) => s.count)) : 1;
}

/** Returns a cell's count or share; a dot for 0. */
export function cellWords(count: number, divisor: number, data: ConfusionData): string {
  if (count === 0) return "·";
  return data.normalize === null ? formatCount(count) : formatRatio(count, divisor);
}

/** Returns the strength of a cell's colour, 0 to 1. It grows with the square root, so that a single mistake is visible. */
export function cellShade(count: number, ofClass: number): number {
  if (count === 0 || ofClass === 0) return 0;
  return 0.25 + 0.75 * Math.sqrt(Math.min(count / ofClass, 1));
}
