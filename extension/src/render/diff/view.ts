/** The view of a comparison of tapes: what differs in sentences, then a table in which equal rows fold and rows open. */
import { type DiffData, diffFacts, diffOutput, leavesHeading, sideWords } from "tapelab/view";
import { h } from "../../dom.js";
import type { SelectedLines } from "../../lab/code.js";
import type { Renderer } from "../shared/renderer.js";
import { refreshSites, rowsOf } from "../shared/sites.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { drawDetail } from "./detail.js";
import { linesOfDiff } from "./lines.js";
import { drawFold, drawRow } from "./row.js";

/** A table of rows that open. */
export class DiffView extends DataView<DiffData> {
  #data: DiffData | null = null;
  #isUnfolded = false;
  readonly #opened = new Set<number>();
  readonly #table = h("table", { class: "tapelab-table tapelab-diff-table" });

  constructor(context: ViewContext) {
    super(diffOutput, context);
    this.addClass("tapelab-diff");
    this.#table.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("[data-open]")?.dataset["open"];
      if (row !== undefined) this.#toggle(Number(row));
    });
    this.#table.addEventListener("keydown", (event) => this.#key(event));
  }

  protected override draw(data: DiffData): void {
    this.#data = data;
    this.#opened.clear();
    this.#isUnfolded = false;
    const [title = "", ...facts] = diffFacts(data);
    const sides = data.sides.map((side, k) =>
      h(
        "li",
        { class: k === 0 ? "tapelab-diff-before" : "tapelab-diff-after" },
        h("span", { "aria-hidden": "true", class: "tapelab-diff-sign" }, k === 0 ? "−" : "+"),
        ` ${sideWords(side)}`,
      ),
    );
    this.node.append(
      header(title, facts, h("ul", { class: "tapelab-diff-sides", "aria-label": "tapes" }, ...sides)),
      this.#drawSentences(data),
      h("div", { class: "tapelab-diff-scroller" }, this.#table),
    );
    this.#paint();
  }

  protected override onAfterAttach(): void {
    super.onAfterAttach();
    this.codeChanged();
  }

  protected override codeChanged(): void {
    const data = this.#data;
    if (data === null) return;
    refreshSites(this.node, this.context, data.cells);
    const here = rowsOf(this.context, data.cells, data.frames);
    for (const node of this.#table.querySelectorAll<HTMLElement>("tr[data-row]"))
      node.classList.toggle("tapelab-here", this.#isIn(data, Number(node.dataset["row"]), here));
  }

  protected override reveal(selection: SelectedLines): boolean {
    const data = this.#data;
    if (data === null || !this.isVisible) return false;
    const here = rowsOf(this.context, data.cells, data.frames, selection);
    const row = data.rows.name.findIndex((_, r) => this.#isIn(data, r, here));
    if (row < 0) return false;
    this.#goTo(row);
    return true;
  }

  #isIn({ sides }: DiffData, row: number, here: ReturnType<typeof rowsOf>): boolean {
    return sides.some((side) => here(side.site[row] ?? null, side.frame[row] ?? -1));
  }

  /** Draws the sentences; those on a first divergence go to its row. */
  #drawSentences({ sentences, first }: DiffData): HTMLElement {
    const rows = [first.structure, first.value, first.gradient].filter((row) => row >= 0);
    const items = sentences.map((text, i) => {
      const row = rows[i];
      if (row === undefined) return h("li", {}, text);
      const button = h("button", { type: "button", class: "tapelab-diff-go", title: "go to this row" }, text);
      button.addEventListener("click", () => this.#goTo(row));
      return h("li", {}, button);
    });
    return h("ul", { class: "tapelab-diff-sentences" }, ...items);
  }

  #paint(): void {
    const data = this.#data;
    if (data === null) return;
    const heads =
      data.sides.length === 2
        ? ["value", "gradient norm"]
        : data.sides.map((side, k) => `${side.name}${k === 0 ? " (base)" : ""}`);
    const columns = 4 + heads.length;
    const th = (text: string, classes = ""): HTMLElement => h("th", { scope: "col", class: classes }, text);
    const sign = h(
      "th",
      { scope: "col", class: "tapelab-diff-sign" },
      h("span", { class: "tapelab-hidden" }, "change"),
    );
    const lines = linesOfDiff(data, this.#isUnfolded).flatMap((line): HTMLElement[] => {
      if (line.kind === "heading")
        return [
          h("tr", {}, h("th", { scope: "colgroup", colspan: columns, class: "tapelab-diff-heading" }, leavesHeading)),
        ];
      if (line.kind === "fold") return [drawFold(line, columns, line.rows.length > 0 ? () => this.#unfold() : null)];
      const isOpen = this.#opened.has(line.row);
      const row = drawRow(data, line.row, isOpen, this.context);
      if (!isOpen) return [row];
      return [
        row,
        h(
          "tr",
          { class: "tapelab-diff-opened" },
          h("td", { colspan: columns }, drawDetail(data, line.row, this.context)),
        ),
      ];
    });
    this.#table.replaceChildren(
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          sign,
          th("op"),
          th("shape", "tapelab-shape"),
          ...heads.map((text) => th(text)),
          th("cell : line", "tapelab-where"),
        ),
      ),
      h("tbody", {}, ...lines),
    );
    this.codeChanged();
  }

  #unfold(): void {
    this.#isUnfolded = true;
    this.#paint();
    this.#buttons()[0]?.focus();
  }

  #toggle(row: number): void {
    if (!this.#opened.delete(row)) this.#opened.add(row);
    this.#paint();
    this.#buttonOf(row)?.focus();
  }

  /** Goes to a row, which is unfolded if need be. */
  #goTo(row: number): void {
    if (this.#buttonOf(row) === null) this.#unfold();
    const button = this.#buttonOf(row);
    button?.scrollIntoView({ block: "nearest" });
    button?.focus();
  }

  #buttonOf(row: number): HTMLElement | null {
    return this.#table.querySelector<HTMLElement>(`[data-open="${row}"]`);
  }

  #buttons(): HTMLElement[] {
    return [...this.#table.querySelectorAll<HTMLElement>("[data-open]")];
  }

  /** Arrows move among the rows, n and p among those that differ. */
  #key(event: KeyboardEvent): void {
    const data = this.#data;
    const row = (event.target as Element).closest<HTMLElement>("[data-open]")?.dataset["open"];
    if (data === null || row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = this.#buttons();
    const at = buttons.findIndex((button) => button.dataset["open"] === row);
    const differs = (button: HTMLElement): boolean => data.rows.mark[Number(button.dataset["open"])] !== "same";
    const targets: Readonly<Record<string, () => HTMLElement | undefined>> = {
      ArrowDown: () => buttons[at + 1],
      ArrowUp: () => buttons[at - 1],
      Home: () => buttons[0],
      End: () => buttons.at(-1),
      n: () => buttons.slice(at + 1).find(differs),
      p: () => buttons.slice(0, at).findLast(differs),
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = target();
    next?.scrollIntoView({ block: "nearest" });
    next?.focus();
  }
}

export const diffRenderer: Renderer = {
  output: diffOutput,
  create: (context) => new DiffView(context),
};
