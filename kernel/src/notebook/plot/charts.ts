/** The everyday charts as Vega-Lite specifications. */
import type { Spec } from "../../main/display/vega.ts";

/** What all charts take. */
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

/** A list of numbers; the name of an only one is empty. */
export interface NamedList {
  readonly name: string;
  readonly y: readonly number[];
}

/** The same with its places on the x axis. */
export interface Series extends NamedList {
  readonly x: readonly number[];
}

/** Longer lines keep the least and the greatest of each stretch. */
const maxPoints = 2_000;

/** Finer heat maps are averaged. */
const maxCells = 64;

/** Heat maps of at most so many rows and columns have their numbers in them. */
const maxWritten = 12;

const cells = { mark: { type: "rect", tooltip: true } };

/** On all colours of a heat map, the strongest too, black has a contrast of more than 4.5 to 1. */
const numbers = {
  mark: { type: "text", fontSize: 11, tooltip: true },
  encoding: { text: { field: "text" }, color: { value: "#000000" } },
};

/**
 * Colours with a contrast of at least 3 to 1 on white and on the dark themes of front ends: a chart stays as it is when the theme changes. Text has
 * the front end's colour. Blue for the forward direction comes first, orange for the backward direction second, as in the other views.
 */
export const palette: readonly string[] = [
  "#2f7fd6",
  "#cc5f1f",
  "#2c9259",
  "#a863c9",
  "#ad780c",
  "#74808f",
  "#dc3f7c",
  "#0e8f9c",
];

const grid = "#808080";

const config = {
  background: "transparent",
  view: { stroke: null },
  mark: { color: palette[0] },
  axis: { gridColor: grid, gridOpacity: 0.3, domainColor: grid, tickColor: grid, titleFontWeight: "normal" },
  title: { anchor: "start", fontSize: 13 },
  range: { category: palette },
};

function frame({ title, width = 420, height = 240 }: ChartOptions): Spec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    ...(title === undefined ? {} : { title }),
    width,
    height,
    config,
  };
}

const axis = (field: string, label: string | undefined, log = false, zero = false): object => ({
  field,
  type: "quantitative",
  title: label ?? null,
  scale: log ? { type: "log" } : { zero, nice: true },
});

/** JSON has no NaN, and logarithmic axes no 0; a chart leaves a gap there. */
const shown = (v: number, log = false): number | null => (Number.isFinite(v) && !(log && v <= 0) ? v : null);

function thinned({ name, x, y }: Series): Series {
  if (y.length <= maxPoints) return { name, x, y };
  const stretch = Math.ceil((2 * y.length) / maxPoints);
  const kept: number[] = [];
  for (let from = 0; from < y.length; from += stretch) {
    let [low, high] = [from, from];
    for (let i = from; i < Math.min(from + stretch, y.length); i++) {
      if ((y[i] as number) < (y[low] as number)) low = i;
      if ((y[i] as number) > (y[high] as number)) high = i;
    }
    kept.push(...(low === high ? [low] : [Math.min(low, high), Math.max(low, high)]));
  }
  return { name, x: kept.map((i) => x[i] as number), y: kept.map((i) => y[i] as number) };
}

const pointsOf = (series: readonly Series[], { logX, logY }: ChartOptions): object[] =>
  series.flatMap(({ name, x, y }) =>
    x.map((v, i) => ({ x: shown(v, logX), y: shown(y[i] as number, logY), series: name })),
  );

/** Colours by series where there are several, in the order given. */
const colour = (series: readonly { readonly name: string }[]): object =>
  series.length > 1
    ? { color: { field: "series", type: "nominal", title: null, sort: series.map((s) => s.name) } }
    : {};

/** Few steps are counted as they are: there is no epoch 0.4. */
function wholeTicks(x: readonly number[]): object {
  const places = new Set(x);
  return places.size <= 12 && x.every(Number.isInteger) ? { axis: { values: [...places], format: "d" } } : {};
}

export function lineChart(series: readonly Series[], options: ChartOptions): Spec {
  return {
    ...frame(options),
    data: { values: pointsOf(series.map(thinned), options) },
    mark: { type: "line", strokeWidth: 1.8, tooltip: true },
    encoding: {
      x: {
        ...axis("x", options.xLabel, options.logX),
        ...wholeTicks(series.flatMap((s) => s.x)),
      },
      y: axis("y", options.yLabel ?? (series.length === 1 ? series[0]?.name : undefined), options.logY),
      ...colour(series),
    },
  };
}

export function scatterChart(series: readonly Series[], options: ChartOptions): Spec {
  return {
    ...frame({ height: 300, ...options }),
    data: { values: pointsOf(series, options) },
    mark: { type: "point", filled: true, size: 28, opacity: 0.9, tooltip: true },
    encoding: {
      x: axis("x", options.xLabel, options.logX),
      y: axis("y", options.yLabel, options.logY),
      ...colour(series),
    },
  };
}

