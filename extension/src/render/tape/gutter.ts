/** The gutter beside the lines: a dot for each row, and curves from the row that computes a tensor to the rows that read it. */
import { type Lane, type Lanes, type Line, shownRow } from "tapelab/view";
import { s } from "../../dom.js";
import type { TapeLines } from "./lines.js";

const laneStep = 10;
const dotColumn = 14;
const cornerRadius = 6;

/** Returns the width of the gutter in pixels. */
export const gutterWidth = ({ width }: Lanes): number => dotColumn + (width + 1) * laneStep;

/** Draws a connection between the heights `a` and `b`. */
function drawConnection(lane: number, a: number, b: number): SVGElement {
  const x = dotColumn + lane * laneStep;
  const r = cornerRadius;
  const d =
    lane === 0
      ? `M${dotColumn} ${a}V${b}`
      : `M${dotColumn} ${a}H${x - r}Q${x} ${a} ${x} ${a + r}V${b - r}Q${x} ${b} ${x - r} ${b}H${dotColumn}`;
  return s("path", { d, class: lane === 0 ? "tapelab-lane" : "tapelab-lane tapelab-lane-skip" });
}

const drawDot = (y: number, alarm: boolean): SVGElement =>
  s("circle", { cx: dotColumn, cy: y, r: 3.6, class: alarm ? "tapelab-node tapelab-node-alarm" : "tapelab-node" });

/** Returns the connections that differ in the lines `first` to `last`: of several in a lane that enter or leave at the same line, the longest, as it covers the others. */
function visible({ lanes }: Lanes, first: number, last: number): Lane[] {
  const byLook = new Map<string, Lane>();
  for (const lane of lanes) {
    const { from, to } = lane;
    if (to < first || from > last) continue;
    const key = `${lane.lane}/${from < first ? "" : from}/${to > last ? "" : to}`;
    const other = byLook.get(key);
    if (other === undefined || to - from > other.to - other.from) byLook.set(key, lane);
  }
  return [...byLook.values()];
}

/** Draws the gutter of the lines `first` to `last`. */
export function drawGutter(
  { all: lines, lanes, stack }: TapeLines,
  [first, last]: readonly [first: number, last: number],
  hasFinding: (line: Line) => boolean,
): SVGElement {
  const [top, bottom] = [stack.top(first), stack.top(last + 1)];
  const width = gutterWidth(lanes);
  const svg = s("svg", {
    class: "tapelab-gutter",
    width,
    height: bottom - top,
    viewBox: `0 ${top} ${width} ${bottom - top}`,
    style: `top: ${top}px`,
    "aria-hidden": "true",
  });
  // a curve of a line that is far away ends a little outside of the picture
  const clamp = (y: number): number => Math.min(Math.max(y, top - 99), bottom + 99);
  for (const { lane, from, to } of visible(lanes, first, last))
    svg.append(drawConnection(lane, clamp(stack.middle(from)), clamp(stack.middle(to))));
  for (let i = first; i <= last; i++) {
    const line = lines[i];
    if (line !== undefined && shownRow(line) !== null) svg.append(drawDot(stack.middle(i), hasFinding(line)));
  }
  return svg;
}
