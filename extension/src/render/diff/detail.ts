/** The details of an opened row: heat maps of the tensor in both tapes and of the difference, the worst element, and the call stack. */
import { type DiffData, type DiffPicture, decodeNumber, formatNumber } from "tapelab/view";
import { h } from "../../dom.js";
import { heatmap } from "../shared/heatmap.js";
import { drawStack } from "../shared/sites.js";
import type { ViewContext } from "../shared/view.js";
import { worstWords } from "./cells.js";

const size = { width: 150, height: 84 };

/** Draws the pictures of a value or gradient. */
function drawPicture(data: DiffData, { tensor, side, row, first, here, difference }: DiffPicture): HTMLElement {
  const base = data.sides.findIndex((other) => other.label[row] !== null);
  const name = (k: number): string => `${tensor}, ${data.sides[k]?.name ?? ""}`;
  const sign = (text: string): HTMLElement => h("span", { class: "tapelab-sign", "aria-hidden": "true" }, text);
  const scale = formatNumber(decodeNumber(difference.scale));
  return h(
    "div",
    { class: "tapelab-flow", role: "group", "aria-label": tensor },
    heatmap(first, { ...size, label: name(base) }),
    sign("→"),
    heatmap(here, { ...size, label: name(side) }),
    sign("Δ"),
    heatmap(difference, { ...size, label: `difference, up to ${scale}` }),
  );
}

/** Draws the details of a row. */
export function drawDetail(data: DiffData, row: number, context: ViewContext): HTMLElement {
  const pictures = data.pictures.filter((picture) => picture.row === row);
  const sides = data.sides.map((_, k) => k);
  const worst = sides.flatMap((k) => (["value", "gradient"] as const).map((of) => worstWords(data, row, k, of)));
  const stacks = sides.flatMap((k) => {
    const frame = data.sides[k]?.frame[row] ?? -1;
    if (frame < 0) return [];
    const name = h("span", { class: "tapelab-faint" }, `${data.sides[k]?.name ?? ""}: called from`);
    return [h("div", { class: "tapelab-diff-stack" }, name, drawStack(context, data.cells, data.frames, frame))];
  });
  const sentences = worst.filter((text) => text !== "").map((text) => h("p", { class: "tapelab-faint" }, text));
  return h(
    "div",
    { class: "tapelab-diff-detail" },
    ...pictures.map((picture) => drawPicture(data, picture)),
    ...sentences,
    ...stacks,
    pictures.length + sentences.length + stacks.length === 0
      ? h("p", { class: "tapelab-faint" }, "Nothing more is known of this row.")
      : null,
  );
}
