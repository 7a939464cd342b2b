/** An explained error as a still picture: the drawing of its operands, where they came from, the reason, and the fixes. */
import type { ShapesData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { element } from "../shared/markup.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { label, picture } from "../shared/svg.ts";
import { wrap } from "../shared/wrap.ts";
import { drawOperands, type Mark, scaleOf } from "./drawing.ts";
import {
  fixWords,
  moduleWords,
  noFixWords,
  operandWords,
  originWords,
  placeWords,
  stepWords,
  tapeWords,
} from "./words.ts";

const margin = 14;
const lineHeight = 18;

const colors = {
  faint: "#57606a",
  alarm: "#c0262d",
  input: "#d8e4fa",
  inputLine: "#3b6fd4",
  parameter: "#f7e3d3",
  parameterLine: "#c2571a",
  chip: "#e3ecfb",
  warned: "#eeeeee",
  head: "#f6f8fa",
} as const;

const mono = { "font-family": "monospace", "font-size": 11 } as const;
const faint = { fill: colors.faint, "font-size": 11 } as const;

const fills = {
  input: { fill: colors.input, stroke: colors.inputLine },
  parameter: { fill: colors.parameter, stroke: colors.parameterLine },
  wanted: { fill: "none", stroke: colors.faint, "stroke-dasharray": "4 3" },
} as const;

const texts = {
  size: mono,
  clash: { ...mono, fill: colors.alarm, "font-weight": "bold" },
  name: { ...mono, "font-weight": "bold" },
  symbol: { "font-family": "monospace", "font-size": 16, fill: colors.faint },
  faint: { ...mono, fill: colors.faint },
} as const;

function drawMark(mark: Mark): string {
  if (mark.kind === "arc")
    return element("path", {
      d: mark.d,
      fill: "none",
      stroke: colors.alarm,
      "stroke-width": 1.2,
      "stroke-dasharray": "4 3",
    });
  if (mark.kind === "text")
    return label(mark.x, mark.y, mark.text, { ...texts[mark.role], "text-anchor": mark.anchor });
  const { x, y, width, height, role } = mark;
  return element("rect", { x, y, width, height, ...fills[role], "stroke-width": 1.2 });
}

/** Lines of the picture below each other. */
class Column {
  y: number;
  readonly parts: string[] = [];

  constructor(y: number) {
    this.y = y;
  }

  add(x: number, text: string, attributes: Readonly<Record<string, string | number>>): void {
    this.y += lineHeight;
    this.parts.push(label(x, this.y, text, attributes));
  }
}

/** Draws the origins of the operands in columns. */
function drawOrigins(data: ShapesData, column: Column): void {
  for (const operand of data.operands) {
    column.add(margin, cut(operand.name, 18), { ...mono, "font-weight": "bold" });
    column.parts.push(label(margin + 136, column.y, cut(operandWords(operand), 24), mono));
    const place = placeWords(operand.place);
    const room = place === "" ? 34 : 22;
    column.parts.push(label(margin + 300, column.y, cut(originWords(operand), room), { ...mono, fill: colors.faint }));
    column.parts.push(label(pageWidth - margin, column.y, place, { ...faint, "text-anchor": "end" }));
  }
}

/** Draws the fixes: code on a tint, and the words behind it or below. */
function drawFixes(data: ShapesData, column: Column): void {
  for (const fix of data.fixes) {
    column.y += 5;
    const code = cut(fix.code, 76);
    const width = code.length * 6.7 + 12;
    const y = column.y + 5;
    const fill = fix.warning === null ? colors.chip : colors.warned;
    column.parts.push(element("rect", { x: margin, y, width, height: 17, rx: 3, fill }));
    column.add(margin + 6, code, mono);
    const words = `${fix.warning === null ? "✓" : "▲"} ${fixWords(fix)}`;
    const isBeside = margin + width + words.length * 6 + 20 < pageWidth;
    if (isBeside) column.parts.push(label(margin + width + 8, column.y, words, faint));
    else for (const line of wrap(words, 88)) column.add(margin + 6, line, faint);
  }
}

/** Recorded operations that are listed, the last ones. */
const maxSteps = 8;

/** Draws the last operations of the tape. */
function drawSteps({ tape }: ShapesData, column: Column): void {
  const steps = tape.steps.slice(-maxSteps);
  if (steps.length < tape.total) column.add(margin + 6, `… ${tape.total - steps.length} before`, faint);
  for (const step of steps) {
    column.add(margin + 6, cut(stepWords(step), 64), { ...mono, fill: colors.faint });
    column.parts.push(label(pageWidth - margin, column.y, placeWords(step.place), { ...faint, "text-anchor": "end" }));
  }
}

/** Returns the picture of an explained error. */
export function shapesSvg(data: ShapesData): string {
  const head = wrap(data.message, 76).slice(0, 4);
  const headHeight = 14 + lineHeight * head.length + (data.place === null ? 0 : lineHeight);
  const drawing = drawOperands(data, pageWidth - 2 * margin - 10);
  const column = new Column(headHeight + 8 + drawing.height);
  drawOrigins(data, column);
  column.y += 8;
  for (const line of wrap(data.sentence, 82)) column.add(margin, line, { "font-size": 12.5, "font-weight": "bold" });
  for (const line of [moduleWords(data), ...data.notes, noFixWords(data)]
    .filter((t) => t !== "")
    .flatMap((t) => wrap(t, 92)))
    column.add(margin, line, faint);
  drawFixes(data, column);
  column.y += 6;
  const note = data.operands.length === 0 ? "" : `In the picture, ${scaleOf(data, 1, 0).note}.`;
  for (const line of wrap(`${tapeWords(data)} ${note}`, 92)) column.add(margin, line, faint);
  drawSteps(data, column);
  const title = `${data.error}: ${data.message}`;
  return picture(
    { width: pageWidth, height: Math.ceil(column.y + 14), title, description: data.sentence },
    element("path", { d: `M1 ${headHeight}H${pageWidth - 1}`, stroke: pageColors.line }),
    ...head.map((line, i) =>
      label(margin, 20 + i * lineHeight, line, {
        ...mono,
        "font-size": 11.5,
        "font-weight": "bold",
      }),
    ),
    ...(data.place === null
      ? []
      : [
          label(margin, 20 + head.length * lineHeight, cut(`${placeWords(data.place)}   ${data.code}`, 84), {
            ...mono,
            fill: colors.faint,
          }),
        ]),
    element("g", { transform: `translate(${margin} ${headHeight + 2})` }, ...drawing.marks.map(drawMark)),
    ...column.parts,
  );
}
