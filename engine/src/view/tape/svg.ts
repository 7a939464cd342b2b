/** The tape as a still picture: a line for each row and scope, beside a gutter with the connections between them. */
import type { TapeData } from "../../protocol/index.ts";
import { element } from "../shared/markup.ts";
import { pageWidth } from "../shared/page.ts";
import { label, picture } from "../shared/svg.ts";
import { tapeHeadline } from "./labels.ts";
import { type Lanes, lanesOf } from "./lanes.ts";
import { initiallyFolded, type Line, linesOf } from "./rows.ts";
import { type Columns, columnsFor, dotColumn, laneStep, margin } from "./svg-columns.ts";
import { colors, drawLine, lineHeight, note } from "./svg-line.ts";

const maxLines = 200;
/** Characters of the whole picture, and of what is around its lines. */
const maxLength = 60_000;
const frameLength = 8000;

/** Where the first line begins. */
const top = 58;
const cornerRadius = 6;

/** Draws the connections between lines. */
function drawGutter({ lanes }: Lanes): string {
  const middle = (line: number): number => top + line * lineHeight + lineHeight / 2;
  return lanes
    .map(({ from, to, lane }) => {
      const x = dotColumn + lane * laneStep;
      const [a, b] = [middle(from), middle(to)];
      const r = cornerRadius;
      const d =
        lane === 0
          ? `M${dotColumn} ${a}V${b}`
          : `M${dotColumn} ${a}H${x - r}Q${x} ${a} ${x} ${a + r}V${b - r}Q${x} ${b} ${x - r} ${b}H${dotColumn}`;
      const stroke = lane === 0 ? colors.faint : colors.forward;
      return element("path", { d, fill: "none", stroke, "stroke-width": 1.2 });
    })
    .join("");
}

/** Draws as many of the lines as fit. */
function drawLines(tape: TapeData, lines: readonly Line[], at: Columns): string[] {
  const drawn: string[] = [];
  let length = 0;
  for (const line of lines) {
    const y = top + drawn.length * lineHeight;
    const rule = element("path", { d: `M0 ${y}H${at.width}`, stroke: colors.line, "stroke-width": 1 });
    const text = rule + drawLine(tape, line, y, at);
    if (length + text.length > maxLength - frameLength) break;
    length += text.length;
    drawn.push(text);
  }
  return drawn;
}

const drawHeads = (at: Columns): string[] => [
  label(at.op, 46, "op", note),
  label(at.reads, 46, "also reads", note),
  label(at.shape, 46, "shape", note),
  label(at.value, 46, "value", note),
  label(at.gradient, 46, "gradient norm", note),
  label(at.width - margin, 46, "cell : line", { ...note, "text-anchor": "end" }),
];

/** Returns the picture of a tape, scaled down to the width of a page. */
export function tapeSvg(tape: TapeData): string {
  const all = linesOf(tape, initiallyFolded(tape));
  const lines = all.slice(0, maxLines);
  const lanes = lanesOf(tape, lines);
  const at = columnsFor(tape, lines, lanes);
  const drawn = drawLines(tape, lines, at);
  const bottom = top + drawn.length * lineHeight;
  const left = all.length - drawn.length;
  const headline = tapeHeadline(tape);
  return picture(
    {
      width: at.width,
      height: bottom + (left > 0 ? lineHeight : 0) + 8,
      scale: Math.min(pageWidth / at.width, 1),
      title: `Tape of ${tape.title}`,
      description: headline,
    },
    label(margin, 20, headline),
    ...drawHeads(at),
    drawGutter({ ...lanes, lanes: lanes.lanes.filter((lane) => lane.to < drawn.length) }),
    ...drawn,
    left > 0 ? label(at.op, bottom + 16, `… and ${left} more rows`, { fill: colors.faint }) : "",
  );
}
