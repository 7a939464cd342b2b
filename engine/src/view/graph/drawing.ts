/** Draws a graph as shapes, which become the elements of a page in the extension, and the text of an SVG elsewhere. */

import { type Attributes, element, escapeText } from "../shared/markup.ts";
import { pageColors } from "../shared/page.ts";
import { hasFinding, nodeTexts } from "./labels.ts";
import type { Box, GraphLayout, Point } from "./layout.ts";
import type { GraphNode, VisibleGraph } from "./visible.ts";

/** An SVG element. `role` says what it stands for, by which a page colours it. */
export interface Shape {
  readonly name: "g" | "rect" | "path" | "text" | "polygon";
  readonly role: string;
  readonly attributes: Attributes;
  readonly children: readonly Shape[];
  readonly text: string;
  /** Key of the node that a group draws; "" for other elements. */
  readonly key: string;
}

const colors = {
  ...pageColors,
  faint: "#6e7781",
  forward: "#3b6fd4",
  backward: "#c2571a",
  alarm: "#c0262d",
  open: "#f6f8fa",
  leaf: "#e4ecfa",
} as const;

const shape = (name: Shape["name"], role: string, attributes: Attributes, text = ""): Shape => ({
  name,
  role,
  attributes,
  children: [],
  text,
  key: "",
});

/** Draws open containers, the edges over them, the titles of the containers over the edges, and the other nodes. */
export function drawGraph(graph: VisibleGraph, layout: GraphLayout): Shape[] {
  const open = graph.nodes.filter(({ isOpen }) => isOpen);
  const closed = graph.nodes.filter(({ isOpen }) => !isOpen);
  const edges = layout.paths.map(({ points, edges: of }) => ({
    ...shape("path", "edge", {
      d: curve(points),
      fill: "none",
      stroke: colors.forward,
      "stroke-width": 1.2,
      "stroke-opacity": 0.75,
    }),
    key: of.map(({ from, to }) => `${from} ${to}`).join("|"),
  }));
  const arrows = layout.paths.flatMap(({ points, edges: of }) => {
    const [before, end] = [points[points.length - 2], points[points.length - 1]];
    const isNode = of.some(({ to }) => isAt(layout, to, end));
    return before === undefined || end === undefined || !isNode ? [] : [arrow(end)];
  });
  return [
    ...open.map((node) => drawNode(graph, layout, node)),
    ...edges,
    ...arrows,
    ...open.map((node) => drawTitle(graph, layout, node)),
    ...closed.map((node) => drawNode(graph, layout, node)),
  ];
}

/** Whether a point is at the upper border of a node. */
function isAt(layout: GraphLayout, key: string, point: Point | undefined): boolean {
  const box = layout.boxes.get(key);
  return box !== undefined && point !== undefined && Math.abs(box.y - point[1]) < 2;
}

const arrow = ([x, y]: Point): Shape =>
  shape("polygon", "arrow", {
    points: `${round(x - 3.5)},${round(y - 6)} ${round(x + 3.5)},${round(y - 6)} ${round(x)},${round(y)}`,
    fill: colors.forward,
  });

const round = (x: number): number => Math.round(x * 10) / 10;

/** Returns a smooth path through points, whose parts leave and enter vertically. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let d = `M${round(first[0])} ${round(first[1])}`;
  let [x, y] = first;
  for (const [nextX, nextY] of rest) {
    const middle = (y + nextY) / 2;
    d +=
      Math.abs(nextX - x) < 0.5
        ? `V${round(nextY)}`
        : `C${round(x)} ${round(middle)} ${round(nextX)} ${round(middle)} ${round(nextX)} ${round(nextY)}`;
    [x, y] = [nextX, nextY];
  }
  return d;
}

function drawNode(graph: VisibleGraph, layout: GraphLayout, node: GraphNode): Shape {
  const { x, y, width, height } = boxOf(layout, node);
  const { value, gradient } = nodeTexts(graph.tape, node);
  const alarm = hasFinding(graph.tape, node);
  const isContainer = (node.item?.children.length ?? 0) > 0;
  const stroke = alarm
    ? colors.alarm
    : node.leafKind !== null && node.leafKind !== "constant"
      ? colors.forward
      : colors.line;
  const rects: Shape[] = [];
  // closed containers look like a stack
  if (isContainer && !node.isOpen)
    for (const d of node.item?.kind === "fold" ? [6, 3] : [3])
      rects.push(
        shape("rect", "stack", { x: x + d, y: y + d, width, height, rx: 4, fill: colors.back, stroke: colors.line }),
      );
  const fill = node.isOpen ? colors.open : node.item === null ? colors.leaf : colors.back;
  rects.push(
    shape("rect", node.isOpen ? "open" : node.item === null ? "leaf" : "box", {
      x,
      y,
      width,
      height,
      rx: node.item === null ? height / 2 : 4,
      fill,
      stroke,
      "stroke-width": alarm ? 2 : 1,
    }),
  );
  const note = (role: string, at: number, text: string, color: string): Shape =>
    shape("text", role, { x: x + width / 2, y: y + at, "font-size": 10.5, fill: color, "text-anchor": "middle" }, text);
  const texts = node.isOpen
    ? []
    : [
        drawTitle(graph, layout, node),
        note("value", 29, value, colors.faint),
        ...(gradient === "" ? [] : [note("gradient", 44, gradient, colors.backward)]),
      ];
  return { ...shape("g", "node", {}), key: node.key, children: [...rects, ...texts] };
}

/** Draws the name of a node. That of an open container has a border in the colour around it, which parts it from an edge below. */
function drawTitle({ tape }: VisibleGraph, layout: GraphLayout, node: GraphNode): Shape {
  const { x, y, width } = boxOf(layout, node);
  const alarm = hasFinding(tape, node);
  const isContainer = (node.item?.children.length ?? 0) > 0;
  const sign = alarm ? "▲ " : isContainer ? (node.isOpen ? "▾ " : "▸ ") : "";
  const place = node.isOpen
    ? {
        x: x + 8,
        "text-anchor": "start",
        stroke: colors.open,
        "stroke-width": 4,
        "paint-order": "stroke",
        "pointer-events": "none",
        "aria-hidden": "true",
      }
    : { x: x + width / 2, "text-anchor": "middle" };
  return shape(
    "text",
    alarm ? "alarm" : "name",
    { ...place, y: y + 15, "font-size": 12, "font-weight": "bold", fill: alarm ? colors.alarm : colors.ink },
    sign + nodeTexts(tape, node).name,
  );
}

const boxOf = (layout: GraphLayout, { key }: GraphNode): Box =>
  layout.boxes.get(key) ?? { x: 0, y: 0, width: 0, height: 0 };

/** Returns shapes as the text of SVG elements. */
export const shapeMarkup = ({ name, attributes, children, text }: Shape): string =>
  element(
    name,
    attributes,
    ...(text === "" && children.length === 0 ? [] : [escapeText(text) + children.map(shapeMarkup).join("")]),
  );
