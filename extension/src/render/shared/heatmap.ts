/** Heat maps of matrices: blue below zero, orange above, the colour of the surface for zero. */
import {
  Arrangement,
  decodeNumber,
  formatElement,
  formatNumber,
  type Grid,
  gridBytes,
  type Num,
  squareValue,
} from "tapelab/view";
import { h, s } from "../../dom.js";
import { addCursor, type Say } from "./cursor.js";

/** Steps of colour on each side of zero. */
const levels = 12;

/** A step of colour from -levels to levels. */
type Level = number | "nan" | "inf";

function levelOf(byte: number, share: number): Level {
  if (byte === 0) return "nan";
  if (byte === 1 || byte === 255) return "inf";
  return Math.round(((byte - 128) / 126) * share * levels);
}

const usualZero = "var(--tapelab-zero)";

/** Returns the colour of a level, which the browser mixes from the colours of the theme. */
function fillOf(level: Level, zero = usualZero): string {
  if (typeof level === "string") return "var(--tapelab-alarm)";
  if (level === 0) return zero;
  const percent = Math.round((100 * Math.abs(level)) / levels);
  return `color-mix(in srgb, ${level > 0 ? "var(--tapelab-plus)" : "var(--tapelab-minus)"} ${percent}%, ${zero})`;
}

/** A heat map, and the positions of its squares. */
interface Drawing {
  readonly svg: SVGSVGElement;
  readonly plan: Arrangement;
}

/** Draws a grid with one path for each level, so that the page has few elements. `scale` is the magnitude of the strongest colour. */
function drawGrid(
  grid: Grid,
  scale: number,
  attributes: Readonly<Record<string, string | number>>,
  zero?: string,
): Drawing {
  const plan = new Arrangement(grid.rows, grid.columns);
  const share = scale === 0 ? 1 : decodeNumber(grid.scale) / scale;
  const paths = new Map<Level, string>();
  gridBytes(grid).forEach((byte, i) => {
    const level = levelOf(byte, share);
    const [x, y] = plan.place(Math.floor(i / grid.columns), i % grid.columns);
    paths.set(level, `${paths.get(level) ?? ""}M${x} ${y}h1v1h-1z`);
  });
  const svg = s("svg", {
    class: "tapelab-heatmap",
    viewBox: `0 0 ${plan.width} ${plan.height}`,
    role: "img",
    preserveAspectRatio: "none",
    ...attributes,
  });
  for (const [level, d] of paths) svg.append(s("path", { d, style: `fill: ${fillOf(level, zero)}` }));
  return { svg, plan };
}

/** Label and colours of a heat map, and what is needed to read out its elements. */
export interface HeatmapOptions {
  readonly label: string;
  /** Magnitude of the strongest colour; that of the grid by default. */
  readonly scale?: number;
  /** Exact elements in row-major order, where they are stored. */
  readonly values?: readonly Num[] | null;
  /** Indices in the dimensions before the matrix. */
  readonly index?: readonly number[];
  /** Whether the matrix is a vector, whose elements have one index. */
  readonly vector?: boolean;
  /** The colour of zero; that of the theme by default. */
  readonly zero?: string;
  /** Returns what is read out after the value of a square, by its position in row-major order. */
  readonly note?: (at: number) => string;
  /** Sizes of the matrix, where squares of the grid are blocks of its elements. */
  readonly shape?: readonly [rows: number, columns: number] | undefined;
}

/** Returns the indices that a block spans: `3`, or `4…7`. */
const range = (i: number, parts: number, size: number): string => {
  const [from, to] = [Math.floor((i * size) / parts), Math.floor(((i + 1) * size) / parts) - 1];
  return from === to ? String(from) : `${from}…${to}`;
};

