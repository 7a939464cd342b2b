/** The steps of a small tape as a still picture: the graph with the values and gradients at the last step, and the table of the backward pass. */
import type { StepsData } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { label, picture } from "../shared/svg.ts";
import { type Box, boxPadding, boxTexts, labelWidth, type StepGraph, stepGraph } from "./graph.ts";
import type { PlacedNode } from "./layout.ts";
import { type StepTable, stepTable } from "./table.ts";
import { omittedStepWords, stepsHeadline } from "./words.ts";

const colors = { ...pageColors, faint: "#57606a", forward: "#2f5fc4", backward: "#b04d12", box: "#f6f8fa" } as const;
const margin = 14;
const top = 34;
const rowHeight = 18;
const maxLines = 40;
const character = 6.1;
const columnGap = 14;
const note = { fill: colors.faint, "font-size": 11 } as const;

function drawBox(graph: StepGraph, box: Box, node: PlacedNode): string {
  const { replay } = graph;
  const texts = boxTexts(replay, box, replay.data.position);
  const [x, y] = [node.x + boxPadding, node.y];
  const number = { "font-family": "monospace", "font-size": 11 } as const;
  const line = (at: number, name: string, text: string, fill: string): string =>
    label(x, y + at, name, note) + label(x + labelWidth, y + at, text, { ...number, fill });
  return [
    element("rect", {
      x: node.x,
      y,
      width: node.width,
      height: node.height,
      rx: 4,
      fill: box.op === "" ? colors.back : colors.box,
      stroke: colors.faint,
      ...(box.isConstant ? { "stroke-dasharray": "3 2" } : {}),
    }),
    element(
      "text",
      { x, y: y + 16, fill: colors.ink, "font-size": 12 },
      element("tspan", { "font-weight": "bold" }, escapeText(box.name)),
      element("tspan", box.name === "" ? { "font-weight": "bold" } : { dx: 6, fill: colors.faint }, escapeText(box.op)),
    ),
    line(33, "value", texts.value, texts.hasValue ? colors.forward : colors.faint),
    texts.gradient === null ? "" : line(50, "grad", texts.gradient, texts.hasGradient ? colors.backward : colors.faint),
  ].join("");
}

/** Returns the graph as markup, from the origin on. */
function drawGraph(graph: StepGraph): string {
  const { layout, boxes } = graph;
  const edges = layout.edges.map(({ path }) =>
    element("path", { d: path, fill: "none", stroke: colors.faint, "stroke-width": 1.3 }),
  );
  return [...edges, ...layout.nodes.map((node) => drawBox(graph, boxes[node.id], node))].join("");
}

/** Returns a table as markup, with its size. */
function drawTable({ heads, lines: all }: StepTable): {
  readonly text: string;
  readonly width: number;
  readonly height: number;
} {
  const lines = all.slice(0, maxLines);
  const widths = heads.map((head, c) => Math.max(head.length, ...lines.map((cells) => cells[c].length)) * character);
  const starts: number[] = [];
  let x = 0;
  for (const width of widths) {
    starts.push(x);
    x += width + columnGap;
  }
  const row = (cells: readonly string[], y: number, attributes: Readonly<Record<string, string | number>>): string =>
    cells.map((text, c) => (text === "" ? "" : label(starts[c], y, text, attributes))).join("");
  const body = lines.map((cells, i) =>
    row(cells, (i + 2) * rowHeight - 5, { "font-family": "monospace", "font-size": 10 }),
  );
  const left = all.length - lines.length;
  const more = left > 0 ? label(0, (lines.length + 2) * rowHeight - 5, `… and ${left} more lines`, note) : "";
  const height = (lines.length + 1 + (left > 0 ? 1 : 0)) * rowHeight;
  return { text: row(heads, rowHeight - 5, note) + body.join("") + more, width: x - columnGap, height };
}

/** Returns the picture of a small tape, scaled down to the width of a page. */
export function stepsSvg(data: StepsData): string {
  const graph = stepGraph(data);
  const headline = stepsHeadline(data);
  const table = drawTable(stepTable(data));
  const { layout } = graph;
  const width = Math.ceil(Math.max(layout.width, table.width, headline.length * 6.2) + 2 * margin);
  const below = top + layout.height + margin + 4;
  const notes = omittedStepWords(data);
  const end = below + table.height + notes.length * rowHeight + 12;
  return picture(
    {
      width,
      height: Math.ceil(end),
      scale: Math.min(pageWidth / width, 1),
      title: `Steps of ${data.tape.title}`,
      description: headline,
    },
    label(margin, 21, headline),
    element("g", { transform: `translate(${(width - layout.width) / 2} ${top})` }, drawGraph(graph)),
    element("path", { d: `M0 ${below}H${width}`, stroke: colors.line, "stroke-width": 1 }),
    element("g", { transform: `translate(${margin} ${below + 2})` }, table.text),
    ...notes.map((text, i) => label(margin, below + table.height + (i + 1) * rowHeight, text, note)),
  );
}
