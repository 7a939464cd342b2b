/** Squares of matrices in still pictures: blue below zero, orange above, grey at zero. */
import { element } from "./markup.ts";
import type { Arrangement } from "./panels.ts";

/** Red, green and blue, from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of zero, of the largest and the least value, and of values that are not finite. */
export const heatColors = {
  zero: [238, 238, 238],
  plus: [194, 87, 26],
  minus: [37, 99, 217],
  nonFinite: [209, 36, 47],
} as const;

/** Steps of colour on each side of zero. */
const levels = 9;

/** Returns the colour at `share` of the way between two colours. */
export const mixColors = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** Writes a colour as `#rrggbb`. */
export const hexColor = (color: Rgb): string =>
  `#${color.map((v) => Math.round(v).toString(16).padStart(2, "0")).join("")}`;

/** Returns the colour of a value, in steps; `scale` is the magnitude of the strongest colour. */
export function heatFill(v: number, scale: number): string {
  if (!Number.isFinite(v)) return hexColor(heatColors.nonFinite);
  const level = scale === 0 ? 0 : Math.round((v / scale) * levels);
  return hexColor(mixColors(heatColors.zero, level > 0 ? heatColors.plus : heatColors.minus, Math.abs(level) / levels));
}

/** A rectangle in a picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws squares of the given colours, with one path for each colour; neighbours of one colour in a row are one rectangle. */
export function squares(fills: readonly string[], columns: number, plan: Arrangement, box: Box): string {
  const paths = new Map<string, string>();
  for (let i = 0; i < fills.length; ) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [x, y] = plan.place(row, column);
    const fill = fills[i];
    let run = 1;
    while (column + run < columns && fills[i + run] === fill && plan.place(row, column + run)[1] === y) run++;
    paths.set(fill, `${paths.get(fill) ?? ""}M${x} ${y}h${run}v1h-${run}z`);
    i += run;
  }
  return element(
    "svg",
    {
      ...box,
      viewBox: `0 0 ${plan.width} ${plan.height}`,
      preserveAspectRatio: "none",
      "shape-rendering": "crispEdges",
    },
    ...Array.from(paths, ([fill, d]) => element("path", { d, fill })),
  );
}