/** Returns the text of one square: its indices and its value, or the mean of its block. */
function words(grid: Grid, options: HeatmapOptions, row: number, column: number): string {
  const { values = null, index = [], vector = false, shape } = options;
  const at = row * grid.columns + column;
  const value = values?.[at] ?? squareValue(gridBytes(grid)[at] ?? 0, decodeNumber(grid.scale));
  const text = values ? formatElement(value) : formatElement(Number(decodeNumber(value).toPrecision(3)));
  const [rows, columns] = shape ?? [grid.rows, grid.columns];
  const place = [...index, ...(vector ? [] : [range(row, grid.rows, rows)]), range(column, grid.columns, columns)];
  const note = options.note?.(at) ?? "";
  return `[${place.join(", ")}] ${grid.exact ? (values ? "=" : "≈") : "mean ≈"} ${text}${note}`;
}

/** Adds a cursor that reads out the squares. */
function makeReadable({ svg, plan }: Drawing, grid: Grid, options: HeatmapOptions, say: Say): void {
  const mark = s("rect", { class: "tapelab-cursor", width: 1, height: 1, visibility: "hidden" });
  svg.append(mark);
  addCursor(svg, {
    rows: grid.rows,
    columns: grid.columns,
    find: (event) => {
      const box = svg.getBoundingClientRect();
      return plan.find(
        ((event.clientX - box.left) / box.width) * plan.width,
        ((event.clientY - box.top) / box.height) * plan.height,
      );
    },
    show: (place) => {
      mark.setAttribute("visibility", place === null ? "hidden" : "visible");
      if (place === null) return say(null);
      const [x, y] = plan.place(...place);
      mark.setAttribute("x", String(x));
      mark.setAttribute("y", String(y));
      say(words(grid, options, ...place));
    },
  });
}

const ariaLabel = (grid: Grid, label: string, scale: number): string =>
  `${label}: heat map, ${grid.rows} by ${grid.columns}${grid.exact ? "" : " blocks"}, strongest colour ${formatNumber(scale)}`;

/** Pixels of the largest square of a small heat map. */
const maxSquare = 18;

/** Draws a small heat map above its caption, in which the square under the cursor is read out. */
export function heatmap(
  grid: Grid,
  { width, height, ...options }: HeatmapOptions & { readonly width: number; readonly height: number },
): HTMLElement {
  const scale = options.scale ?? decodeNumber(grid.scale);
  const plan = new Arrangement(grid.rows, grid.columns);
  const size = Math.max(Math.min(width / plan.width, height / plan.height, maxSquare), 1);
  const drawing = drawGrid(grid, scale, {
    width: plan.width * size,
    height: plan.height * size,
    "aria-label": ariaLabel(grid, options.label, scale),
  });
  const caption = h("div", { class: "tapelab-caption" }, options.label);
  makeReadable(drawing, grid, options, (text) => {
    caption.textContent = text ?? options.label;
  });
  return h("figure", { class: "tapelab-figure" }, drawing.svg, caption);
}

/** Draws a heat map that fills the width that it is given. */
export function wideHeatmap(grid: Grid, options: HeatmapOptions, say: Say): HTMLElement {
  const scale = options.scale ?? decodeNumber(grid.scale);
  const drawing = drawGrid(grid, scale, { "aria-label": ariaLabel(grid, options.label, scale) }, options.zero);
  drawing.svg.style.aspectRatio = `${drawing.plan.width} / ${drawing.plan.height}`;
  makeReadable(drawing, grid, options, say);
  return h("div", { class: "tapelab-wide" }, drawing.svg);
}

/** Draws the legend of the colours, from -scale to scale. */
export function colourScale(scale: number): HTMLElement {
  const bar = s("svg", {
    width: 96,
    height: 8,
    viewBox: `0 0 ${2 * levels + 1} 1`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  for (let n = -levels; n <= levels; n++)
    bar.append(s("rect", { x: n + levels, y: 0, width: 1.05, height: 1, style: `fill: ${fillOf(n)}` }));
  const end = formatNumber(scale);
  return h("div", { class: "tapelab-scale" }, `−${end} `, bar, ` ${end}`);
}
