/** The gutter of the tape: dots, and curves from who makes to who reads. */
import type { Lane } from "tapelab/view";
import { s } from "../../dom.js";

export const laneStep = 10;
export const firstLane = 14;
const radius = 6;

/** One connection, between the heights of its ends. */
export function connection({ lane }: Lane, from: number, to: number): SVGElement {
  const x = firstLane + lane * laneStep;
  const d =
    lane === 0
      ? `M${firstLane} ${from}V${to}`
      : `M${firstLane} ${from}H${x - radius}Q${x} ${from} ${x} ${from + radius}V${to - radius}Q${x} ${to} ${x - radius} ${to}H${firstLane}`;
  return s("path", { d, class: lane === 0 ? "tapelab-lane" : "tapelab-lane tapelab-lane-skip" });
}

export const dot = (y: number, alarm: boolean): SVGElement =>
  s("circle", { cx: firstLane, cy: y, r: 3.6, class: alarm ? "tapelab-node tapelab-node-alarm" : "tapelab-node" });
