/** The global `plot`: charts of lists of numbers and of tensors. */
import { showAs } from "../../main/display/describe.ts";
import { type Spec, vegaLiteMime } from "../../main/display/vega.ts";
import { histogramChart, lineChart, type NamedList, type Series, scatterChart } from "./charts.ts";
import { confusionMatrix } from "./confusion.ts";
import { type ChartOptions } from "./frame.ts";
import { type HeatmapOptions, heatmapChart } from "./heatmap.ts";
import { pngOfNumbers, pngOfSeveral } from "./image.ts";
import { gridOf, isNumbers, listOf, type Numbers } from "./numbers.ts";

type NamedNumbers = Readonly<Record<string, Numbers>>;
type Data = Numbers | NamedNumbers;

/** A chart, whose specification can be modified and shown again. */
interface Chart {
  readonly spec: Spec;
}

const chart = (spec: Spec, text: string): Chart => showAs({ spec }, { [vegaLiteMime]: spec, "text/plain": text });

const picture = ({ png }: { readonly png: Uint8Array }, text: string): object =>
  showAs({}, { "image/png": Buffer.from(png).toString("base64"), "text/plain": text });

const isNamed = (x: unknown): x is NamedNumbers =>
  typeof x === "object" &&
  x !== null &&
  !isNumbers(x) &&
  Object.keys(x).length > 0 &&
  Object.values(x).every(isNumbers);

/** Reads one list without a name, or an object of named lists. */
const listsOf = (caller: string, data: Data, read: (caller: string, x: unknown) => readonly number[]): NamedList[] =>
  isNumbers(data)
    ? [{ name: "", y: read(caller, data) }]
    : Object.entries(data).map(([name, values]) => ({ name, y: read(`${caller}: ${name}`, values) }));

/** Reads the arguments `(y, options)` or `(x, y, options)`. */
function seriesOf(caller: string, args: readonly unknown[]): readonly [readonly Series[], ScatterOptions] {
  const data = args.filter((a): a is Data => isNumbers(a) || isNamed(a)).slice(0, 2);
  const [first, second] = data;
  if (first === undefined || data.length < args.length - 1 || (second !== undefined && !isNumbers(first)))
    throw new TypeError(
      `${caller}: expected numbers, or x and y, or an object of named lists, and options behind them`,
    );
  const x = second === undefined ? null : listOf(`${caller}: x`, first);
  const series = listsOf(caller, second ?? first, listOf).map(({ name, y }) => {
    if (x !== null && x.length !== y.length)
      throw new TypeError(`${caller}: x has ${x.length} values, but ${name === "" ? "y" : name} has ${y.length}`);
    return { name, x: x ?? y.map((_, i) => i), y };
  });
  return [series, args[data.length] ?? {}];
}

const named = (names: readonly string[]): string =>
  names.some((name) => name !== "") ? ` of ${names.join(", ")}` : "";

const textOf = (kind: string, series: readonly NamedList[], unit: string): string =>
  `${kind}${named(series.map((s) => s.name))}: ${series.reduce((n, s) => n + s.y.length, 0)} ${unit}`;

/** Options of `plot.scatter`. */
export interface ScatterOptions extends ChartOptions {
  /** The class of each point, which decides its colour. */
  readonly classes?: ArrayLike<string | number | boolean> | { toArray(): unknown };
}

function byClass([only]: readonly Series[], classes: NonNullable<ScatterOptions["classes"]>): readonly Series[] {
  const list = Array.from("toArray" in classes ? (classes.toArray() as unknown[]) : classes, String);
  if (only === undefined || list.length !== only.x.length)
    throw new TypeError(`plot.scatter: there are ${only?.x.length ?? 0} points, but ${list.length} classes`);
  return [...new Set(list)].sort().map((name) => {
    const rows = list.flatMap((c, i) => (c === name ? [i] : []));
    return { name, x: rows.map((i) => only.x[i] as number), y: rows.map((i) => only.y[i] as number) };
  });
}

/** The charts. Each call returns an object that is shown as the chart. */
export const plot = {
  line(...args: readonly unknown[]): Chart {
    const [series, options] = seriesOf("plot.line", args);
    return chart(lineChart(series, options), textOf("line chart", series, "points"));
  },

  scatter(...args: readonly unknown[]): Chart {
    const [given, options] = seriesOf("plot.scatter", args);
    const series = options.classes === undefined ? given : byClass(given, options.classes);
    return chart(scatterChart(series, options), textOf("scatter chart", series, "points"));
  },

  histogram(data: Data, { bins = 30, ...options }: ChartOptions & { readonly bins?: number } = {}): Chart {
    const lists = listsOf("plot.histogram", data, (caller, x) => gridOf(caller, x).values);
    if (!Number.isInteger(bins) || bins < 1)
      throw new RangeError(`plot.histogram: expected bins to be a whole number of at least 1, but got ${bins}`);
    return chart(histogramChart(lists, bins, options), textOf("histogram", lists, "values"));
  },

  heatmap(matrix: unknown, options: HeatmapOptions = {}): Chart {
    const { shape, values } = gridOf("plot.heatmap", matrix);
    const [rows = 0, columns = 0] = shape;
    if (shape.length !== 2)
      throw new TypeError(`plot.heatmap: expected shape [rows, columns], but got [${shape.join(", ")}]`);
    const cells = Array.from({ length: rows }, (_, r) => values.slice(r * columns, (r + 1) * columns));
    return chart(heatmapChart(cells, options), `heat map: ${rows} by ${columns}`);
  },

  confusionMatrix: (...args: readonly unknown[]): object => confusionMatrix(...args),

  image(pixels: unknown): object {
    const grid = gridOf("plot.image", pixels);
    return picture(pngOfNumbers(grid), `image of shape [${grid.shape.join(", ")}]`);
  },

  images(pixels: unknown, { columns }: { readonly columns?: number } = {}): object {
    const grid = gridOf("plot.images", pixels);
    const [count, ...one] = grid.shape;
    return picture(pngOfSeveral(grid, columns), `${count} images of shape [${one.join(", ")}]`);
  },
};
