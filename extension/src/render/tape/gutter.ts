/** The gutter beside the lines: a dot for each row, and curves from the row that computes a tensor to the rows that read it. */
import { type Lane, type Lanes, type Line, shownRow } from "tapelab/view";
import { s } from "../../dom.js";
import type { LineStack } from "./line-stack.js";

const laneStep = 10;
const dotColumn = 14;
const cornerRadius = 6;

/** Returns the width of the gutter in pixels. */
export const gutterWidth = ({ width }: Lanes): number => dotColumn + (width + 1) * laneStep;

function drawConnection({ lane, from, to }: Lane, stack: LineStack): SVGElement {
  const x = dotColumn + lane * laneStep;
  const [a, b] = [stack.middle(from), stack.middle(to)];
  const r = cornerRadius;
  const d =
    lane === 0
      ? `M${dotColumn} ${a}V${b}`
      : `M${dotColumn} ${a}H${x - r}Q${x} ${a} ${x} ${a + r}V${b - r}Q${x} ${b} ${x - r} ${b}H${dotColumn}`;
  return s("path", { d, class: lane === 0 ? "tapelab-lane" : "tapelab-lane tapelab-lane-skip" });
}

const drawDot = (y: number, alarm: boolean): SVGElement =>
  s("circle", { cx: dotColumn, cy: y, r: 3.6, class: alarm ? "tapelab-node tapelab-node-alarm" : "tapelab-node" });

/** Draws the gutter of the lines `first` to `last`. */
export function drawGutter(
  lines: readonly Line[],
  lanes: Lanes,
  stack: LineStack,
  [first, last]: readonly [first: number, last: number],
  hasFinding: (line: Line) => boolean,
): SVGElement {
  const svg = s("svg", {
    class: "tapelab-gutter",
    width: gutterWidth(lanes),
    height: stack.height,
    "aria-hidden": "true",
  });
  for (const lane of lanes.lanes) if (lane.to >= first && lane.from <= last) svg.append(drawConnection(lane, stack));
  for (let i = first; i <= last; i++) {
    const line = lines[i];
    if (line !== undefined && shownRow(line) !== null) svg.append(drawDot(stack.middle(i), hasFinding(line)));
  }
  return svg;
}
