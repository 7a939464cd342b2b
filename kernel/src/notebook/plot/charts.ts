/** Line charts, scatter charts and histograms as Vega-Lite specifications. */
import type { Spec } from "../../main/display/vega.ts";
import { axis, type ChartOptions, frame, valueOrGap } from "./frame.ts";

/** A list of numbers with a name, which is empty for a single list. */
export interface NamedList {
  readonly name: string;
  readonly y: readonly number[];
}

/** A list of numbers with their positions on the x axis. */
export interface Series extends NamedList {
  readonly x: readonly number[];
}

/** Number of points up to which all points of a line are drawn. */
const maxPoints = 2_000;

/** Reduces a long line to the minimum and the maximum of each section. */
function thinned({ name, x, y }: Series): Series {
  if (y.length <= maxPoints) return { name, x, y };
  const section = Math.ceil((2 * y.length) / maxPoints);
  const kept: number[] = [];
  for (let from = 0; from < y.length; from += section) {
    let [low, high] = [from, from];
    for (let i = from; i < Math.min(from + section, y.length); i++) {
      if ((y[i] as number) < (y[low] as number)) low = i;
      if ((y[i] as number) > (y[high] as number)) high = i;
    }
    kept.push(...(low === high ? [low] : [Math.min(low, high), Math.max(low, high)]));
  }
  return { name, x: kept.map((i) => x[i] as number), y: kept.map((i) => y[i] as number) };
}

const pointsOf = (series: readonly Series[], { logX, logY }: ChartOptions): object[] =>
  series.flatMap(({ name, x, y }) =>
    x.map((v, i) => ({ x: valueOrGap(v, logX), y: valueOrGap(y[i] as number, logY), series: name })),
  );

/** Returns the encoding of the colour by series, in the given order; none for a single series. */
const colour = (series: readonly { readonly name: string }[]): object =>
  series.length > 1
    ? { color: { field: "series", type: "nominal", title: null, sort: series.map((s) => s.name) } }
    : {};

/** Returns ticks at the values themselves if they are few integers, such as epochs, and years without a separator of thousands. */
function integerTicks(x: readonly number[]): object {
  if (!x.every(Number.isInteger)) return {};
  const values = new Set(x);
  if (values.size <= 12) return { axis: { values: [...values], format: "d" } };
  return x.every((v) => v >= 1000 && v <= 9999) ? { axis: { format: "d" } } : {};
}

/** Returns a line chart. */
export function lineChart(series: readonly Series[], options: ChartOptions): Spec {
  return {
    ...frame(options),
    data: { values: pointsOf(series.map(thinned), options) },
    mark: { type: "line", strokeWidth: 1.8, tooltip: true },
    encoding: {
      x: {
        ...axis("x", options.xLabel, options.logX),
        ...integerTicks(series.flatMap((s) => s.x)),
      },
      y: axis("y", options.yLabel ?? (series.length === 1 ? series[0]?.name : undefined), options.logY),
      ...colour(series),
    },
  };
}

/** Returns a scatter chart. */
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

/** Returns a histogram with bins of equal width from the minimum to the maximum; the last bin includes its upper end. */
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
    // bars of several lists overlap: they are translucent, with opaque outlines
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
