/** The view of a tape: a table with a line for each operation, in which scopes fold and operations open. Only lines in sight are drawn. */
import { type Line, matchRows, shownRow, type TapeData, tapeOutput } from "tapelab/view";
import { h } from "../../dom.js";
import type { SelectedLines } from "../../lab/code.js";
import type { Renderer } from "../shared/renderer.js";
import { refreshSites, rowsOf } from "../shared/sites.js";
import { DataView, type ViewContext } from "../shared/view.js";
import { drawDetail } from "./detail.js";
import { OpenedDetails } from "./details.js";
import { DrawnLines } from "./drawn-lines.js";
import { Findings } from "./findings.js";
import { drawGutter, gutterWidth } from "./gutter.js";
import { drawHeader } from "./header.js";
import { drawHeads } from "./heads.js";
import { keyAction } from "./keys.js";
import { drawLine, firstRecorded, isRecordedBy, type RowTest, stackOfRow } from "./line.js";
import { type Shown, TapeLines } from "./lines.js";
import type { TapeViewOptions } from "./options.js";
import { codeLineOf } from "./row.js";
import { RowBreakpoints } from "./row-breakpoints.js";
import { SearchBox } from "./search-box.js";

const maxHeight = 560;

/** A scrolling treegrid with its own keys. */
export class TapeView extends DataView<TapeData> {
  #shown: Shown | null = null;
  #current = 0;
  /** Whether the current line could not be scrolled to, as the view had no height. */
  #isUnseen = false;
  readonly #details = new OpenedDetails(() => this.#measure());
  readonly #drawn = new DrawnLines({
    line: (i) => this.#drawLine(i),
    gutter: (ranges) => drawGutter(this.#shown as Shown, ranges),
  });
  readonly #options: TapeViewOptions;
  readonly #breakpoints: RowBreakpoints;
  readonly #search = new SearchBox(
    () => {
      this.#options.searched?.(this.search);
      this.#layOut();
    },
    () => this.#scroller.focus(),
  );
  /** Returns whether the selected lines recorded a row. */
  #here: RowTest = () => false;
  readonly #scroller = h("div", { class: "tapelab-scroller", role: "treegrid", tabindex: 0, "aria-label": "tape" });
  readonly #heads = drawHeads();

  constructor(context: ViewContext, options: TapeViewOptions = {}) {
    super(tapeOutput, context);
    this.#options = options;
    this.addClass("tapelab-tape");
    this.toggleClass("tapelab-fills", options.fills === true);
    this.toggleClass("tapelab-breakable", context.breakpoints !== undefined);
    this.#breakpoints = new RowBreakpoints(context.breakpoints, () => this.#paint());
    this.#scroller.append(this.#drawn.node);
    // the heads do not scroll, so they are outside of the grid that they belong to
    this.#scroller.setAttribute("aria-owns", this.#heads.id);
    this.#scroller.addEventListener("scroll", () => this.#paint(false));
    this.#scroller.addEventListener("keydown", (event) => this.#key(event));
  }

  protected override draw(tape: TapeData): void {
    const start = performance.now();
    this.#details.clear();
    this.#shown = { tape, lines: new TapeLines(tape), findings: new Findings(tape) };
    const keys = `arrows move, Enter opens, left and right fold, slash searches${this.#breakpoints.keys}`;
    this.#scroller.setAttribute("aria-label", `tape of ${tape.title}; ${keys}`);
    this.node.append(
      drawHeader(tape, () => this.#goToFinding(1), this.#search.node),
      this.#heads,
      this.#scroller,
    );
    this.#layOut();
    performance.measure("tapelab:tape-drawn", { start }); // for profilers, and the benchmark "inspector"
  }

  /** The text of the search. */
  get search(): string {
    return this.#search.text;
  }
  set search(text: string) {
    this.#search.text = text;
  }

  /** Moves the focus to the search. */
  focusSearch(): void {
    this.#search.focus();
  }

  /** Makes the line of a row the current one; a search that leaves the row out ends. `open` unfolds its scopes and opens the row. */
  showRow(row: number, { open = false }: { readonly open?: boolean } = {}): void {
    const { lines } = this.#shown ?? {};
    if (lines === undefined) return;
    if (open) lines.open(row);
    if (this.#search.query !== null && lines.indexOf(row) < 0) this.#search.text = "";
    else if (open) this.#layOut();
    this.#go(lines.indexOf(row), false);
  }

  /** Draws the lines in sight anew, after pins have changed. */
  refresh(): void {
    if (this.#search.query === null) this.#paint();
    else this.#layOut();
  }

  /** Draws links of cells that have changed, and rows of the selected lines, anew. */
  protected override codeChanged(): void {
    const { tape } = this.#shown ?? {};
    if (tape === undefined) return;
    this.#here = rowsOf(this.context, tape.cells, tape.frames);
    for (const detail of this.#details.all) refreshSites(detail, this.context, tape.cells);
    this.#paint();
  }

  protected override reveal(selection: SelectedLines): boolean {
    const { tape } = this.#shown ?? {};
    if (tape === undefined || !this.isVisible) return false;
    const row = firstRecorded(tape, rowsOf(this.context, tape.cells, tape.frames, selection));
    if (row < 0) return false;
    this.showRow(row);
    this.node.scrollIntoView({ block: "nearest" });
    this.#scroller.focus();
    return true;
  }

  override dispose(): void {
    this.#drawn.dispose();
    this.#breakpoints.dispose();
    this.#details.clear();
    super.dispose();
  }

  protected override onResize(): void {
    this.#appear();
  }
  protected override onAfterAttach(): void {
    super.onAfterAttach();
    this.codeChanged();
    this.#appear();
  }
  protected override onAfterShow(): void {
    this.#appear();
  }

  /** Draws the lines in sight, and scrolls to the current one if the view had no height when it was chosen. */
  #appear(): void {
    if (this.#isUnseen && this.#scroller.clientHeight > 0) this.#go(this.#current, false);
    else this.#paint();
  }

  /** Lays the lines out anew, after a scope was folded or unfolded, or another search. */
  #layOut(): void {
    if (this.#shown === null) return;
    const { tape, lines } = this.#shown;
    const { query } = this.#search;
    const pinned = this.#options.pinned?.() ?? new Set();
    const matching = query === null ? null : matchRows(tape, query, { pinned });
    lines.layOut(matching);
    this.#search.count(matching?.length ?? 0, tape.rows.op.length);
    this.#scroller.setAttribute("aria-rowcount", String(lines.all.length));
    this.#current = Math.max(0, Math.min(this.#current, lines.all.length - 1));
    this.node.style.setProperty("--tapelab-gutter", `${gutterWidth(lines.lanes) + 4}px`);
    this.#fit();
    this.#paint();
  }

  /** Makes the page as tall as the lines, which are to be painted afterwards. */
  #fit(): void {
    const height = this.#shown?.lines.stack.height ?? 0;
    // otherwise the measuring below would lay out the old lines once more
    this.#drawn.clear();
    this.#drawn.node.style.height = `${height}px`;
    if (this.#options.fills !== true) this.#scroller.style.height = `${Math.min(height, maxHeight)}px`;
    // the scroll bar makes the rows narrower, but not the heads
    this.#heads.style.setProperty("--tapelab-bar", `${this.#scroller.offsetWidth - this.#scroller.clientWidth}px`);
  }

  /** Draws the lines in sight; `fresh` draws those anew that are in the page already. */
  #paint(fresh = true): void {
    if (this.#shown === null) return;
    const { lines } = this.#shown;
    const top = this.#scroller.scrollTop;
    const height = this.#options.fills === true ? this.#scroller.clientHeight : maxHeight;
    this.#drawn.paint([lines.stack.at(top), lines.stack.at(top + height)], lines.all.length, fresh);
    if (lines.hasOpened) this.#measure();
  }

  #drawLine(i: number): HTMLElement {
    const { tape, lines, findings } = this.#shown as Shown;
    const line = lines.all[i] as Line;
    const shown = shownRow(line);
    const state = {
      index: i,
      isCurrent: i === this.#current,
      isOpen: lines.isOpen(line),
      isHere: isRecordedBy(tape, line, this.#here),
      isPinned: shown !== null && this.#options.pinned?.().has(shown) === true,
      breakpoint: this.#breakpoints.at(tape, shown),
      findings: findings.of(line),
    };
    const row = drawLine(tape, line, state, this.context);
    row.addEventListener("click", (event) => {
      if ((event.target as Element).closest(".tapelab-site")) return;
      this.#current = i;
      this.#options.moved?.(shown);
      if (!this.#breakpoints.clicked(event, tape, shown)) this.#toggle(line);
    });
    const block = h("div", { class: "tapelab-block", style: `top: ${lines.stack.top(i)}px`, "data-line": i }, row);
    if (line.kind === "row" && state.isOpen)
      block.append(h("div", { role: "row" }, this.#detail(tape, line.row, state.findings)));
    return block;
  }

  /** Returns the details of a row, which are drawn when the row is opened. */
  #detail(tape: TapeData, row: number, findings: readonly string[]): HTMLElement {
    return this.#details.of(row, () => {
      const stack = stackOfRow(this.context, tape, row);
      return drawDetail(tape, row, { findings, stack }, (tex) => this.formula(tex));
    });
  }

  /** Measures the details in the page, and positions the lines anew if a height has changed. */
  #measure(): void {
    const { lines } = this.#shown as Shown;
    const changed = this.#drawn.measure((i, height) => {
      const line = lines.all[i];
      return line?.kind === "row" && lines.stack.measured(line.row, height);
    });
    if (!changed) return;
    lines.place();
    this.#fit();
    this.#paint();
  }

  /** Folds or unfolds a scope, opens or closes a row. */
  #toggle(line: Line): void {
    const { lines } = this.#shown as Shown;
    lines.toggle(line);
    if (line.kind === "scope") return this.#layOut();
    if (!lines.isOpen(line)) this.#details.drop(line.row);
    lines.place();
    this.#fit();
    this.#paint();
  }

  /** Makes a line the current one, and scrolls to it; `isMove` says that the person went there in this view. */
  #go(to: number, isMove = true): void {
    const { lines } = this.#shown as Shown;
    this.#current = Math.max(0, Math.min(to, lines.all.length - 1));
    const [top, bottom] = [lines.stack.top(this.#current), lines.stack.top(this.#current + 1)];
    const box = this.#scroller;
    this.#isUnseen = box.clientHeight === 0;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    this.#paint();
    const line = lines.all[this.#current];
    if (isMove && line !== undefined) this.#options.moved?.(shownRow(line));
  }

  /** Goes to the next or previous line with a finding, and from the last to the first. */
  #goToFinding(step: 1 | -1): void {
    const { lines, findings } = this.#shown as Shown;
    const at = lines.next(this.#current, step, (line) => findings.has(line));
    if (at >= 0) this.#go(at);
  }

  #key(event: KeyboardEvent): void {
    if (this.#shown === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const { tape, lines } = this.#shown;
    const line = lines.all[this.#current];
    const action = keyAction(event.key, {
      line,
      current: this.#current,
      count: lines.all.length,
      isOpen: line !== undefined && lines.isOpen(line),
      go: (to) => this.#go(to),
      toggle: (on) => this.#toggle(on),
      parentOf: (i) => lines.parentOf(i),
      goToFinding: (step) => this.#goToFinding(step),
      goToCode: (row) => {
        const at = codeLineOf(tape, row);
        if (at !== null) this.context.jump?.(at);
      },
      search: () => this.#search.focus(),
      pin: (row) => this.#options.pin?.(row),
      toggleBreakpoint: (row) => this.#breakpoints.toggle(tape, row),
    });
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}

export const tapeRenderer: Renderer = {
  output: tapeOutput,
  create: (context) => new TapeView(context),
};
