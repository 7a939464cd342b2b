/** The view of a tensor: its numbers if it is small, else heat maps, above its distribution. */
import {
  formatBytes,
  formatElement,
  formatShape,
  gradientFacts,
  isSmall,
  maxNumbers,
  nonFiniteWords,
  spreadFacts,
  type TensorData,
  tensorOutput,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { Say } from "../shared/cursor.js";
import { colourScale } from "../shared/heatmap.js";
import { inlineHistogram } from "../shared/histogram.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { drawHeatmaps, drawNumbers } from "./matrices.js";
import { inOneRow, sharedScale } from "./slices.js";

type Mode = "numbers" | "heat map";

/** Pixels of the parent's width before the view has been laid out. */
const usualWidth = 640;
/** Pixels of margin, border and padding of a view. */
const margins = 36;
/** Change of the width from which numbers are laid out anew. */
const minChange = 8;

/** Elements from which the mode can be chosen, and from which there is a histogram. */
const minElements = { modes: 9, histogram: 16 } as const;

/** The matrices of a tensor, which are laid out anew when the width changes. */
export class TensorView extends DataView<TensorData> {
  #data: TensorData | null = null;
  #mode: Mode = "numbers";
  #parentWidth = usualWidth;
  readonly #resizes = new ResizeObserver(() => this.#fit());

  constructor(context: ViewContext) {
    super(tensorOutput, context);
    this.addClass("tapelab-tensor");
  }

  override dispose(): void {
    this.#resizes.disconnect();
    super.dispose();
  }

  protected override draw(data: TensorData): void {
    const t = data.shape.length < 2 ? { ...data, slices: data.slices.map(inOneRow) } : data;
    this.#data = t;
    this.#mode = isSmall(t) ? "numbers" : "heat map";
    this.#redraw(t);
    // numbers are laid out by the width of the parent, as the view's own width depends on the numbers
    if (this.node.parentElement !== null) this.#resizes.observe(this.node.parentElement);
    else requestAnimationFrame(() => this.node.parentElement && this.#resizes.observe(this.node.parentElement));
  }

  /** Lays the numbers out anew when the width has changed. */
  #fit(): void {
    const width = this.node.parentElement?.clientWidth ?? 0;
    if (this.#data === null || width === 0 || Math.abs(width - this.#parentWidth) < minChange) return;
    this.#parentWidth = width;
    if (this.#mode === "numbers") this.#redraw(this.#data);
  }

  #redraw(t: TensorData): void {
    this.node.classList.toggle("tapelab-tensor-wide", this.#mode === "heat map" && !isSmall(t));
    this.node.replaceChildren(this.#drawHeader(t), this.#drawBody(t));
  }

  #drawHeader(t: TensorData): HTMLElement {
    const { summary: s } = t;
    const facts = [
      t.dtype,
      ...(s.count > maxNumbers ? [formatBytes(t.bytes)] : []),
      ...spreadFacts(t),
      ...gradientFacts(t),
    ];
    const tools: HTMLElement[] = [];
    if (t.shape.length > 0) {
      const nonFinite = nonFiniteWords(s);
      if (nonFinite !== "") tools.push(h("span", { class: "tapelab-alarm" }, `▲ ${nonFinite}`));
      if (isSmall(t) && s.count >= minElements.modes) tools.push(this.#drawModes(t));
    }
    return header(`${t.name === null ? "" : `${t.name} `}${formatShape(t.shape)}`, facts, ...tools);
  }

  /** Draws the buttons that choose between numbers and heat maps. */
  #drawModes(t: TensorData): HTMLElement {
    const button = (mode: Mode): HTMLElement => {
      const isPressed = String(this.#mode === mode);
      const node = h("button", { type: "button", class: "tapelab-choice", "aria-pressed": isPressed }, mode);
      node.addEventListener("click", () => {
        this.#mode = mode;
        this.#redraw(t);
        this.node.querySelector<HTMLElement>('.tapelab-choice[aria-pressed="true"]')?.focus();
      });
      return node;
    };
    return h("span", { class: "tapelab-choices" }, button("numbers"), button("heat map"));
  }

  #drawBody(t: TensorData): HTMLElement {
    const [first] = t.slices;
    if (first === undefined) return h("p", { class: "tapelab-faint tapelab-empty" }, "no elements");
    if (t.shape.length === 0) {
      const value = first.values?.[0] ?? t.summary.min ?? "NaN";
      return h("div", { class: "tapelab-scalar" }, formatElement(value));
    }
    const readout = h("span", { class: "tapelab-readout", "aria-live": "polite" });
    const usual = storageNote(t);
    const say: Say = (text) => {
      readout.textContent = text ?? usual;
    };
    say(null);
    const isNumbers = this.#mode === "numbers";
    const matrices = isNumbers ? drawNumbers(t, this.#parentWidth - margins, say) : drawHeatmaps(t, say);
    const legend = isNumbers ? [] : [colourScale(sharedScale(t))];
    const foot = h("div", { class: "tapelab-foot" }, ...distribution(t), ...legend, readout);
    return h("div", { class: "tapelab-tensor-body" }, matrices, foot);
  }
}

export const tensorRenderer: Renderer = {
  output: tensorOutput,
  create: (context) => new TensorView(context),
};

/** Returns a note on matrices that are not stored, and on squares that are not single elements. */
const storageNote = (t: TensorData): string =>
  [
    ...(t.sliceCount > t.slices.length ? [`${t.slices.length} of ${t.sliceCount} matrices are stored`] : []),
    ...(t.slices[0]?.grid.exact === false ? ["each square is the mean of a block"] : []),
  ].join(", ");

const distribution = ({ dtype, summary: s }: TensorData): HTMLElement[] =>
  dtype === "bool" || s.count < minElements.histogram || s.min === s.max ? [] : [inlineHistogram(s)];
