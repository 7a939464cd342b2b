/** The gradient table: sorts, filters, and copies as TSV. */
import {
  formatNorm,
  formatNumber,
  formatShape,
  type GradientsData,
  gradientsOutput,
  stateWords,
  summaryAt,
} from "tapelab/view";
import { h } from "../../dom.js";
import { absent, normBar, ratioDot, shareBar } from "../shared/bars.js";
import { sparkHistogram } from "../shared/histogram.js";
import type { Renderer } from "../shared/renderer.js";
import { explained } from "../shared/tooltip.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { type Column, columns, tsv } from "./columns.js";

/** A share of zeros from which a gradient is worth a look. */
const manyZeros = 0.9;

export class GradientsView extends DataView<GradientsData> {
  #data: GradientsData | null = null;
  #sort: { readonly key: Column; readonly down: boolean } | null = null;
  #filter = "";
  readonly #table = h("table", { class: "tapelab-table" });

  constructor(context: ViewContext) {
    super(gradientsOutput, context);
    this.addClass("tapelab-gradients");
  }

  protected override draw(data: GradientsData): void {
    this.#data = data;
    const n = data.tensors.name.length + data.omitted;
    const filter = h("input", {
      class: "tapelab-input",
      type: "search",
      placeholder: "filter",
      "aria-label": "filter by name, shape or state",
    });
    filter.value = this.#filter;
    filter.addEventListener("input", () => {
      this.#filter = filter.value;
      this.#paint();
    });
    const copy = h("button", { class: "tapelab-button", type: "button" }, "Copy as TSV");
    copy.addEventListener("click", () => {
      void navigator.clipboard.writeText(tsv(data, this.#order())).then(
        () => this.#say(copy, "Copied"),
        () => this.#say(copy, "The browser refused"),
      );
    });
    this.node.append(
      header(
        `Gradients of ${n} tensor${n === 1 ? "" : "s"}`,
        [`total norm ${formatNorm(data.totalNorm)}`, ...(data.omitted > 0 ? [`${data.omitted} left out`] : [])],
        filter,
        copy,
      ),
      this.#table,
    );
    this.#paint();
  }

  #say(button: HTMLButtonElement, text: string): void {
    button.textContent = text;
    setTimeout(() => {
      button.textContent = "Copy as TSV";
    }, 1200);
  }

  /** Numbers of the rows, filtered and sorted. */
  #order(): number[] {
    const data = this.#data;
    if (data === null) return [];
    const wanted = this.#filter.trim().toLowerCase();
    const t = data.tensors;
    const rows = t.name
      .map((_, i) => i)
      .filter((i) =>
        `${t.name[i]} ${formatShape(t.shape[i] ?? [])} ${t.dtype[i]} ${t.state[i]} ${stateWords[t.state[i] ?? "computed"]}`
          .toLowerCase()
          .includes(wanted),
      );
    const sort = this.#sort;
    if (sort === null) return rows;
    const key = columns[sort.key].key;
    return rows.sort((a, b) => {
      const [x, y] = [key(data, a), key(data, b)];
      const order =
        typeof x === "number" && typeof y === "number" ? compareNumbers(x, y) : String(x).localeCompare(String(y));
      return sort.down ? -order : order;
    });
  }

  #head(name: Column): HTMLElement {
    const sorted = this.#sort?.key === name ? (this.#sort.down ? "descending" : "ascending") : "none";
    const button = h(
      "button",
      { type: "button", class: "tapelab-sort", "data-column": name },
      columns[name].title,
      h("span", { "aria-hidden": "true" }, sorted === "descending" ? " ▾" : sorted === "ascending" ? " ▴" : ""),
    );
    button.addEventListener("click", () => {
      this.#sort = { key: name, down: sorted === "none" ? columns[name].downFirst : sorted === "ascending" };
      this.#paint();
      this.#table.querySelector<HTMLElement>(`[data-column="${name}"]`)?.focus();
    });
    explained(button, `${columns[name].sentence} A click sorts.`);
    return h("th", { scope: "col", "aria-sort": sorted, class: `tapelab-column-${name}` }, button);
  }

  #paint(): void {
    const data = this.#data;
    if (data === null) return;
    const names = Object.keys(columns) as Column[];
    const bad = (kind: "nan" | "inf"): boolean =>
      data.tensors.name.some((_, i) => (summaryAt(data.tensors.gradient, i)?.[kind] ?? 0) > 0);
    this.#table.classList.toggle("tapelab-finite", !bad("nan") && !bad("inf"));
    this.#table.replaceChildren(
      h("thead", {}, h("tr", {}, ...names.map((name) => this.#head(name)))),
      h("tbody", {}, ...this.#order().map((i) => this.#row(data, i))),
    );
  }

  #row(data: GradientsData, i: number): HTMLElement {
    const t = data.tensors;
    const g = summaryAt(t.gradient, i);
    const state = t.state[i] ?? "computed";
    const notFinite = g !== null && g.nan + g.inf > 0;
    const zeros = g !== null && g.count >= 16 && g.zeros / g.count >= manyZeros;
    const alarm = notFinite || state === "zero" || state === "notReached" || zeros;
    const words = [notFinite ? "not finite" : "", stateWords[state], zeros && state !== "zero" ? "mostly 0" : ""]
      .filter((w) => w !== "")
      .join(", ");
    const td = (...children: readonly (Node | string)[]): HTMLElement => h("td", {}, ...children);
    const ratio = t.ratio[i] ?? null;
    const name = h(
      "th",
      { scope: "row", class: "tapelab-code", title: t.name[i] ?? "" },
      h("span", { class: "tapelab-alarm tapelab-mark", "aria-hidden": "true" }, alarm ? "▲" : ""),
      t.name[i] ?? "",
    );
    const shape = h("td", { class: "tapelab-shape" }, formatShape(t.shape[i] ?? []));
    if (g === null)
      return h(
        "tr",
        {},
        name,
        shape,
        td(absent("null")),
        ...Array.from({ length: 9 }, () => td()),
        td(badge(words, alarm)),
      );
    return h(
      "tr",
      {},
      name,
      shape,
      td(state === "zero" ? absent("0") : normBar(g.norm, alarm)),
      td(formatNumber(g.mean)),
      td(formatNumber(g.std)),
      td(formatNumber(g.min)),
      td(formatNumber(g.max)),
      td(shareBar(g.zeros, g.count, zeros)),
      h("td", { class: g.nan > 0 ? "tapelab-alarm" : "tapelab-faint" }, String(g.nan)),
      h("td", { class: g.inf > 0 ? "tapelab-alarm" : "tapelab-faint" }, String(g.inf)),
      td(sparkHistogram(g, "backward")),
      td(ratio === null || state === "zero" ? "" : ratioDot(ratio)),
      td(badge(words, alarm)),
    );
  }
}

export const gradientsRenderer: Renderer = {
  output: gradientsOutput,
  create: (context) => new GradientsView(context),
};

const badge = (words: string, alarm: boolean): HTMLElement =>
  h("span", { class: words === "" ? "" : alarm ? "tapelab-badge tapelab-badge-alarm" : "tapelab-badge" }, words);

/** NaN comes last, whichever way. */
const compareNumbers = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b;
