/** The view of a table of gradients, which sorts, filters, and copies as tab-separated values. */
import { formatNorm, type GradientsData, gradientsOutput, summaryAt } from "tapelab/view";
import { h } from "../../dom.js";
import type { Renderer } from "../shared/renderer.js";
import { addTooltip } from "../shared/tooltip.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { type Column, columns, filterRows, type Sorting, sortRows } from "./columns.js";
import { drawRow } from "./row.js";
import { tsvOf } from "./tsv.js";

const copyLabel = "Copy as TSV";
/** Time for which the button tells whether it has copied. */
const copiedMs = 1200;

/** A table whose heads sort it, with a filter and a button that copies it. */
export class GradientsView extends DataView<GradientsData> {
  #data: GradientsData | null = null;
  #sorting: Sorting | null = null;
  #filter = "";
  readonly #table = h("table", { class: "tapelab-table" });

  constructor(context: ViewContext) {
    super(gradientsOutput, context);
    this.addClass("tapelab-gradients");
  }

  protected override draw(data: GradientsData): void {
    this.#data = data;
    const n = data.tensors.name.length + data.omitted;
    const facts = [
      `total norm ${formatNorm(data.totalNorm)}`,
      ...(data.omitted > 0 ? [`${data.omitted} left out`] : []),
    ];
    const title = `Gradients of ${n} tensor${n === 1 ? "" : "s"}`;
    this.node.append(header(title, facts, this.#drawFilter(), this.#drawCopyButton(data)), this.#table);
    this.#paint();
  }

  #drawFilter(): HTMLElement {
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
    return filter;
  }

  #drawCopyButton(data: GradientsData): HTMLElement {
    const button = h("button", { class: "tapelab-button", type: "button" }, copyLabel);
    const tell = (text: string): void => {
      button.textContent = text;
      setTimeout(() => {
        button.textContent = copyLabel;
      }, copiedMs);
    };
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(tsvOf(data, this.#rows(data))).then(
        () => tell("Copied"),
        () => tell("The browser refused"),
      );
    });
    return button;
  }

  /** Returns the rows that match the filter, sorted. */
  #rows(data: GradientsData): number[] {
    const rows = filterRows(data, this.#filter);
    return this.#sorting === null ? rows : sortRows(data, rows, this.#sorting);
  }

  #paint(): void {
    const data = this.#data;
    if (data === null) return;
    const names = Object.keys(columns) as Column[];
    const isFinite = data.tensors.name.every((_, i) => {
      const s = summaryAt(data.tensors.gradient, i);
      return s === null || s.nan + s.inf === 0;
    });
    // hides the columns of NaN and infinities
    this.#table.classList.toggle("tapelab-finite", isFinite);
    this.#table.replaceChildren(
      h("thead", {}, h("tr", {}, ...names.map((name) => this.#drawHead(name)))),
      h("tbody", {}, ...this.#rows(data).map((i) => drawRow(data, i))),
    );
  }

  /** Draws the head of a column, a click on which sorts. */
  #drawHead(column: Column): HTMLElement {
    const { title, sentence, isDescending } = columns[column];
    const sorting = this.#sorting?.column === column ? this.#sorting : null;
    const mark = sorting === null ? "" : sorting.descending ? " ▾" : " ▴";
    const button = h(
      "button",
      { type: "button", class: "tapelab-sort", "data-column": column },
      title,
      h("span", { "aria-hidden": "true" }, mark),
    );
    button.addEventListener("click", () => {
      this.#sorting = { column, descending: sorting === null ? isDescending : !sorting.descending };
      this.#paint();
      this.#table.querySelector<HTMLElement>(`[data-column="${column}"]`)?.focus();
    });
    addTooltip(button, `${sentence} A click sorts.`);
    const direction = sorting === null ? "none" : sorting.descending ? "descending" : "ascending";
    return h("th", { scope: "col", "aria-sort": direction, class: `tapelab-column-${column}` }, button);
  }
}

export const gradientsRenderer: Renderer = {
  output: gradientsOutput,
  create: (context) => new GradientsView(context),
};