/** Counts of values in bins of equal width, from the least to the greatest; the last bin holds its end. */
export function histogramChart(lists: readonly NamedList[], bins: number, options: ChartOptions): Spec {
  const all = lists.flatMap((l) => l.y).filter(Number.isFinite);
  const low = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const width = (high - low) / bins || 1;
  const values = lists.flatMap(({ name, y: list }) => {
    const counts = new Array<number>(bins).fill(0);
    for (const v of list)
      if (Number.isFinite(v)) {
        const bin = Math.min(Math.floor((v - low) / width), bins - 1);
        counts[bin] = (counts[bin] as number) + 1;
      }
    return counts.map((count, i) => ({ from: low + i * width, to: low + (i + 1) * width, count, series: name }));
  });
  return {
    ...frame(options),
    data: { values: all.length === 0 ? [] : values },
    // bars that cover each other let the ones behind be seen, and keep their outlines
    mark: {
      type: "bar",
      binSpacing: 1,
      tooltip: true,
      ...(lists.length > 1 ? { fillOpacity: 0.45, strokeWidth: 1.2, strokeOpacity: 1 } : {}),
    },
    encoding: {
      x: { ...axis("from", options.xLabel), bin: { binned: true } },
      x2: { field: "to" },
      y: { ...axis("count", options.yLabel ?? "count", options.logY, true), stack: null },
      ...colour(lists),
      ...(lists.length > 1 ? { stroke: { field: "series", type: "nominal", legend: null } } : {}),
    },
  };
}

export interface HeatmapOptions extends ChartOptions {
  /** Names of columns and rows. */
  readonly xNames?: readonly string[];
  readonly yNames?: readonly string[];
}

/** Cells of a matrix; orange for positive and blue for negative values where there are both, as tensors are shown. */
export function heatmapChart(matrix: readonly (readonly number[])[], options: HeatmapOptions): Spec {
  const rows = matrix.length;
  const columns = matrix[0]?.length ?? 0;
  const [down, across] = [Math.ceil(rows / maxCells), Math.ceil(columns / maxCells)];
  const values: { readonly x: string | number; readonly y: string | number; readonly value: number | null }[] = [];
  for (let r = 0; r < rows; r += down)
    for (let c = 0; c < columns; c += across) {
      const block = matrix.slice(r, r + down).flatMap((row) => row.slice(c, c + across));
      values.push({
        x: options.xNames?.[c] ?? c,
        y: options.yNames?.[r] ?? r,
        value: shown(block.reduce((a, b) => a + b, 0) / block.length),
      });
    }
  const all = matrix.flat();
  const signed = all.some((v) => v < 0) && all.some((v) => v > 0);
  const reach = all.reduce((a, v) => (Number.isFinite(v) ? Math.max(a, Math.abs(v)) : a), 0);
  const side = Math.max(columns / across, rows / down, 1);
  // few cells have their numbers written in them
  const texts = values.map(({ value }) =>
    value === null ? "" : Number.isInteger(value) ? `${value}` : value.toFixed(2),
  );
  const longest = texts.reduce((n, text) => Math.max(n, text.length), 2);
  const written = side <= maxWritten && longest <= 8;
  const cell = written
    ? Math.max(longest * 7 + 8, Math.min(44, Math.floor(360 / side)))
    : Math.max(4, Math.min(28, Math.floor(360 / side)));
  const { xLabel, yLabel, title } = options;
  const ordinal = (field: string, label: string | undefined, angle: object): object => ({
    field,
    type: "ordinal",
    title: label ?? null,
    sort: null,
    axis: { ...angle, labelOverlap: true, domain: false, ticks: false },
  });
  return {
    ...frame({
      ...(title === undefined ? {} : { title }),
      width: options.width ?? cell * Math.ceil(columns / across),
      height: options.height ?? cell * Math.ceil(rows / down),
    }),
    // pale cells are seen by the frame around them
    view: { stroke: grid },
    data: { values: written ? values.map((v, i) => ({ ...v, text: texts[i] })) : values },
    ...(written ? { layer: [cells, numbers] } : cells),
    encoding: {
      x: ordinal(
        "x",
        xLabel,
        (options.xNames ?? []).every((name) => name.length * 7 < cell * 2) ? { labelAngle: 0 } : {},
      ),
      y: ordinal("y", yLabel, {}),
      color: {
        field: "value",
        type: "quantitative",
        title: null,
        scale: signed
          ? { range: ["#2f7fd6", "#f7f7f7", "#cc5f1f"], domain: [-reach, 0, reach] }
          : { range: ["#eef4fc", "#2f7fd6"] },
      },
    },
  };
}
