/** The view of a tape: a table with a line for each operation, in which scopes fold and operations open. Only lines in sight are drawn. */
import {
  initiallyFolded,
  type Lanes,
  type Line,
  lanesOf,
  linesOf,
  shownRow,
  type TapeData,
  tapeOutput,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, type ViewContext } from "../shared/view.js";
import { drawDetail } from "./detail.js";
import { Findings } from "./findings.js";
import { drawGutter, gutterWidth } from "./gutter.js";
import { drawHeader } from "./header.js";
import { drawHeads } from "./heads.js";
import { LineStack } from "./line-stack.js";
import { codeLineOf, drawCells } from "./row.js";

const maxHeight = 560;
/** Lines that are drawn above and below those in sight. */
const margin = 12;

/** A scrolling treegrid with its own keys. */
export class TapeView extends DataView<TapeData> {
  #tape: TapeData | null = null;
  #folded = new Set<number>();
  /** Opened rows. */
  readonly #opened = new Set<number>();
  /** Details of opened rows, which are kept, as typesetting takes long. */
  #details = new Map<number, HTMLElement>();
  /** Notices details that grow or shrink, as when a formula has been typeset. */
  readonly #sizes = new ResizeObserver(() => this.#measure());
  #lines: readonly Line[] = [];
  #lanes: Lanes = { lanes: [], width: 0 };
  readonly #stack = new LineStack(this.#opened);
  #current = 0;
  #findings = new Findings({ findings: [] });
  readonly #scroller = h("div", { class: "tapelab-scroller", role: "treegrid", tabindex: 0, "aria-label": "tape" });
  readonly #heads = drawHeads();
  readonly #body = h("div", { class: "tapelab-body", role: "rowgroup" });

  constructor(context: ViewContext) {
    super(tapeOutput, context);
    this.addClass("tapelab-tape");
    this.#scroller.append(this.#body);
    this.#scroller.addEventListener("scroll", () => this.#paint());
    this.#scroller.addEventListener("keydown", (event) => this.#key(event));
  }

  protected override draw(tape: TapeData): void {
    this.#tape = tape;
    this.#folded = initiallyFolded(tape);
    this.#opened.clear();
    this.#details.clear();
    this.#findings = new Findings(tape);
    this.#scroller.setAttribute("aria-label", `tape of ${tape.title}; arrows move, Enter opens, left and right fold`);
    this.node.append(
      drawHeader(tape, () => this.#goToFinding(1)),
      this.#heads,
      this.#scroller,
    );
    this.#layOut();
  }

  override dispose(): void {
    this.#sizes.disconnect();
    super.dispose();
  }

  protected override onResize(): void {
    this.#paint();
  }
  protected override onAfterAttach(): void {
    this.#paint();
  }
  protected override onAfterShow(): void {
    this.#paint();
  }

  /** Lays the lines out anew, after a scope was folded or unfolded. */
  #layOut(): void {
    const tape = this.#tape;
    if (tape === null) return;
    this.#lines = linesOf(tape, this.#folded);
    this.#lanes = lanesOf(tape, this.#lines);
    this.#scroller.setAttribute("aria-rowcount", String(this.#lines.length));
    this.#current = Math.min(this.#current, this.#lines.length - 1);
    this.#place();
    this.node.style.setProperty("--tapelab-gutter", `${gutterWidth(this.#lanes) + 4}px`);
    this.#paint();
  }

