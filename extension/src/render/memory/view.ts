/** The view of reports on memory: a table of holders with bars, and a flame chart of the memory by scope. */
import {
  changeWords,
  formatBytes,
  hasChanges,
  holderWords,
  type MemoryData,
  type MemoryRow,
  memoryOutput,
  omittedRows,
} from "tapelab/view";
import { h } from "../../dom.js";
import { lineLink } from "../shared/line-link.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { flameChart } from "./flame.js";

/** Holders of memory, the largest first. */
export class MemoryView extends DataView<MemoryData> {
  constructor(context: ViewContext) {
    super(memoryOutput, context);
    this.addClass("tapelab-memory");
  }

  protected override draw(data: MemoryData): void {
    this.node.append(header(data.title, data.facts));
    const body = h("div", { class: "tapelab-memory-body" });
    if (data.scopes !== null) body.append(flameChart(data.scopes));
    if (data.rows.length > 0) body.append(this.#table(data));
    const rest = omittedRows(data);
    if (rest !== "") body.append(h("p", { class: "tapelab-faint" }, rest));
    this.node.append(body);
  }

  #table(data: MemoryData): HTMLElement {
    const changes = hasChanges(data);
    const lines = data.rows.some(({ at }) => at !== null);
    const size = (row: MemoryRow): number => Math.abs(row.change ?? row.bytes);
    const most = data.rows.reduce((all, row) => Math.max(all, size(row)), 0);
    const heads = [
      ...(changes ? ["change"] : []),
      "bytes",
      "tensors",
      "held by",
      "way from a variable",
      ...(lines ? ["line"] : []),
    ];
    const head = h(
      "tr",
      {},
      ...heads.map((text, i) => {
        const isNumber = text === "tensors" || (text === "bytes" && i > 0);
        return h("th", { scope: "col", class: isNumber ? "tapelab-memory-number" : null }, text);
      }),
    );
    const rows = data.rows.map((row) => {
      const less = (row.change ?? 0) < 0;
      const bar = h("span", {
        class: `tapelab-memory-bar${less ? " tapelab-memory-less" : ""}`,
        style: `width: ${most === 0 ? 0 : (100 * size(row)) / most}%`,
        "aria-hidden": "true",
      });
      const main = changes ? changeWords(row.change ?? 0) : formatBytes(row.bytes);
      return h(
        "tr",
        {},
        h("td", { class: "tapelab-memory-size" }, bar, h("span", {}, main)),
        ...(changes ? [h("td", { class: "tapelab-memory-number" }, formatBytes(row.bytes))] : []),
        h("td", { class: "tapelab-memory-number" }, String(row.count)),
        h("td", { class: row.kind === "unknown" ? "tapelab-faint" : "" }, holderWords[row.kind]),
        h("td", { class: "tapelab-memory-way" }, row.holder),
        ...(lines ? [h("td", {}, row.at === null ? null : lineLink(row, this.context.jump))] : []),
      );
    });
    return h(
      "div",
      { class: "tapelab-memory-scroll", tabindex: 0, role: "group", "aria-label": "holders of memory" },
      h("table", { class: "tapelab-memory-table" }, h("thead", {}, head), h("tbody", {}, ...rows)),
    );
  }
}

export const memoryRenderer: Renderer = {
  output: memoryOutput,
  create: (context) => new MemoryView(context),
};
