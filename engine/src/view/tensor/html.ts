/**
 * A small tensor as HTML: its facts, then its numbers, tinted by value. The tints are the only style, and half transparent for light and dark
 * pages: a reader of notebooks that removes styles still shows the numbers.
 */
import type { Num, Slice, TensorData } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { numberPanels, type Panel } from "../shared/panels.ts";
import { tensorHeadline } from "./facts.ts";
import { formatElement, numberFormat, tintOf, tintScale } from "./numbers.ts";

/** Characters of a line of numbers. */
const lineWidth = 96;
/** Characters that the padding of a cell takes. */
const padding = 3;
const strongestOpacity = 0.5;

/** Returns the background of an element: orange above zero, blue below, red if it is not finite. */
function tintStyle(v: Num, scale: number): string {
  const tint = tintOf(v, scale);
  if (tint === null) return "background:#dc282859";
  const opacity = Math.round(Math.abs(tint) * strongestOpacity * 255);
  return opacity === 0 ? "" : `background:#${tint > 0 ? "dc6e1e" : "326ee6"}${opacity.toString(16).padStart(2, "0")}`;
}

const heading = (text: number | string, scope: "row" | "col"): string => element("th", { scope }, String(text));

/** Returns a panel of a matrix as a table, below the indices of the matrix if it is the first panel. */
function table({ index, grid: { columns }, values }: Slice, panel: Panel, cell: (v: Num) => string): string {
  const [left, right] = panel.columns;
  const places = Array.from({ length: right - left }, (_, i) => left + i);
  const head = element("tr", { align: "right" }, element("th", {}, ""), ...places.map((c) => heading(c, "col")));
  const body: string[] = [];
  for (let r = panel.rows[0]; r < panel.rows[1]; r++)
    body.push(
      element("tr", { align: "right" }, heading(r, "row"), ...places.map((c) => cell(values?.[r * columns + c] ?? 0))),
    );
  const isFirst = panel.rows[0] === 0 && left === 0;
  const name = isFirst && index.length > 0 ? element("p", {}, `[${index.join(", ")}]`) : "";
  return name + element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

/** Cuts a matrix that is too wide into panels. Rows are not cut: panels beside each other would need a layout. */
function panelsOf(rows: number, columns: number, width: number): readonly Panel[] {
  if (columns * (width + padding) <= lineWidth) return [{ rows: [0, rows], columns: [0, columns] }];
  return numberPanels(rows, columns, Math.floor(lineWidth / (width + padding))).panels;
}

/** Returns the numbers of all matrices, in one format. */
function tables(t: TensorData, all: readonly Num[]): string {
  const format = numberFormat(all, t.dtype);
  const scale = tintScale(t);
  const width = all.reduce<number>((most, v) => Math.max(most, format(v).length), 2);
  const cell = (v: Num): string => {
    const style = tintStyle(v, scale);
    return element("td", style === "" ? {} : { style }, escapeText(format(v)));
  };
  return t.slices
    .flatMap((slice) => panelsOf(slice.grid.rows, slice.grid.columns, width).map((panel) => table(slice, panel, cell)))
    .join("");
}

/** Returns a small tensor as HTML. */
export function tensorHtml(t: TensorData): string {
  const headline = element("p", {}, element("code", {}, escapeText(tensorHeadline(t))));
  const all = t.slices.flatMap((s) => s.values ?? []);
  if (t.shape.length === 0 && all[0] !== undefined)
    return element("p", {}, element("b", {}, formatElement(all[0]))) + headline;
  return headline + (all.length === 0 ? element("p", {}, "no elements") : tables(t, all));
}
