/** The tape: one row an operation, a gutter that shows who feeds whom, rows that open and scopes that fold. */
import {
  formatBytes,
  formatCount,
  initiallyFolded,
  type Lanes,
  type Line,
  lanesOf,
  linesOf,
  shownRow,
  type TapeData,
  tapeOutput,
} from "tapelab/view";
import { h, s } from "../../dom.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { drawDetail } from "./detail.js";
import { drawHeads } from "./heads.js";
import { connection, dot, firstLane, laneStep } from "./lanes.js";
import { LineStack } from "./line-stack.js";
import { drawCells, placeOf } from "./row.js";

const maxHeight = 560;
/** Rows drawn beyond the edges of what is visible. */
const margin = 12;

export class TapeView extends DataView<TapeData> {
  #tape: TapeData | null = null;
  #folded = new Set<number>();
  /** Opened rows, by number of the row. */
  readonly #opened = new Set<number>();
  /** What opened rows show; kept, as a formula is typeset only once. */
  #details = new Map<number, HTMLElement>();
  /** An opened row may grow or shrink, as when its formula has been typeset. */
  readonly #sizes = new ResizeObserver(() => this.#measure());
  #lines: readonly Line[] = [];
  #lanes: Lanes = { lanes: [], width: 0 };
  readonly #stack = new LineStack(this.#opened);
  #current = 0;
  #alarms = new Map<number, string[]>();
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
    this.#alarms = new Map(
      [...new Set(tape.findings.map((f) => f.row))].map((row) => [
        row,
        tape.findings.filter((f) => f.row === row).map((f) => f.text),
      ]),
    );
    const { rows, omitted, parameters, parameterElements, savedBytes } = tape.totals;
    const facts = [
      `${rows} ops`,
      ...(parameters > 0 ? [`${parameters} parameters, ${formatCount(parameterElements)}`] : []),
      `${formatBytes(savedBytes)} saved`,
    ];
    if (omitted > 0) facts.push(`the first ${omitted} ops are left out`);
    const n = tape.totals.findings;
    const findings = h(
      "button",
      { class: "tapelab-button tapelab-alarm", type: "button", title: "go to the next finding (n)" },
      `▲ ${n} finding${n === 1 ? "" : "s"}`,
    );
    findings.addEventListener("click", () => this.#next(1));
    this.#scroller.setAttribute("aria-label", `tape of ${tape.title}; arrows move, Enter opens, left and right fold`);
    this.node.append(header(tape.title, facts, ...(n > 0 ? [findings] : [])), this.#heads, this.#scroller);
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

  /** Works out the lines and where they are. */
  #layOut(): void {
    const tape = this.#tape;
    if (tape === null) return;
    this.#lines = linesOf(tape, this.#folded);
    this.#lanes = lanesOf(tape, this.#lines);
    this.#scroller.setAttribute("aria-rowcount", String(this.#lines.length));
    this.#current = Math.min(this.#current, this.#lines.length - 1);
    this.#place();
    this.node.style.setProperty("--tapelab-gutter", `${firstLane + (this.#lanes.width + 1) * laneStep + 4}px`);
    this.#paint();
  }

  #place(): void {
    this.#stack.place(this.#lines);
    const { height } = this.#stack;
    this.#body.style.height = `${height}px`;
    this.#scroller.style.height = `${Math.min(height, maxHeight)}px`;
    // a scroll bar takes from the rows alone
    this.#heads.style.setProperty("--tapelab-bar", `${this.#scroller.offsetWidth - this.#scroller.clientWidth}px`);
  }

  /** Draws the lines in sight. */
  #paint(): void {
    const tape = this.#tape;
    if (tape === null) return;
    const top = this.#scroller.scrollTop;
    const from = Math.max(this.#stack.at(top) - margin, 0);
    const to = Math.min(this.#stack.at(top + maxHeight) + margin, this.#lines.length - 1);
    const nodes: Element[] = [this.#gutter(from, to)];
    for (let i = from; i <= to; i++) nodes.push(this.#drawLine(tape, i));
    this.#body.replaceChildren(...nodes);
    this.#measure();
  }

  #gutter(from: number, to: number): SVGElement {
    const middle = (line: number): number => this.#stack.middle(line);
    const svg = s("svg", {
      class: "tapelab-gutter",
      width: firstLane + (this.#lanes.width + 1) * laneStep,
      height: this.#stack.height,
      "aria-hidden": "true",
    });
    for (const lane of this.#lanes.lanes)
      if (lane.to >= from && lane.from <= to) svg.append(connection(lane, middle(lane.from), middle(lane.to)));
    for (let i = from; i <= to; i++) {
      const line = this.#lines[i];
      const row = line === undefined ? null : shownRow(line);
      if (line !== undefined && row !== null) svg.append(dot(middle(i), this.#alarmed(line).length > 0));
    }
    return svg;
  }

  /** The findings of a line; a folded scope has those of all its rows. */
  #alarmed(line: Line): string[] {
    if (line.kind === "row") return this.#alarms.get(line.row) ?? [];
    if (!line.folded) return [];
    return [...this.#alarms].filter(([row]) => row >= line.first && row <= line.last).flatMap(([, texts]) => texts);
  }

  #drawLine(tape: TapeData, i: number): HTMLElement {
    const line = this.#lines[i] as Line;
    const alarms = this.#alarmed(line);
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
        title: alarms.join("\n") || null,
      },
      ...drawCells(tape, line, alarms.length > 0, this.context.jump),
    );
    row.addEventListener("click", (event) => {
      if ((event.target as Element).closest(".tapelab-site")) return;
      this.#current = i;
      this.#toggle(line);
    });
    const block = h("div", { class: "tapelab-block", style: `top: ${this.#stack.top(i)}px`, "data-line": i }, row);
    if (open) block.append(this.#detail(tape, line.row, alarms));
    return block;
  }

  #detail(tape: TapeData, row: number, alarms: readonly string[]): HTMLElement {
    const known = this.#details.get(row);
    if (known) return known;
    const made = drawDetail(tape, row, alarms, (tex) => this.formula(tex));
    this.#details.set(row, made);
    this.#sizes.observe(made);
    return made;
  }

  /** Opened rows are as tall as what they show, which is known once they are in the page. */
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

  /** Lets go of what a closed row showed. */
  #forget(row: number): void {
    const detail = this.#details.get(row);
    if (detail) this.#sizes.unobserve(detail);
    this.#details.delete(row);
  }

  #go(to: number): void {
    this.#current = Math.max(0, Math.min(to, this.#lines.length - 1));
    const top = this.#stack.top(this.#current);
    const bottom = this.#stack.top(this.#current + 1);
    const box = this.#scroller;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    this.#paint();
  }

  /** The next line with a finding, around the end. */
  #next(step: 1 | -1): void {
    const n = this.#lines.length;
    for (let k = 1; k <= n; k++) {
      const at = (this.#current + step * k + n * n) % n;
      if (this.#alarmed(this.#lines[at] as Line).length > 0) return this.#go(at);
    }
  }

  /** The line that encloses one, or the nearest above that is no deeper. */
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
      n: () => this.#next(1),
      p: () => this.#next(-1),
      g: () => {
        const row = shownRow(line);
        const place = row === null || this.#tape === null ? null : placeOf(this.#tape, row);
        if (place !== null) this.context.jump?.(place);
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
