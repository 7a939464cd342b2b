/** Tables of the numbers of a matrix, tinted by value. */
import { formatElement, type Num, numberPanels, type Panel, type Slice, tintOf } from "tapelab/view";
import { h } from "../../dom.js";
import { addCursor, type Say } from "../shared/cursor.js";

/** Format, tint and layout of the numbers. */
export interface NumbersOptions {
  readonly label: string;
  readonly format: (v: Num) => string;
  /** Magnitude of the strongest tint. */
  readonly scale: number;
  /** Characters of the longest number. */
  readonly digits: number;
  /** Available width in pixels. */
  readonly width: number;
  /** Whether the matrix is a vector, whose elements have one index. */
  readonly vector: boolean;
}

/** Pixels of a character, and of the padding of a number. */
const character = 7.25;
const padding = 13;
/** Pixels of the row heads. */
const headWidth = 30;

/** Returns the background of an element, which the browser mixes from the colours of the theme. */
function tint(v: Num, scale: number): string {
  const share = tintOf(v, scale);
  if (share === null) return "background: color-mix(in srgb, var(--tapelab-alarm) 35%, transparent)";
  const color = share > 0 ? "var(--tapelab-plus)" : "var(--tapelab-minus)";
  return share === 0
    ? ""
    : `background: color-mix(in srgb, ${color} ${Math.round(Math.abs(share) * 55)}%, transparent)`;
}

const axis = (text: string, scope: string): HTMLElement => h("th", { scope }, text);

/** Heads of columns and rows of a table, and the elements of its rows. */
interface Layout {
  readonly heads: readonly string[];
  readonly rows: readonly { readonly head: string; readonly columns: readonly number[]; readonly row: number }[];
}

const span = ([from, to]: readonly [number, number]): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Lays out a panel of a matrix, whose heads are indices. */
const matrixLayout = ({ rows, columns }: Panel): Layout => ({
  heads: span(columns).map(String),
  rows: span(rows).map((row) => ({ head: String(row), columns: span(columns), row })),
});

/** Lays out a vector. If it has several lines, their heads are the index of the first element, and those of columns the offset. */
const vectorLayout = (lines: readonly Panel[]): Layout => ({
  heads: span(lines[0]?.columns ?? [0, 0]).map((i) => (lines.length > 1 ? `+${i}` : String(i))),
  rows: lines.map(({ columns }) => ({
    head: lines.length > 1 ? String(columns[0]) : "",
    columns: span(columns),
    row: 0,
  })),
});

/** Returns the index of an element as `[2, 0, 1]`. */
const indexOf = (slice: Slice, row: number, column: number, vector: boolean): string =>
  `[${[...slice.index, ...(vector ? [] : [row]), column].join(", ")}]`;

/** The cells of a matrix with their elements. */
type Cells = Map<HTMLElement, readonly [row: number, column: number]>;

/** Draws a table, and adds its cells to `cells`. */
function table(
  slice: Slice,
  layout: Layout,
  { format, scale, digits, vector }: NumbersOptions,
  cells: Cells,
): HTMLElement {
  const body = layout.rows.map(({ head, row, columns }) => {
    const line = columns.map((column) => {
      const v = slice.values?.[row * slice.grid.columns + column] ?? 0;
      const title = `${indexOf(slice, row, column, vector)} = ${formatElement(v)}`;
      const cell = h("td", { style: tint(v, scale), title }, format(v));
      cells.set(cell, [row, column]);
      return cell;
    });
    return h("tr", {}, axis(head, "row"), ...line);
  });
  const heads = h("tr", {}, h("th", { role: "none" }), ...layout.heads.map((text) => axis(text, "col")));
  return h(
    "table",
    { class: "tapelab-numbers", style: `--tapelab-digits: ${digits}` },
    h("thead", {}, heads),
    h("tbody", {}, ...body),
  );
}

/** Draws all elements of a matrix; a matrix that is too wide or too tall is cut into several tables. */
export function numberGrid(slice: Slice, options: NumbersOptions, say: Say): HTMLElement {
  const { rows, columns } = slice.grid;
  const { digits, width, vector } = options;
  const fit = (width - headWidth) / (digits * character + padding);
  const { panels, direction, note } = numberPanels(rows, columns, fit);
  const layouts = vector ? [vectorLayout(panels)] : panels.map(matrixLayout);
  const cells: Cells = new Map();
  const node = h(
    "div",
    { class: `tapelab-panels tapelab-panels-${direction}`, role: "group", "aria-label": options.label },
    ...layouts.map((layout) => table(slice, layout, options, cells)),
  );
  const byPlace = new Map([...cells].map(([cell, [r, c]]) => [r * columns + c, cell]));
  let marked: HTMLElement | undefined;
  addCursor(node, {
    rows,
    columns,
    find: (event) => cells.get(event.target as HTMLElement) ?? null,
    show: (place) => {
      marked?.classList.remove("tapelab-marked");
      if (place === null) return say(null);
      const [row, column] = place;
      marked = byPlace.get(row * columns + column);
      marked?.classList.add("tapelab-marked");
      say(`${indexOf(slice, row, column, vector)} = ${formatElement(slice.values?.[row * columns + column] ?? 0)}`);
    },
  });
  return note === "" ? node : h("div", {}, node, h("div", { class: "tapelab-caption" }, note));
}
