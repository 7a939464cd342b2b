/** Tensors at a step: a small one as its numbers, tinted by value, a larger one as a heat map, each above its name and statistics. */
import {
  decodeNumber,
  formatNumber,
  formatShape,
  type Num,
  type StepTensor,
  statisticsWords,
  tintOf,
} from "tapelab/view";
import { h } from "../../dom.js";
import { heatmap } from "../shared/heatmap.js";

const size = { width: 168, height: 92 };

/** Returns the background of a number, which the browser mixes from the colours of the theme. */
function tint(v: Num, scale: number): string {
  const share = tintOf(v, scale);
  if (share === null) return "background: color-mix(in srgb, var(--tapelab-alarm) 35%, transparent)";
  if (share === 0) return "";
  const color = share > 0 ? "var(--tapelab-plus)" : "var(--tapelab-minus)";
  return `background: color-mix(in srgb, ${color} ${Math.round(Math.abs(share) * 45)}%, transparent)`;
}

/** Returns the sizes of a tensor as a matrix. */
function matrixSizes(shape: readonly number[], count: number): readonly [rows: number, columns: number] {
  const columns = shape.length === 0 ? 1 : (shape.at(-1) ?? 1);
  return [columns === 0 ? 0 : count / columns, columns];
}

/** Draws the numbers of a small tensor; the picture's text has all of them in row-major order. */
function numbers(values: readonly Num[], shape: readonly number[], label: string): HTMLElement {
  const scale = Math.max(...values.map((v) => Math.abs(decodeNumber(v))).filter(Number.isFinite), 0);
  const [rows, columns] = matrixSizes(shape, values.length);
  const cells = values.map((v) => h("span", { style: tint(v, scale) }, formatNumber(v)));
  return h(
    "div",
    {
      class: "tapelab-pass-numbers",
      role: "img",
      "aria-label": `${label}, ${rows === 1 ? "" : `${rows} by ${columns}: `}${values.map(formatNumber).join(", ")}`,
      style: `grid-template-columns: repeat(${columns}, auto)`,
    },
    ...cells,
  );
}

const caption = (label: string, t: StepTensor): HTMLElement[] => [
  h("div", { class: "tapelab-caption" }, label),
  ...(t.summary.count === 1
    ? []
    : [h("div", { class: "tapelab-caption tapelab-pass-statistics" }, statisticsWords(t))]),
];

/** Draws a tensor with its name. */
export function tensorFigure(t: StepTensor, label: string): HTMLElement {
  if (t.values !== null && t.values.length > 0)
    return h("figure", { class: "tapelab-figure" }, numbers(t.values, t.shape, label), ...caption(label, t));
  if (t.grid === null)
    return h(
      "figure",
      { class: "tapelab-figure" },
      h("div", { class: "tapelab-pass-numbers" }, t.summary.count === 0 ? "no elements" : formatShape(t.shape)),
      ...caption(label, t),
    );
  const figure = heatmap(t.grid, { ...size, label, vector: t.shape.length < 2 });
  figure.append(h("div", { class: "tapelab-caption tapelab-pass-statistics" }, statisticsWords(t)));
  return figure;
}

/** Draws a note in the place of a tensor. */
export const absentFigure = (note: string, label: string): HTMLElement =>
  h(
    "figure",
    { class: "tapelab-figure" },
    h("div", { class: "tapelab-pass-absent" }, note),
    h("div", { class: "tapelab-caption" }, label),
  );
