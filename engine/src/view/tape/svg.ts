/** The tape as a still picture. Presentation attributes only: what GitHub, nbviewer and sanitisers leave standing. */
import { summaryAt, type TapeData } from "../../protocol/index.ts";
import { cut, histogramHeights, normPlace, showShape, summaryWords } from "../shared/format.ts";
import { element, escapeText } from "../shared/markup.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { type Lanes, lanesOf } from "./lanes.ts";
import { initiallyFolded, type Line, linesOf, shownRow } from "./rows.ts";
import { gradientWords, leavesOf, lineTitle, siteWords, tapeHeadline } from "./text.ts";

const rowHeight = 24;
const maxLines = 200;
const maxLength = 60_000;
const laneStep = 12;
const colors = {
  ...pageColors,
  faint: "#6e7781",
  forward: "#3b6fd4",
  backward: "#c2571a",
  alarm: "#c0262d",
  chip: "#dbe7fb",
} as const;

/** Pixels of a character of the sans-serif and of the monospaced font. */
const character = { sans: 6.4, mono: 6.7 } as const;
const gap = 14;
const bar = 50;
const most = { op: 30, scope: 14, reads: 18, shape: 15 } as const;

interface Columns {
  readonly op: number;
  readonly reads: number;
  readonly shape: number;
  readonly value: number;
  readonly gradient: number;
  readonly width: number;
}

const readsOf = (tape: TapeData, line: Line): string =>
  cut(
    leavesOf(tape, line)
      .map((l) => tape.leaves.name[l])
      .join(" "),
    most.reads,
  );

const shapeOf = (tape: TapeData, row: number): string => cut(showShape(tape.rows.shape[row]), most.shape);

/** Places of the columns, each as wide as its widest text. */
function columnsFor(tape: TapeData, lines: readonly Line[], lanes: Lanes): Columns {
  const widest = (width: (line: Line, row: number) => number, least: number): number =>
    lines.reduce((w, line) => {
      const row = shownRow(line);
      return row === null ? w : Math.max(w, width(line, row));
    }, least);
  const names = lines.map((line) => {
    const only = line.kind === "row" && line.only !== null ? Math.min(line.only.length, most.scope) + 1 : 0;
    return line.depth * 12 + (Math.min(lineTitle(tape, line).length, most.op) + 1) * 7 + only * character.sans;
  });
  const op = 32 + lanes.width * laneStep;
  const reads = op + Math.max(...names, 40) + gap;
  const shape = reads + widest((line) => readsOf(tape, line).length * character.mono, 58) + gap;
  const value = shape + widest((_, row) => shapeOf(tape, row).length * character.mono, 30) + gap;
  const valueWidth = (row: number): number => {
    const summary = summaryAt(tape.rows.value, row);
    return summary === null ? 0 : (summary.count === 1 ? 0 : 54) + summaryWords(summary).length * 5.8;
  };
  const gradient = value + widest((_, row) => valueWidth(row), 30) + gap;
  const site =
    gradient +
    widest(
      (_, row) => (summaryAt(tape.rows.gradient, row) ? bar + 8 : 0) + gradientWords(tape, row).length * character.mono,
      150,
    ) +
    gap;
  const headline = tapeHeadline(tape).length * 6.2 + 24;
  const width = Math.ceil(
    Math.max(headline, site + widest((_, row) => siteWords(tape, row).length * character.mono, 50) + 12),
  );
  return { op, reads, shape, value, gradient, width };
}

function label(
  x: number,
  y: number,
  text: string,
  color: string,
  extra: Readonly<Record<string, string | number>> = {},
): string {
  return element("text", { x, y, fill: color, "font-size": 12, ...extra }, escapeText(text));
}

const mono = { "font-family": "monospace" } as const;

/** Curves of the gutter. */
function gutter({ lanes }: Lanes, top: number): string {
  const y = (line: number): number => top + line * rowHeight + rowHeight / 2;
  return lanes
    .map(({ from, to, lane }) => {
      const x = 18 + lane * laneStep;
      const [a, b] = [y(from), y(to)];
      const r = 6;
      const d =
        lane === 0 ? `M18 ${a}V${b}` : `M18 ${a}H${x - r}Q${x} ${a} ${x} ${a + r}V${b - r}Q${x} ${b} ${x - r} ${b}H18`;
      return element("path", {
        d,
        fill: "none",
        stroke: lane === 0 ? colors.faint : colors.forward,
        "stroke-width": 1.2,
      });
    })
    .join("");
}

function histogram(x: number, y: number, digits: string): string {
  return histogramHeights(digits)
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
}

