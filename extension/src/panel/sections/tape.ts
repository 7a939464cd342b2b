/** The section of the tape, below its pinned rows. */
import { formatShape, gradientWords, summaryAt, summaryWords, type TapeData, tapeOutput } from "tapelab/view";
import { h } from "../../dom.js";
import { TapeView } from "../../render/tape/view.js";
import type { PanelSection } from "../section.js";
import type { PanelSession, SessionEvent } from "../session.js";
import { absenceOf, rowButton, rowName, SectionView, sentence, showIn, widgetOf } from "./base.js";

/** The tape as tall as the panel, with pinned rows above. */
class TapeSection extends SectionView {
  readonly #view: TapeView;
  readonly #pinned = this.keep(widgetOf());
  readonly #more = this.keep(widgetOf());
  #shown: TapeData | null = null;

  constructor(session: PanelSession) {
    super(session);
    this.addClass("tapelab-tape-section");
    this.#view = this.keep(
      new TapeView(session.context, {
        fills: true,
        pinned: () => session.pinnedRows,
        moved: (row) => session.setRow(row),
        pin: (row) => session.togglePinnedRow(row),
        searched: (text) => {
          session.search = text;
          // a search is one among all rows
          if (text !== "") void session.loadAll();
        },
      }),
    );
    this.#draw();
  }

  /** Moves the focus to the search. */
  focusSearch(): void {
    this.#view.focusSearch();
  }

  protected override react(event: SessionEvent): void {
    const { row } = this.session;
    if (event === "pins") {
      this.#drawPins();
      this.#view.refresh();
    } else if (event === "open" && row !== null) this.#view.showRow(row, { open: true });
    else if (event === "loading") this.#drawMore();
    else if (event === "tape" || event === "kernel") this.#draw();
  }

  #draw(): void {
    const { tape, search, row } = this.session;
    if (tape === null) {
      this.#shown = null;
      return this.replace(sentence(absenceOf(this.session)));
    }
    this.#drawMore();
    if (tape === this.#shown) return;
    this.#shown = tape;
    this.#drawPins();
    this.replace(this.#pinned, this.#more, showIn(this.#view, tapeOutput.mime, tape));
    this.#view.search = search;
    if (row !== null) this.#view.showRow(row, { open: true });
  }

  /** Says how many rows are left out, with a button that loads them from the kernel. */
  #drawMore(): void {
    const { session } = this;
    const { totals } = session.tape ?? {};
    this.#more.setHidden(!session.hasMore);
    if (!session.hasMore || totals === undefined) return;
    const [all, some] = [totals.rows, totals.rows - totals.omitted].map((n) => n.toLocaleString("en"));
    const { loading } = session;
    const isLoading = loading !== null && loading.error === null;
    const button = h(
      "button",
      { type: "button", class: "tapelab-button", disabled: isLoading },
      `Load all ${all} rows`,
    );
    button.addEventListener("click", () => void session.loadAll());
    const words =
      loading === null
        ? `The last ${some} of ${all} rows are here; a search loads all.`
        : (loading.error ?? `Loading all ${all} rows: ${Math.round(100 * loading.share)} %`);
    this.#more.node.replaceChildren(
      h("p", { class: "tapelab-more" }, h("span", { class: "tapelab-faint", role: "status" }, words), button),
    );
  }

  #drawPins(): void {
    const tape = this.session.tape;
    const rows = tape === null ? [] : [...this.session.pinnedRows].sort((a, b) => a - b);
    this.#pinned.node.replaceChildren(
      ...(tape === null || rows.length === 0
        ? []
        : [
            h("h3", {}, "Pinned rows"),
            h("ul", { class: "tapelab-pins" }, ...rows.map((row) => this.#drawPin(tape, row))),
          ]),
    );
  }

  #drawPin(tape: TapeData, row: number): HTMLElement {
    const value = summaryAt(tape.rows.value, row);
    const name = rowName(tape, row);
    const go = rowButton(this.session, tape, row, name);
    const remove = h(
      "button",
      { type: "button", class: "tapelab-link", "aria-label": `unpin ${name}`, title: "unpin" },
      "×",
    );
    remove.addEventListener("click", () => this.session.togglePinnedRow(row));
    const facts = [
      formatShape(tape.rows.shape[row] ?? []),
      value === null ? "not kept" : summaryWords(value),
      `gradient ${gradientWords(tape, row)}`,
    ];
    return h("li", {}, go, h("span", { class: "tapelab-faint" }, ` ${facts.join(" · ")} `), remove);
  }
}

export const tapeSection: PanelSection = {
  name: "tape",
  title: "Tape",
  about: "All recorded operations with values, gradients and lines; search, and pin rows by m.",
  forFiles: true,
  draw: (session) => new TapeSection(session),
};
