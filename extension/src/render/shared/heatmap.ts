/** Matrices as coloured squares: blue below zero, orange above, the surface for zero. */
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
import { addCursor } from "./cursor.js";

/** Steps of colour on each side of zero. */
const levels = 12;

const levelOf = (byte: number, share: number): string => {
  if (byte === 0) return "nan";
  if (byte === 1 || byte === 255) return "inf";
  return String(Math.round(((byte - 128) / 126) * share * levels));
};

/** The colour of a level, mixed by the browser from the theme's own. */
function fillOf(level: string): string {
  if (level === "nan" || level === "inf") return "var(--tapelab-alarm)";
  const n = Number(level);
  if (n === 0) return "var(--tapelab-zero)";
  return `color-mix(in srgb, ${n > 0 ? "var(--tapelab-plus)" : "var(--tapelab-minus)"} ${Math.round((100 * Math.abs(n)) / levels)}%, var(--tapelab-zero))`;
}

/** A drawing of a grid, and how it lies on its plane. */
interface Drawing {
  readonly svg: SVGSVGElement;
  readonly plan: Arrangement;
}

/** One path for each level, so that a picture has few elements. `scale` is what the strongest colour stands for. */
function drawGrid(grid: Grid, scale: number, attributes: Readonly<Record<string, string | number>>): Drawing {
  const plan = new Arrangement(grid.rows, grid.columns);
  const share = scale === 0 ? 1 : decodeNumber(grid.scale) / scale;
  const paths = new Map<string, string>();
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
  for (const [level, d] of paths) svg.append(s("path", { d, style: `fill: ${fillOf(level)}` }));
  return { svg, plan };
}

export interface HeatmapOptions {
  readonly label: string;
  /** Absolute value of the strongest colour; the grid's own scale if left out. */
  readonly scale?: number;
  /** Exact values in row-major order, if they are stored. */
  readonly values?: readonly Num[] | null;
  /** Indices before those of row and column. */
  readonly index?: readonly number[];
  /** Whether the matrix is a vector, whose elements have one index. */
  readonly vector?: boolean;
  /** Sizes of the matrix, if squares of the grid are blocks of its elements. */
  readonly shape?: readonly [rows: number, columns: number] | undefined;
}

const range = (i: number, parts: number, size: number): string => {
  const [from, to] = [Math.floor((i * size) / parts), Math.floor(((i + 1) * size) / parts) - 1];
  return from === to ? String(from) : `${from}…${to}`;
};

/** Returns the text of one square: its indices and its value, or the mean of a block. */
function words(grid: Grid, options: HeatmapOptions, row: number, column: number): string {
  const { values = null, index = [], vector = false, shape } = options;
  const at = row * grid.columns + column;
  const value = values?.[at] ?? squareValue(gridBytes(grid)[at] ?? 0, decodeNumber(grid.scale));
  const text = values ? formatElement(value) : formatElement(Number(decodeNumber(value).toPrecision(3)));
  const [rows, columns] = shape ?? [grid.rows, grid.columns];
  const place = [...index, ...(vector ? [] : [range(row, grid.rows, rows)]), range(column, grid.columns, columns)];
  return `[${place.join(", ")}] ${grid.exact ? (values ? "=" : "≈") : "mean ≈"} ${text}`;
}

/** Lets squares be read one by one; `say` is given the words. */
function readable(
  { svg, plan }: Drawing,
  grid: Grid,
  options: HeatmapOptions,
  say: (text: string | null) => void,
): void {
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

const ariaOf = (grid: Grid, label: string, scale: number): string =>
  `${label}: heat map, ${grid.rows} by ${grid.columns}${grid.exact ? "" : " blocks"}, strongest colour ${formatNumber(scale)}`;

/** A small picture with its caption, in which the square under the pointer is read out. */
export function heatmap(
  grid: Grid,
  { width, height, ...options }: HeatmapOptions & { readonly width: number; readonly height: number },
): HTMLElement {
  const scale = decodeNumber(grid.scale);
  const { width: across, height: down } = new Arrangement(grid.rows, grid.columns);
  const size = Math.max(Math.min(width / across, height / down, 18), 1);
  const drawing = drawGrid(grid, scale, {
    width: across * size,
    height: down * size,
    "aria-label": ariaOf(grid, options.label, scale),
  });
  const caption = h("div", { class: "tapelab-caption" }, options.label);
  readable(drawing, grid, options, (text) => {
    caption.textContent = text ?? options.label;
  });
  return h("figure", { class: "tapelab-figure" }, drawing.svg, caption);
}

/** A picture that fills the room it is given. */
export function wideHeatmap(grid: Grid, options: HeatmapOptions, say: (text: string | null) => void): HTMLElement {
  const scale = options.scale ?? decodeNumber(grid.scale);
  const drawing = drawGrid(grid, scale, { "aria-label": ariaOf(grid, options.label, scale) });
  drawing.svg.style.aspectRatio = `${drawing.plan.width} / ${drawing.plan.height}`;
  readable(drawing, grid, options, say);
  return h("div", { class: "tapelab-wide" }, drawing.svg);
}

/** What the colours mean: from -scale to scale. */
export function colourScale(scale: number): HTMLElement {
  const bar = s("svg", {
    width: 96,
    height: 8,
    viewBox: `0 0 ${2 * levels + 1} 1`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  for (let n = -levels; n <= levels; n++)
    bar.append(s("rect", { x: n + levels, y: 0, width: 1.05, height: 1, style: `fill: ${fillOf(String(n))}` }));
  const end = formatNumber(scale);
  return h("div", { class: "tapelab-scale" }, `−${end} `, bar, ` ${end}`);
}
