/**
 * A small tensor as HTML: what it is, then its numbers, tinted by value. The tints are half transparent, for light pages and dark ones, and the
 * only style: a reader that removes it leaves the numbers.
 */
import type { Num, Slice, TensorData } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { numberPanels, type Panel } from "../shared/panels.ts";
import { numberFormat, showElement, tintOf, tintScale } from "./numbers.ts";
import { tensorHeadline } from "./text.ts";

/** Characters beside each other. */
const lineWidth = 96;
const strongest = 0.5;

/** The background of an element: orange above zero, blue below, red where it is not finite. */
export function tintStyle(v: Num, scale: number): string {
  const tint = tintOf(v, scale);
  if (tint === null) return "background:#dc282859";
  const opacity = Math.round(Math.abs(tint) * strongest * 255);
  return opacity === 0 ? "" : `background:#${tint > 0 ? "dc6e1e" : "326ee6"}${opacity.toString(16).padStart(2, "0")}`;
}

const heading = (text: number | string, scope: "row" | "col"): string => element("th", { scope }, String(text));

function table({ index, grid: { columns }, values }: Slice, panel: Panel, draw: (v: Num) => string): string {
  const [left, right] = panel.columns;
  const places = Array.from({ length: right - left }, (_, i) => left + i);
  const head = element("tr", { align: "right" }, element("th", {}, ""), ...places.map((c) => heading(c, "col")));
  const body: string[] = [];
  for (let r = panel.rows[0]; r < panel.rows[1]; r++)
    body.push(
      element("tr", { align: "right" }, heading(r, "row"), ...places.map((c) => draw(values?.[r * columns + c] ?? 0))),
    );
  const name = index.length === 0 ? "" : element("p", {}, `[${index.join(", ")}]`);
  const first = panel.rows[0] === 0 && left === 0;
  return `${first ? name : ""}${element("table", {}, element("thead", {}, head), element("tbody", {}, ...body))}`;
}

export function tensorHtml(t: TensorData): string {
  const headline = element("p", {}, element("code", {}, escapeText(tensorHeadline(t))));
  const all = t.slices.flatMap((s) => s.values ?? []);
  if (t.shape.length === 0 && all[0] !== undefined)
    return element("p", {}, element("b", {}, showElement(all[0]))) + headline;
  if (all.length === 0) return headline + element("p", {}, "no elements");
  const format = numberFormat(all, t.dtype);
  const scale = tintScale(t);
  const width = all.reduce<number>((most, v) => Math.max(most, format(v).length), 2);
  const draw = (v: Num): string => {
    const style = tintStyle(v, scale);
    return element("td", style === "" ? {} : { style }, escapeText(format(v)));
  };
  const blocks = t.slices.map((slice) => {
    const { rows, columns } = slice.grid;
    // panels beside each other would need a layout: here rows are not wrapped
    const { panels } =
      columns * (width + 3) > lineWidth
        ? numberPanels(rows, columns, Math.floor(lineWidth / (width + 3)))
        : { panels: [whole(rows, columns)] };
    return panels.map((panel) => table(slice, panel, draw)).join("");
  });
  return headline + blocks.join("");
}

const whole = (rows: number, columns: number): Panel => ({ rows: [0, rows], columns: [0, columns] });
