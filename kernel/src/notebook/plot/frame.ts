/** The parts that all charts share: options, colours, frame and axes. */
import type { Spec } from "../../main/display/vega.ts";

/** Options of all charts. */
export interface ChartOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Size of the plotted area in pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly logX?: boolean;
  readonly logY?: boolean;
}

/**
 * Colours of the series, with a contrast of at least 3 : 1 on white and on the dark themes of front ends, because a chart keeps its colours when the
 * theme changes. Text has the front end's colour. Blue stands for the forward direction and orange for the backward direction, as in the other views.
 */
const palette: readonly string[] = [
  "#2f7fd6",
  "#cc5f1f",
  "#2c9259",
  "#a863c9",
  "#ad780c",
  "#74808f",
  "#dc3f7c",
  "#0e8f9c",
  "#6f8c16",
  "#7a6ae6",
];

/** Colour of grid, axes and borders. */
export const gridColor = "#808080";

const config = {
  background: "transparent",
  view: { stroke: null },
  mark: { color: palette[0] },
  axis: {
    gridColor,
    gridOpacity: 0.3,
    domainColor: gridColor,
    tickColor: gridColor,
    titleFontWeight: "normal",
  },
  title: { anchor: "start", fontSize: 13 },
  legend: { labelLimit: 260 },
  range: { category: palette },
};

/** Returns schema, title, size and configuration of a chart. */
export function frame({ title, width = 420, height = 240 }: ChartOptions): Spec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    ...(title === undefined ? {} : { title }),
    width,
    height,
    config,
  };
}

/** Returns the encoding of a quantitative field. */
export const axis = (field: string, label: string | undefined, log = false, zero = false): object => ({
  field,
  type: "quantitative",
  title: label ?? null,
  scale: log ? { type: "log" } : { zero, nice: true },
});

/** Returns a value, or null, for which a chart leaves a gap: JSON has no NaN, and a logarithmic axis no 0. */
export const valueOrGap = (v: number, log = false): number | null =>
  Number.isFinite(v) && !(log && v <= 0) ? v : null;
