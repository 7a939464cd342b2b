/** Heat maps as Vega-Lite specifications. */
import type { Spec } from "../../main/display/vega.ts";
import { type ChartOptions, frame, gridColor, valueOrGap } from "./frame.ts";

/** Options of `plot.heatmap`. */
export interface HeatmapOptions extends ChartOptions {
  /** Names of the columns. */
  readonly xNames?: readonly string[];
  /** Names of the rows. */
  readonly yNames?: readonly string[];
}

/** Number of rows and columns up to which each element has a cell of its own; blocks of larger matrices are averaged. */
const maxCells = 64;

/** Number of rows and columns up to which the numbers are written in the cells. */
const maxWritten = 12;

const rectangles = { mark: { type: "rect", tooltip: true } };

/** The numbers in the cells. Black has a contrast of more than 4.5 : 1 on all colours of the scale. */
const numbers = {
  mark: { type: "text", fontSize: 11, tooltip: true },
  encoding: { text: { field: "text" }, color: { value: "#000000" } },
};

interface Cell {
  readonly x: string | number;
  readonly y: string | number;
  readonly value: number | null;
}

/** Returns the means of blocks of `down` rows and `across` columns. */
function cellsOf(
  matrix: readonly (readonly number[])[],
  down: number,
  across: number,
  { xNames, yNames }: HeatmapOptions,
): Cell[] {
  const columns = matrix[0]?.length ?? 0;
  const cells: Cell[] = [];
  for (let r = 0; r < matrix.length; r += down)
    for (let c = 0; c < columns; c += across) {
      const block = matrix.slice(r, r + down).flatMap((row) => row.slice(c, c + across));
      const mean = block.reduce((a, b) => a + b, 0) / block.length;
      cells.push({ x: xNames?.[c] ?? c, y: yNames?.[r] ?? r, value: valueOrGap(mean) });
    }
  return cells;
}

const textOf = ({ value }: Cell): string => {
  if (value === null) return "";
  return Number.isInteger(value) ? `${value}` : value.toFixed(2);
};

/** Returns the colour scale: orange for positive and blue for negative values if there are both, as for tensors, else shades of blue. */
function colourScale(values: readonly number[]): object {
  const isSigned = values.some((v) => v < 0) && values.some((v) => v > 0);
  if (!isSigned) return { range: ["#eef4fc", "#2f7fd6"] };
  const limit = values.reduce((a, v) => (Number.isFinite(v) ? Math.max(a, Math.abs(v)) : a), 0);
  return { range: ["#2f7fd6", "#f7f7f7", "#cc5f1f"], domain: [-limit, 0, limit] };
}

const ordinal = (field: string, label: string | undefined, axis: object): object => ({
  field,
  type: "ordinal",
  title: label ?? null,
  sort: null,
  axis: { ...axis, labelOverlap: true, domain: false, ticks: false },
});

/** Returns a heat map of a matrix. */
export function heatmapChart(matrix: readonly (readonly number[])[], options: HeatmapOptions): Spec {
  const rows = matrix.length;
  const columns = matrix[0]?.length ?? 0;
  const [down, across] = [Math.ceil(rows / maxCells), Math.ceil(columns / maxCells)];
  const cells = cellsOf(matrix, down, across, options);
  const side = Math.max(columns / across, rows / down, 1);
  const texts = cells.map(textOf);
  const longest = texts.reduce((n, text) => Math.max(n, text.length), 2);
  const isWritten = side <= maxWritten && longest <= 8;
  const size = isWritten
    ? Math.max(longest * 7 + 8, Math.min(44, Math.floor(360 / side)))
    : Math.max(4, Math.min(28, Math.floor(360 / side)));
  const { title, xLabel, yLabel, xNames = [] } = options;
  const hasShortNames = xNames.every((name) => name.length * 7 < size * 2);
  return {
    ...frame({
      ...(title === undefined ? {} : { title }),
      width: options.width ?? size * Math.ceil(columns / across),
      height: options.height ?? size * Math.ceil(rows / down),
    }),
    // a frame, because the palest colour is hard to tell from a white page
    view: { stroke: gridColor },
    data: { values: isWritten ? cells.map((cell, i) => ({ ...cell, text: texts[i] })) : cells },
    ...(isWritten ? { layer: [rectangles, numbers] } : rectangles),
    encoding: {
      x: ordinal("x", xLabel, hasShortNames ? { labelAngle: 0 } : {}),
      y: ordinal("y", yLabel, {}),
      color: { field: "value", type: "quantitative", title: null, scale: colourScale(matrix.flat()) },
    },
  };
}
