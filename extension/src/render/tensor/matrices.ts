/** Draws all stored matrices of a tensor, as numbers or as heat maps. */
import { numberFormat, type TensorData, tintScale } from "tapelab/view";
import { h } from "../../dom.js";
import type { Say } from "../shared/cursor.js";
import { wideHeatmap } from "../shared/heatmap.js";
import { numberGrid } from "./numbers.js";
import { figure, nameOf, panelsNote, sharedScale } from "./slices.js";

/** Number of matrices from which heat maps are drawn small. */
const manySlices = 12;

/** Draws the numbers of the matrices, all in one format, in the given width. */
export function drawNumbers(t: TensorData, width: number, say: Say): HTMLElement {
  const all = t.slices.flatMap((slice) => slice.values ?? []);
  const format = numberFormat(all, t.dtype);
  const digits = all.reduce<number>((most, v) => Math.max(most, format(v).length), 1);
  const options = { format, digits, width, scale: tintScale(t), vector: t.shape.length === 1 };
  const grids = t.slices.map((slice) => figure(slice, numberGrid(slice, { ...options, label: nameOf(slice) }, say)));
  return h("div", { class: "tapelab-blocks" }, ...grids);
}

/** Draws the matrices as heat maps with the same colours. */
export function drawHeatmaps(t: TensorData, say: Say): HTMLElement {
  const n = t.slices.length;
  const scale = sharedScale(t);
  const vector = t.shape.length === 1;
  const shape = [vector ? 1 : (t.shape.at(-2) ?? 1), t.shape.at(-1) ?? 1] as const;
  const maps = t.slices.map((slice) => {
    const { grid, values, index } = slice;
    return figure(slice, wideHeatmap(grid, { label: nameOf(slice), scale, values, index, vector, shape }, say));
  });
  const size = n > manySlices ? "many" : n > 1 ? "several" : "one";
  const note = n > 1 ? "" : panelsNote(t.slices[0]);
  return h(
    "div",
    {},
    h("div", { class: `tapelab-maps tapelab-maps-${size}` }, ...maps),
    note === "" ? null : h("div", { class: "tapelab-caption" }, note),
  );
}
