/** The view of a failed check: the sentence, the facts with the student's line, the hint, both values as heat maps, the table, and the tape with the failing op marked. */
import {
  type CheckData,
  type CheckFact,
  type CheckOutcome,
  type CheckRow,
  type CheckTable,
  type CheckTape,
  checkOutput,
  checkPlace,
  checkRowName,
  checkTapeWords,
  formatShape,
  mapScale,
  type PlaceLine,
  scoreWords,
  tapeHeads,
} from "tapelab/view";
import { h } from "../../dom.js";
import { heatmap } from "../shared/heatmap.js";
import { drawLine } from "../shared/line-link.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, type ViewContext } from "../shared/view.js";

const [mapWidth, mapHeight] = [150, 90];

const head = (names: readonly string[]): HTMLElement =>
  h("thead", {}, h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name))));

const scroller = (label: string, table: HTMLElement): HTMLElement =>
  h("div", { class: "tapelab-error-scroll", tabindex: 0, role: "region", "aria-label": label }, table);

/** The view of one failed check, or of a part. */
export class CheckView extends DataView<CheckOutcome> {
  constructor(context: ViewContext) {
    super(checkOutput, context);
    this.addClass("tapelab-failed");
  }

  protected override draw({ part, failure }: CheckOutcome): void {
    const passed = failure === null;
    const score = part === null ? `${passed ? "✓" : "✗"} failed` : `${passed ? "✓" : "✗"} ${scoreWords(part)}`;
    this.node.classList.toggle("tapelab-passed", passed);
    this.node.append(
      h(
        "p",
        { class: "tapelab-failed-head" },
        h("span", { class: passed ? "tapelab-failed-score" : "tapelab-failed-score tapelab-alarm" }, score),
        part === null ? null : h("b", {}, part.name),
        failure === null || failure.check === part?.name ? null : h("code", {}, failure.check),
      ),
    );
    if (failure !== null) this.#drawFailure(failure);
  }

  #drawFailure(failure: CheckData): void {
    const { sentence, facts, hints, maps, table, tape } = failure;
    const size = { width: mapWidth, height: mapHeight };
    this.node.append(
      h("p", { class: "tapelab-failed-sentence" }, capitalized(sentence)),
      ...(facts.length === 0
        ? []
        : [h("dl", { class: "tapelab-failed-facts" }, ...facts.flatMap((f) => this.#fact(f)))]),
      ...drawHints(hints),
    );
    if (maps.length > 0)
      this.node.append(
        h(
          "div",
          { class: "tapelab-check-maps tapelab-failed-maps" },
          ...maps.map(({ label, grid, shape }, i) =>
            heatmap(grid, { ...size, label, vector: shape.length < 2, scale: mapScale(maps, i) }),
          ),
        ),
      );
    if (table !== null) this.node.append(drawTable(table));
    if (tape !== null) this.node.append(this.#tape(tape));
  }

  /** Draws a line of the program as a link. */
  #site(at: PlaceLine | null | undefined): HTMLElement | null {
    if (at === null || at === undefined) return null;
    const place = { cellId: at.id, count: at.count, file: at.file, line: at.line, column: at.column };
    return drawLine(at.id === null && at.count === null ? null : place, checkPlace(at), this.context.jump);
  }

  #fact({ name, text, at }: CheckFact): HTMLElement[] {
    return [h("dt", {}, name), h("dd", {}, text === "" ? null : h("code", {}, text), this.#site(at))];
  }

  /** Draws the tape, which is open if an op on it is marked. */
  #tape(tape: CheckTape): HTMLElement {
    const row = (each: CheckRow): HTMLElement =>
      h(
        "tr",
        each.failing ? { class: "tapelab-failed-row", "aria-current": "true" } : {},
        h("th", { scope: "row" }, each.failing ? "▶ " : "", checkRowName(each)),
        h("td", {}, formatShape(each.shape)),
        h("td", {}, each.value),
        h("td", {}, this.#site(each.at)),
      );
    return h(
      "details",
      { class: "tapelab-error-tape", open: tape.rows.some((each) => each.failing) },
      h("summary", {}, checkTapeWords(tape)),
      scroller(
        "tape",
        h("table", { class: "tapelab-origins" }, head(tapeHeads), h("tbody", {}, ...tape.rows.map(row))),
      ),
      tape.omitted === 0 ? null : h("p", { class: "tapelab-faint" }, `${tape.omitted} more ops are left out.`),
    );
  }
}

const capitalized = (sentence: string): string => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;

/** Draws the first hint, and further ones that open one by one. */
function drawHints([first, ...others]: readonly string[]): HTMLElement[] {
  if (first === undefined) return [];
  return [
    h("p", { class: "tapelab-failed-hint" }, h("b", {}, "Hint "), first),
    ...others.map((text, i) =>
      h("details", { class: "tapelab-failed-more" }, h("summary", {}, `Hint ${i + 2}`), h("p", {}, text)),
    ),
  ];
}

function drawTable({ heads, rows, omitted }: CheckTable): HTMLElement {
  const body = rows.map(([first = "", ...cells]) =>
    h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((text) => h("td", {}, text))),
  );
  return h(
    "div",
    { class: "tapelab-failed-table" },
    scroller("elements", h("table", { class: "tapelab-origins" }, head(heads), h("tbody", {}, ...body))),
    omitted === 0 ? null : h("p", { class: "tapelab-faint" }, `… and ${omitted} more`),
  );
}

export const checkRenderer: Renderer = {
  output: checkOutput,
  create: (context) => new CheckView(context),
};