  /** Positions the lines, after a row was opened or closed or its details changed their height. */
  #place(): void {
    this.#stack.place(this.#lines);
    const { height } = this.#stack;
    this.#body.style.height = `${height}px`;
    this.#scroller.style.height = `${Math.min(height, maxHeight)}px`;
    // the scroll bar makes the rows narrower, but not the heads
    this.#heads.style.setProperty("--tapelab-bar", `${this.#scroller.offsetWidth - this.#scroller.clientWidth}px`);
  }

  /** Draws the lines in sight. */
  #paint(): void {
    const tape = this.#tape;
    if (tape === null) return;
    const top = this.#scroller.scrollTop;
    const from = Math.max(this.#stack.at(top) - margin, 0);
    const to = Math.min(this.#stack.at(top + maxHeight) + margin, this.#lines.length - 1);
    const hasFinding = (line: Line): boolean => this.#findings.of(line).length > 0;
    const nodes: Element[] = [drawGutter(this.#lines, this.#lanes, this.#stack, [from, to], hasFinding)];
    for (let i = from; i <= to; i++) nodes.push(this.#drawLine(tape, i));
    this.#body.replaceChildren(...nodes);
    this.#measure();
  }

  #drawLine(tape: TapeData, i: number): HTMLElement {
    const line = this.#lines[i] as Line;
    const findings = this.#findings.of(line);
    const open = line.kind === "row" && this.#opened.has(line.row);
    const row = h(
      "div",
      {
        class: `tapelab-row tapelab-line${i === this.#current ? " tapelab-current" : ""}${open ? " tapelab-open" : ""}`,
        role: "row",
        "aria-rowindex": i + 1,
        "aria-level": line.depth + 1,
        "aria-expanded": line.kind === "scope" ? String(!line.folded) : String(open),
        "aria-selected": String(i === this.#current),
        title: findings.join("\n") || null,
      },
      ...drawCells(tape, line, findings.length > 0, this.context.jump),
    );
    row.addEventListener("click", (event) => {
      if ((event.target as Element).closest(".tapelab-site")) return;
      this.#current = i;
      this.#toggle(line);
    });
    const block = h("div", { class: "tapelab-block", style: `top: ${this.#stack.top(i)}px`, "data-line": i }, row);
    if (open) block.append(this.#detail(tape, line.row, findings));
    return block;
  }

  /** Returns the details of a row, which are drawn when the row is opened. */
  #detail(tape: TapeData, row: number, findings: readonly string[]): HTMLElement {
    const known = this.#details.get(row);
    if (known) return known;
    const node = drawDetail(tape, row, findings, (tex) => this.formula(tex));
    this.#details.set(row, node);
    this.#sizes.observe(node);
    return node;
  }

  /** Measures the details in the page, and positions the lines anew if a height has changed. */
  #measure(): void {
    let changed = false;
    for (const block of this.#body.querySelectorAll<HTMLElement>(".tapelab-block")) {
      const detail = block.querySelector<HTMLElement>(".tapelab-detail");
      const line = this.#lines[Number(block.dataset["line"])];
      if (!detail || line?.kind !== "row" || detail.offsetHeight === 0) continue;
      changed = this.#stack.measured(line.row, detail.offsetHeight) || changed;
    }
    if (!changed) return;
    this.#place();
    this.#paint();
  }

  /** Folds or unfolds a scope, opens or closes a row. */
  #toggle(line: Line): void {
    if (line.kind === "scope") {
      if (line.folded) this.#folded.delete(line.scope);
      else this.#folded.add(line.scope);
      this.#layOut();
      return;
    }
    if (!this.#opened.delete(line.row)) this.#opened.add(line.row);
    else this.#forget(line.row);
    this.#place();
    this.#paint();
  }

  /** Drops the details of a closed row. */
  #forget(row: number): void {
    const detail = this.#details.get(row);
    if (detail) this.#sizes.unobserve(detail);
    this.#details.delete(row);
  }

  /** Makes a line the current one, and scrolls to it. */
  #go(to: number): void {
    this.#current = Math.max(0, Math.min(to, this.#lines.length - 1));
    const top = this.#stack.top(this.#current);
    const bottom = this.#stack.top(this.#current + 1);
    const box = this.#scroller;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    this.#paint();
  }

  /** Goes to the next or previous line with a finding, and from the last to the first. */
  #goToFinding(step: 1 | -1): void {
    const n = this.#lines.length;
    for (let k = 1; k <= n; k++) {
      const at = (this.#current + step * k + n * n) % n;
      if (this.#findings.of(this.#lines[at] as Line).length > 0) return this.#go(at);
    }
  }

  /** Returns the heading of the scope that encloses a line, or the line itself. */
  #parentOf(i: number): number {
    const depth = this.#lines[i]?.depth ?? 0;
    for (let k = i - 1; k >= 0; k--) if ((this.#lines[k]?.depth ?? 0) < depth) return k;
    return i;
  }

  #key(event: KeyboardEvent): void {
    const line = this.#lines[this.#current];
    if (line === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const openScope = line.kind === "scope" && !line.folded;
    const openRow = line.kind === "row" && this.#opened.has(line.row);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => this.#go(this.#current + 1),
      ArrowUp: () => this.#go(this.#current - 1),
      Home: () => this.#go(0),
      End: () => this.#go(this.#lines.length - 1),
      Enter: () => this.#toggle(line),
      " ": () => this.#toggle(line),
      ArrowRight: () => (openScope || openRow ? this.#go(this.#current + 1) : this.#toggle(line)),
      ArrowLeft: () => (openScope || openRow ? this.#toggle(line) : this.#go(this.#parentOf(this.#current))),
      n: () => this.#goToFinding(1),
      p: () => this.#goToFinding(-1),
      g: () => {
        const row = shownRow(line);
        const at = row === null || this.#tape === null ? null : codeLineOf(this.#tape, row);
        if (at !== null) this.context.jump?.(at);
      },
    };
    const action = actions[event.key];
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
