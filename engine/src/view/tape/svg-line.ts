/** Draws a line of the tape: name, leaves, shape, value, gradient and call site. */
import { summaryAt, type TapeData } from "../../protocol/index.ts";
import { histogramHeights, normPosition, summaryWords } from "../shared/format.ts";
import { type Attributes, element, escapeText } from "../shared/markup.ts";
import { pageColors } from "../shared/page.ts";
import { label } from "../shared/svg.ts";
import { foldMark, gradientWords, lineTitle, siteWords } from "./labels.ts";
import { type Line, shownRow } from "./rows.ts";
import {
  barGap,
  barWidth,
  type Columns,
  cutName,
  dotColumn,
  histogramWidth,
  indentStep,
  margin,
  onlyScope,
  readsOf,
  shapeOf,
} from "./svg-columns.ts";

export const lineHeight = 24;

interface Colors {
  readonly ink: string;
  readonly line: string;
  readonly back: string;
  readonly faint: string;
  readonly forward: string;
  readonly backward: string;
  readonly alarm: string;
}

export const colors: Readonly<Colors> = {
  ...pageColors,
  faint: "#6e7781",
  forward: "#3b6fd4",
  backward: "#c2571a",
  alarm: "#c0262d",
};

/** Small faint text. */
export const note: Attributes = { fill: colors.faint, "font-size": 11 } as const;
const mono = { "font-family": "monospace", "font-size": 11 } as const;

/** From the top of a line to the base line of its text. */
const baseline = 16;

/** Draws a line, whose top is at `y`. */
export function drawLine(tape: TapeData, line: Line, y: number, at: Columns): string {
  const name = drawName(tape, line, y, at);
  const row = shownRow(line);
  if (row === null) return name;
  const alarm = tape.findings.some((f) => f.row === row);
  const base = y + baseline;
  const reads = readsOf(tape, line);
  return [
    name,
    drawDot(y, alarm),
    reads === "" ? "" : label(at.reads, base, reads, { ...mono, fill: colors.forward }),
    label(at.shape, base, shapeOf(tape, row), mono),
    drawValue(tape, row, y, at),
    drawGradient(tape, row, y, at, alarm),
    label(at.width - margin, base, siteWords(tape, row), { ...mono, fill: colors.faint, "text-anchor": "end" }),
  ].join("");
}

function drawName(tape: TapeData, line: Line, y: number, at: Columns): string {
  const only = onlyScope(line);
  const name = cutName(foldMark(line) + lineTitle(tape, line));
  return element(
    "text",
    { x: at.op + line.depth * indentStep, y: y + baseline, fill: colors.ink, "font-size": 12 },
    element("tspan", { "font-weight": "bold" }, escapeText(name)),
    ...(only === "" ? [] : [element("tspan", { dx: 7, fill: colors.faint }, escapeText(only))]),
  );
}

const drawDot = (y: number, alarm: boolean): string =>
  element("circle", {
    cx: dotColumn,
    cy: y + lineHeight / 2,
    r: 3.6,
    fill: colors.back,
    stroke: alarm ? colors.alarm : colors.ink,
    "stroke-width": 1.5,
  });

/** Draws the value of a row: a scalar as a number, other values as a histogram and a few words. */
function drawValue(tape: TapeData, row: number, y: number, at: Columns): string {
  const value = summaryAt(tape.rows.value, row);
  if (value === null) return "";
  const scalar = value.count === 1;
  const fill = value.nan + value.inf > 0 ? colors.alarm : colors.faint;
  const x = scalar ? at.value : at.value + histogramWidth;
  const words = label(x, y + baseline, summaryWords(value), { ...note, fill });
  return scalar ? words : drawHistogram(at.value, y + 19, value.histogram) + words;
}

const drawHistogram = (x: number, y: number, digits: string): string =>
  histogramHeights(digits)
    .map((h, i) =>
      h === 0
        ? ""
        : element("rect", {
            x: x + i * 3,
            y: y - h * 13,
            width: 2.4,
            height: Math.max(h * 13, 0.8),
            fill: colors.forward,
          }),
    )
    .join("");

/** Draws the norm of a row's gradient as a bar and a number, or the reason why there is none. */
function drawGradient(tape: TapeData, row: number, y: number, at: Columns, alarm: boolean): string {
  const gradient = summaryAt(tape.rows.gradient, row);
  const words = gradientWords(tape, row);
  if (gradient === null) return label(at.gradient, y + baseline, words, note);
  const filled = Math.max(barWidth * normPosition(gradient.norm), 1);
  return [
    drawBar(at.gradient, y, barWidth, colors.line),
    drawBar(at.gradient, y, filled, alarm ? colors.alarm : colors.backward),
    label(at.gradient + barWidth + barGap, y + baseline, words, { ...mono, fill: alarm ? colors.alarm : colors.ink }),
  ].join("");
}

const drawBar = (x: number, y: number, width: number, fill: string): string =>
  element("rect", { x, y: y + 10, width, height: 4, rx: 2, fill });
