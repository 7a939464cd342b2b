/** The gutter beside the lines: a dot for each row, and curves from the row that computes a tensor to the rows that read it. */
import { type Lane, type Lanes, shownRow } from "tapelab/view";
import { s } from "../../dom.js";
import type { LineRange } from "./drawn-lines.js";
import type { Shown } from "./lines.js";

const laneStep = 10;
const dotColumn = 14;
const cornerRadius = 6;
const dotRadius = 3.6;

/** Returns the width of the gutter in pixels. */
export const gutterWidth = ({ width }: Lanes): number => dotColumn + (width + 1) * laneStep;

/** Returns the path of a connection between the heights `a` and `b`. */
function connectionPath(lane: number, a: number, b: number): string {
  if (lane === 0) return `M${dotColumn} ${a}V${b}`;
  const x = dotColumn + lane * laneStep;
  const r = cornerRadius;
  return `M${dotColumn} ${a}H${x - r}Q${x} ${a} ${x} ${a + r}V${b - r}Q${x} ${b} ${x - r} ${b}H${dotColumn}`;
}

const dotPath = (y: number): string =>
  `M${dotColumn - dotRadius} ${y}a${dotRadius} ${dotRadius} 0 1 0 ${2 * dotRadius} 0a${dotRadius} ${dotRadius} 0 1 0 ${-2 * dotRadius} 0`;

/** Returns the connections that differ in the lines `first` to `last`: of several in a lane that enter or leave at the same line, the longest, as it covers the others. */
function visible(lanes: readonly Lane[], [first, last]: LineRange): Lane[] {
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

/** Draws pieces of the gutter. Each has one path for all lines of a kind: the browser's time goes by the number of elements. */
export function drawGutter(shown: Shown, ranges: readonly LineRange[]): SVGElement[] {
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) return [];
  const near = visible(shown.lines.lanes.lanes, [first[0], last[1]]);
  return ranges.map((range) => drawPiece(shown, near, range));
}

function drawPiece({ lines, findings }: Shown, near: readonly Lane[], [first, last]: LineRange): SVGElement {
  const { all, lanes, stack } = lines;
  const [top, bottom] = [stack.top(first), stack.top(last + 1)];
  const width = gutterWidth(lanes);
  // a curve of a line that is far away ends a little outside of the picture
  const clamp = (y: number): number => Math.min(Math.max(y, top - 99), bottom + 99);
  let [joined, skipping, dots, alarms] = ["", "", "", ""];
  for (const { lane, from, to } of visible(near, [first, last])) {
    const path = connectionPath(lane, clamp(stack.middle(from)), clamp(stack.middle(to)));
    if (lane === 0) joined += path;
    else skipping += path;
  }
  for (let i = first; i <= last; i++) {
    const line = all[i];
    if (line === undefined || shownRow(line) === null) continue;
    if (findings.has(line)) alarms += dotPath(stack.middle(i));
    else dots += dotPath(stack.middle(i));
  }
  const paths = [
    [joined, "tapelab-lane"],
    [skipping, "tapelab-lane tapelab-lane-skip"],
    [dots, "tapelab-node"],
    [alarms, "tapelab-node tapelab-node-alarm"],
  ] as const;
  return s(
    "svg",
    { width, height: bottom - top, viewBox: `0 ${top} ${width} ${bottom - top}`, style: `top: ${top}px` },
    ...paths.map(([d, name]) => (d === "" ? null : s("path", { d, class: name }))),
  );
}
