/** Matrices as coloured squares: blue below zero, orange above, the surface for zero. */
import { decodeNumber, type Grid, showNumber } from "tapelab/view";
import { h, s } from "../dom.js";

/** Steps of colour on each side of zero. */
const levels = 12;

export const bytesOf = (grid: Grid): Uint8Array => Uint8Array.from(atob(grid.data), (c) => c.charCodeAt(0));

/** The number that a byte stands for. */
export function valueOf(byte: number, scale: number): number {
  if (byte === 0) return Number.NaN;
  if (byte === 1) return -Infinity;
  if (byte === 255) return Infinity;
  return ((byte - 128) / 126) * scale;
}

const levelOf = (byte: number): string => {
  if (byte === 0) return "nan";
  if (byte === 1 || byte === 255) return "inf";
  return String(Math.round(((byte - 128) / 126) * levels));
};

/** The colour of a level, mixed by the browser from the theme's own. */
function fillOf(level: string): string {
  if (level === "nan" || level === "inf") return "var(--tapelab-alarm)";
  const n = Number(level);
  if (n === 0) return "var(--tapelab-zero)";
  return `color-mix(in srgb, ${n > 0 ? "var(--tapelab-plus)" : "var(--tapelab-minus)"} ${Math.round((100 * Math.abs(n)) / levels)}%, var(--tapelab-zero))`;
}

export interface HeatmapOptions {
  /** Width in pixels that the picture may take. */
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** Exact values in row-major order, if they are stored. */
  readonly values?: readonly number[] | null;
}

/** One path for each level, so that a picture has few elements; the square under the pointer is read out below. */
export function heatmap(grid: Grid, { width, height, label, values = null }: HeatmapOptions): HTMLElement {
  const { rows, columns } = grid;
  const scale = decodeNumber(grid.scale);
  const bytes = bytesOf(grid);
  const size = Math.max(Math.min(width / columns, height / rows, 18), 2);
  const paths = new Map<string, string>();
  bytes.forEach((byte, i) => {
    const level = levelOf(byte);
    paths.set(level, `${paths.get(level) ?? ""}M${i % columns} ${Math.floor(i / columns)}h1v1h-1z`);
  });
  const svg = s("svg", {
    class: "tapelab-heatmap",
    width: columns * size,
    height: rows * size,
    viewBox: `0 0 ${columns} ${rows}`,
    role: "img",
    "aria-label": `${label}: heat map, ${rows} by ${columns}${grid.exact ? "" : " blocks"}, strongest colour ${showNumber(grid.scale)}`,
    preserveAspectRatio: "none",
  });
  for (const [level, d] of paths) svg.append(s("path", { d, style: `fill: ${fillOf(level)}` }));
  const caption = h("div", { class: "tapelab-caption" }, label);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const column = Math.min(Math.floor(((event.clientX - box.left) / box.width) * columns), columns - 1);
    const row = Math.min(Math.floor(((event.clientY - box.top) / box.height) * rows), rows - 1);
    const at = row * columns + column;
    const value = values?.[at] ?? valueOf(bytes[at] ?? 0, scale);
    const text = Number.isFinite(value) ? showNumber(Number(value.toPrecision(4))) : String(value);
    caption.textContent = grid.exact
      ? `[${row}, ${column}] ${values ? "" : "≈ "}${text}`
      : `block ${row}, ${column}: mean ≈ ${text}`;
  });
  svg.addEventListener("pointerleave", () => {
    caption.textContent = label;
  });
  return h("figure", { class: "tapelab-figure" }, svg, caption);
}

/** What the colours mean: from -scale to scale. */
export function colourScale(grid: Grid): HTMLElement {
  const bar = s("svg", {
    width: 96,
    height: 8,
    viewBox: `0 0 ${2 * levels + 1} 1`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  for (let n = -levels; n <= levels; n++)
    bar.append(s("rect", { x: n + levels, y: 0, width: 1.05, height: 1, style: `fill: ${fillOf(String(n))}` }));
  const end = showNumber(grid.scale);
  return h("div", { class: "tapelab-scale" }, `−${end} `, bar, ` ${end}`);
}
