/** Columns of the picture of a tape: their texts, and their positions by the width of the texts. */
import { summaryAt, type TapeData } from "../../protocol/index.ts";
import { cut, formatShape, summaryWords } from "../shared/format.ts";
import { gradientWords, leavesOf, lineTitle, siteWords, tapeHeadline } from "./labels.ts";
import type { Lanes } from "./lanes.ts";
import { type Line, shownRow } from "./rows.ts";

/** Pixels to the left of the text and to the right of the call sites. */
export const margin = 12;
/** Position of the dots, from which lanes are counted. */
export const dotColumn = 18;
/** Distance of neighbouring lanes, and indentation of a level of scopes. */
export const laneStep = 12;
export const indentStep = 12;
/** Width of a histogram and of the bar of a norm, with the gap after it. */
export const histogramWidth = 54;
export const barWidth = 50;
export const barGap = 8;

/** Pixels of a character, by the font and size of the text. */
const character = { bold: 7, sans: 6.4, headline: 6.2, value: 5.8, mono: 6.7 } as const;
const gap = 14;
/** Characters that are drawn. */
const most = { op: 30, scope: 14, reads: 18, shape: 15 } as const;

/** Positions of the columns, and the width of the picture. */
export interface Columns {
  readonly op: number;
  readonly reads: number;
  readonly shape: number;
  readonly value: number;
  readonly gradient: number;
  readonly width: number;
}

/** Returns the name of a line, cut where it is too long. */
export const cutName = (name: string): string => cut(name, most.op);

/** Returns the name of the scope that a row alone fills; empty for other lines. */
export const onlyScope = (line: Line): string =>
  line.kind === "row" && line.only !== null ? cut(line.only, most.scope) : "";

/** Returns the names of the leaves that a line reads. */
export const readsOf = (tape: TapeData, line: Line): string =>
  cut(
    leavesOf(tape, line)
      .map((leaf) => tape.leaves.name[leaf])
      .join(" "),
    most.reads,
  );

/** Returns the shape of a row, cut where it is too long. */
export const shapeOf = (tape: TapeData, row: number): string => cut(formatShape(tape.rows.shape[row]), most.shape);

/** Returns positions at which the widest text of each column fits. */
export function columnsFor(tape: TapeData, lines: readonly Line[], lanes: Lanes): Columns {
  const widest = (width: (line: Line, row: number) => number, least: number): number =>
    lines.reduce((w, line) => {
      const row = shownRow(line);
      return row === null ? w : Math.max(w, width(line, row));
    }, least);
  const mono = (text: string): number => text.length * character.mono;
  const op = 32 + lanes.width * laneStep;
  const reads = op + Math.max(...lines.map((line) => nameWidth(tape, line)), 40) + gap;
  const shape = reads + widest((line) => mono(readsOf(tape, line)), 58) + gap;
  const value = shape + widest((_, row) => mono(shapeOf(tape, row)), 30) + gap;
  const gradient = value + widest((_, row) => valueWidth(tape, row), 30) + gap;
  const bar = (row: number): number => (summaryAt(tape.rows.gradient, row) ? barWidth + barGap : 0);
  const site = gradient + widest((_, row) => bar(row) + mono(gradientWords(tape, row)), 150) + gap;
  const end = site + widest((_, row) => mono(siteWords(tape, row)), 50) + margin;
  const headline = tapeHeadline(tape).length * character.headline + 2 * margin;
  return { op, reads, shape, value, gradient, width: Math.ceil(Math.max(headline, end)) };
}

function nameWidth(tape: TapeData, line: Line): number {
  const only = line.kind === "row" && line.only !== null ? Math.min(line.only.length, most.scope) + 1 : 0;
  const name = Math.min(lineTitle(tape, line).length, most.op) + 1;
  return line.depth * indentStep + name * character.bold + only * character.sans;
}

function valueWidth(tape: TapeData, row: number): number {
  const summary = summaryAt(tape.rows.value, row);
  if (summary === null) return 0;
  return (summary.count === 1 ? 0 : histogramWidth) + summaryWords(summary).length * character.value;
}