function drawLine(tape: TapeData, line: Line, y: number, at: Columns): string {
  const parts: string[] = [];
  const row = shownRow(line);
  const base = y + 16;
  const indent = at.op + line.depth * 12;
  const fold = line.kind === "scope" ? (line.folded ? "▸ " : "▾ ") : "";
  const title = fold + lineTitle(tape, line);
  const scope =
    line.kind === "row" && line.only !== null
      ? [element("tspan", { dx: 7, fill: colors.faint }, escapeText(cut(line.only, most.scope)))]
      : [];
  const name = element("tspan", { "font-weight": "bold" }, escapeText(cut(title, most.op)));
  parts.push(element("text", { x: indent, y: base, fill: colors.ink, "font-size": 12 }, name, ...scope));
  if (row === null) return parts.join("");
  const alarm = tape.findings.some((f) => f.row === row);
  parts.push(
    element("circle", {
      cx: 18,
      cy: y + rowHeight / 2,
      r: 3.6,
      fill: colors.back,
      stroke: alarm ? colors.alarm : colors.ink,
      "stroke-width": 1.5,
    }),
  );
  const reads = readsOf(tape, line);
  if (reads !== "") parts.push(label(at.reads, base, reads, colors.forward, { ...mono, "font-size": 11 }));
  parts.push(label(at.shape, base, shapeOf(tape, row), colors.ink, { ...mono, "font-size": 11 }));
  const value = summaryAt(tape.rows.value, row);
  if (value) {
    const scalar = value.count === 1;
    if (!scalar) parts.push(histogram(at.value, y + 19, value.histogram));
    parts.push(
      label(
        scalar ? at.value : at.value + 54,
        base,
        summaryWords(value),
        value.nan + value.inf > 0 ? colors.alarm : colors.faint,
        { "font-size": 11 },
      ),
    );
  }
  const gradient = summaryAt(tape.rows.gradient, row);
  if (gradient) {
    parts.push(element("rect", { x: at.gradient, y: y + 10, width: bar, height: 4, rx: 2, fill: colors.line }));
    parts.push(
      element("rect", {
        x: at.gradient,
        y: y + 10,
        width: Math.max(bar * normPlace(gradient.norm), 1),
        height: 4,
        rx: 2,
        fill: alarm ? colors.alarm : colors.backward,
      }),
    );
  }
  parts.push(
    label(
      gradient ? at.gradient + bar + 8 : at.gradient,
      base,
      gradientWords(tape, row),
      alarm && gradient ? colors.alarm : gradient ? colors.ink : colors.faint,
      { "font-size": 11, ...(gradient ? mono : {}) },
    ),
  );
  parts.push(
    label(at.width - 12, base, siteWords(tape, row), colors.faint, { ...mono, "font-size": 11, "text-anchor": "end" }),
  );
  return parts.join("");
}

export function tapeSvg(tape: TapeData): string {
  const lines = linesOf(tape, initiallyFolded(tape));
  const lanes = lanesOf(tape, lines.slice(0, maxLines));
  const at = columnsFor(tape, lines.slice(0, maxLines), lanes);
  const scale = Math.min(pageWidth / at.width, 1);
  const top = 58;
  const drawn: string[] = [];
  let length = 0;
  for (const line of lines.slice(0, maxLines)) {
    const text =
      element("path", {
        d: `M0 ${top + drawn.length * rowHeight}H${at.width}`,
        stroke: colors.line,
        "stroke-width": 1,
      }) + drawLine(tape, line, top + drawn.length * rowHeight, at);
    if (length + text.length > maxLength - 8000) break;
    length += text.length;
    drawn.push(text);
  }
  const shown = { ...lanes, lanes: lanes.lanes.filter((l) => l.to < drawn.length) };
  const left = lines.length - drawn.length;
  const height = top + drawn.length * rowHeight + (left > 0 ? rowHeight : 0) + 8;
  const heads: [number, string][] = [
    [at.op, "op"],
    [at.reads, "also reads"],
    [at.shape, "shape"],
    [at.value, "value"],
    [at.gradient, "gradient norm"],
  ];
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: Math.round(at.width * scale),
      height: Math.round(height * scale),
      viewBox: `0 0 ${at.width} ${height}`,
      "font-family": "Helvetica, Arial, sans-serif",
      role: "img",
    },
    element("title", {}, escapeText(`Tape of ${tape.title}`)),
    element("desc", {}, escapeText(tapeHeadline(tape))),
    element("rect", {
      x: 0.5,
      y: 0.5,
      width: at.width - 1,
      height: height - 1,
      rx: 4,
      fill: colors.back,
      stroke: colors.line,
    }),
    label(12, 20, tapeHeadline(tape), colors.ink, { "font-size": 12 }),
    ...heads.map(([x, text]) => label(x, 46, text, colors.faint, { "font-size": 11 })),
    label(at.width - 12, 46, "cell : line", colors.faint, { "font-size": 11, "text-anchor": "end" }),
    gutter(shown, top),
    ...drawn,
    left > 0 ? label(at.op, top + drawn.length * rowHeight + 16, `… and ${left} more rows`, colors.faint) : "",
  );
}
