/** The view of an explained error: its operands to scale, where they came from, the reason, the changes that were tried, and the tape up to it. */
import {
  type CodeLine,
  type ErrorFix,
  fixWords,
  formatShape,
  moduleWords,
  noFixWords,
  operandWords,
  originWords,
  placeWords,
  type ShapesData,
  scaleOf,
  shapesOutput,
  tapeWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import { drawLine } from "../shared/line-link.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { drawShapes } from "./drawing.js";

/** Width of a drawing in a page that is not laid out yet, and the least one. */
const defaultWidth = 520;
const leastWidth = 240;

const head = (...names: readonly string[]): HTMLElement =>
  h("thead", {}, h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name))));

/** The view of one explained error. */
export class ShapesView extends DataView<ShapesData> {
  #data: ShapesData | null = null;
  readonly #drawing = h("div", { class: "tapelab-operand-area" });
  #width = 0;

  constructor(context: ViewContext) {
    super(shapesOutput, context);
    this.addClass("tapelab-shapes");
  }

  protected override draw(data: ShapesData): void {
    this.#data = data;
    this.#width = 0;
    this.node.append(
      header(data.error, [], this.#site(data.place)),
      h(
        "div",
        { class: "tapelab-error-message" },
        h("code", {}, data.message),
        data.code === "" ? null : h("code", { class: "tapelab-faint" }, data.code),
      ),
      h(
        "div",
        { class: "tapelab-error-body" },
        h("div", { class: "tapelab-error-picture" }, this.#drawing, this.#origins(data)),
        this.#reason(data),
      ),
      this.#tape(data),
    );
    this.#paint();
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

  /** Draws the operands for the width that there is. */
  #paint(): void {
    const width = Math.max(this.#drawing.clientWidth || defaultWidth, leastWidth);
    if (this.#data === null || width === this.#width) return;
    this.#width = width;
    const note = scaleOf(this.#data, 1, 0).note;
    this.#drawing.replaceChildren(drawShapes(this.#data, width - 4), h("div", { class: "tapelab-caption" }, note));
  }

  /** Draws a place as a link to its line. */
  #site(place: CodeLine | null): HTMLElement {
    return drawLine(place, placeWords(place), this.context.jump);
  }

  /** Draws the table of the operands and their origins. */
  #origins({ operands }: ShapesData): HTMLElement {
    const rows = operands.map((o) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, o.name),
        h("td", {}, operandWords(o)),
        h("td", { class: "tapelab-faint" }, originWords(o)),
        h("td", {}, this.#site(o.place)),
      ),
    );
    return h(
      "div",
      { class: "tapelab-error-scroll" },
      h("table", { class: "tapelab-origins" }, head("operand", "shape", "came from", "line"), h("tbody", {}, ...rows)),
    );
  }

  /** Draws the sentence, observations and changes. */
  #reason(data: ShapesData): HTMLElement {
    const notes = [moduleWords(data), ...data.notes, noFixWords(data)].filter((text) => text !== "");
    return h(
      "div",
      { class: "tapelab-error-reason" },
      h("p", { class: "tapelab-error-sentence" }, data.sentence),
      ...notes.map((text) => h("p", {}, text)),
      data.fixes.length === 0 ? null : h("ul", { "aria-label": "changes that were tried" }, ...data.fixes.map(drawFix)),
    );
  }

  /** Draws the tape up to the error, which opens. */
  #tape(data: ShapesData): HTMLElement {
    const { steps, total } = data.tape;
    if (total === 0) return h("p", { class: "tapelab-error-tape tapelab-faint" }, tapeWords(data));
    const rows = steps.map((step) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, step.op),
        h("td", { class: "tapelab-faint" }, step.scope),
        h("td", {}, formatShape(step.shape)),
        h("td", {}, this.#site(step.place)),
      ),
    );
    const left = total - steps.length;
    return h(
      "details",
      { class: "tapelab-error-tape" },
      h("summary", {}, tapeWords(data)),
      h(
        "div",
        { class: "tapelab-error-scroll" },
        h("table", { class: "tapelab-origins" }, head("op", "module", "shape", "line"), h("tbody", {}, ...rows)),
      ),
      left === 0 ? null : h("p", { class: "tapelab-faint" }, `${left} earlier ops are left out.`),
    );
  }
}

/** Draws a change: its code, whether it fits, and what it would mean. */
function drawFix(fix: ErrorFix): HTMLElement {
  const sound = fix.warning === null;
  return h(
    "li",
    { class: sound ? "tapelab-fix" : "tapelab-fix tapelab-fix-warned" },
    h("code", {}, fix.code),
    h(
      "span",
      { class: sound ? "tapelab-fix-words" : "tapelab-fix-words tapelab-warned" },
      `${sound ? "✓" : "▲"} ${fixWords(fix)}`,
    ),
  );
}

export const shapesRenderer: Renderer = {
  output: shapesOutput,
  create: (context) => new ShapesView(context),
};
