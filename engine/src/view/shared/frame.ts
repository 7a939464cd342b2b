/** The frame of a chart: its title, axis and ends, and the positions of its values. */
import type { Mark } from "./marks.ts";

/** Room for the title above a chart. */
export const chartTop = 20;

/** Room for the steps below a chart. */
export const chartBottom = 18;

/** Room beside a chart. */
export const chartSide = 8;

/** A frame: maps steps to x, and positions from 0 to 1 to y. */
export interface Frame {
  readonly x: (step: number) => number;
  readonly y: (position: number) => number;
  readonly marks: readonly Mark[];
}

/** The texts of a frame: title, the ends of the vertical axis, and the right end of the horizontal one. */
export interface FrameTexts {
  readonly title: string;
  readonly ends: readonly [low: string, high: string];
  readonly last: string;
}

/** Returns the frame of a chart of so many steps. */
export function frameOf(width: number, height: number, steps: number, { title, ends, last }: FrameTexts): Frame {
  const base = height - chartBottom;
  return {
    x: (step) => chartSide + ((width - 2 * chartSide) * step) / Math.max(steps - 1, 1),
    y: (position) => base - 2 - (base - chartTop - 6) * position,
    marks: [
      { shape: "text", x: chartSide, y: 12, text: title, role: "ink" },
      { shape: "text", x: width - chartSide, y: 12, text: ends[1], role: "faint", anchor: "end" },
      { shape: "line", d: `M${chartSide} ${base}h${width - 2 * chartSide}`, role: "axis" },
      { shape: "text", x: chartSide, y: height - 5, text: ends[0], role: "faint" },
      { shape: "text", x: width - chartSide, y: height - 5, text: last, role: "faint", anchor: "end" },
    ],
  };
}
