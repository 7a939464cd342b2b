/** Draws the rows of a comparison. */
import {
  baseSide,
  type DiffData,
  type DiffMark,
  firstWords,
  markSigns,
  rowName,
  rowScope,
  shapeWords,
  skippedWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import { drawSite } from "../shared/sites.js";
import type { ViewContext } from "../shared/view.js";
import { drawGradient, drawGradientChange, drawValue, drawValueChange } from "./cells.js";
import type { DiffLine } from "./lines.js";

const markWords: Readonly<Record<DiffMark, string>> = {
  same: "",
  changed: "changed",
  removed: "removed",
  added: "added",
  partial: "not in all tapes",
};

const td = (classes: string, ...children: readonly (Node | string)[]): HTMLElement =>
  h("td", { class: classes }, ...children);

/** Returns the tape whose code a row shows: the last one that has the row. */
const shownSide = ({ sides }: DiffData, row: number): number => sides.findLastIndex((side) => side.label[row] !== null);

/** Draws the sign of a row, which has words for screen readers. */
function signCell(mark: DiffMark): HTMLElement {
  const words = markWords[mark];
  return td("tapelab-diff-sign", words === "" ? "" : h("span", { role: "img", "aria-label": words }, markSigns[mark]));
}

/** Draws the name of a row as a button that opens it, where it has details. */
function nameCell(data: DiffData, row: number, isOpen: boolean): HTMLElement {
  const k = shownSide(data, row);
  const scope = rowScope(data, row, k);
  const first = firstWords(data, row);
  const words = [
    h("span", { class: "tapelab-op" }, rowName(data, row)),
    ...(scope === "" ? [] : [h("span", { class: "tapelab-faint" }, ` ${scope}`)]),
  ];
  const name = h(
    "button",
    { type: "button", class: "tapelab-diff-open", "aria-expanded": String(isOpen), "data-open": row },
    h("span", { class: "tapelab-fold", "aria-hidden": "true" }, isOpen ? "▾ " : "▸ "),
    ...words,
  );
  const changes = data.rows.changes[row] ?? [];
  const path = data.sides[k]?.scope[row] ?? "";
  return h(
    "th",
    { scope: "row", title: path === "" ? null : path.replaceAll("/", " / ") },
    name,
    first === "" ? null : h("span", { class: "tapelab-badge tapelab-diff-first" }, `◀ ${first}`),
    changes.length === 0 ? null : h("div", { class: "tapelab-diff-changes" }, changes.join(", ")),
  );
}

/** Draws the call site of a row. */
function siteCell(data: DiffData, row: number, context: ViewContext): HTMLElement {
  const site = data.sides[shownSide(data, row)]?.site[row] ?? null;
  return td("tapelab-where", site === null ? "" : drawSite(context, data.cells, site));
}

/** Draws a row of two tapes, or of more with a column for each. */
export function drawRow(data: DiffData, row: number, isOpen: boolean, context: ViewContext): HTMLElement {
  const mark = data.rows.mark[row] ?? "same";
  const base = baseSide(data, row);
  const columns =
    data.sides.length === 2 ? pairCells(data, row, mark, base) : data.sides.map((_, k) => sideCell(data, row, k));
  return h(
    "tr",
    {
      class: `tapelab-diff-row tapelab-diff-${mark}${firstWords(data, row) === "" ? "" : " tapelab-diff-is-first"}`,
      "data-row": row,
    },
    signCell(mark),
    nameCell(data, row, isOpen),
    td("tapelab-shape", shapeWords(data.sides[shownSide(data, row)] ?? data.sides[base]!, row)),
    ...columns,
    siteCell(data, row, context),
  );
}

function pairCells(data: DiffData, row: number, mark: DiffMark, base: number): HTMLElement[] {
  const isOnly = mark === "removed" || mark === "added";
  const measure = (...parts: readonly (Node | string)[]): HTMLElement =>
    h("span", { class: "tapelab-measure" }, ...parts);
  return [
    td("tapelab-diff-value", measure(...(isOnly ? drawValue(data, row, base) : drawValueChange(data, row)))),
    td("tapelab-diff-gradient", measure(...(isOnly ? drawGradient(data, row, base) : drawGradientChange(data, row)))),
  ];
}

/** Draws value and gradient of a row in one of several tapes, tinted where they differ from the first. */
function sideCell(data: DiffData, row: number, k: number): HTMLElement {
  const side = data.sides[k];
  const isOther = (["value", "gradient"] as const).some((of) =>
    ["different", "missing", "shape"].includes(side?.[of].state[row] ?? ""),
  );
  return td(
    `tapelab-diff-side${isOther ? " tapelab-diff-differs" : ""}`,
    isOther ? h("span", { role: "img", "aria-label": "differs", class: "tapelab-diff-tilde" }, "~") : "",
    h("span", { class: "tapelab-measure" }, ...drawValue(data, row, k)),
    h("span", { class: "tapelab-measure" }, ...drawGradient(data, row, k)),
  );
}

/** Draws a folded run of rows: a button where they are stored. */
export function drawFold(
  { count, changed }: Extract<DiffLine, { kind: "fold" }>,
  columns: number,
  open: (() => void) | null,
): HTMLElement {
  const words = `⋯ ${skippedWords(count, changed)}`;
  if (open === null)
    return h("tr", {}, h("td", { colspan: columns, class: "tapelab-diff-fold tapelab-faint" }, `${words}, not stored`));
  const button = h("button", { type: "button", class: "tapelab-diff-unfold" }, words);
  button.addEventListener("click", open);
  return h("tr", {}, h("td", { colspan: columns, class: "tapelab-diff-fold" }, button));
}
