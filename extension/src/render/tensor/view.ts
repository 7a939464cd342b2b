/** A tensor: its numbers where there are few, else a heat map; then its distribution. */
import {
  Arrangement,
  decodeNumber,
  formatBytes,
  formatElement,
  formatShape,
  gradientFacts,
  isSmall,
  nonFiniteWords,
  numberFormat,
  type Slice,
  spreadFacts,
  type TensorData,
  tensorOutput,
  tintScale,
} from "tapelab/view";
import { h } from "../../dom.js";
import { colourScale, wideHeatmap } from "../shared/heatmap.js";
import { inlineHistogram } from "../shared/histogram.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { numberGrid } from "./numbers.js";

type Mode = "numbers" | "heat map";

/** A view that has not been laid out takes this for its width. */
const usualRoom = 640;
/** Pixels beside the body of a view: its margin, border and padding. */
const margins = 36;

export class TensorView extends DataView<TensorData> {
  #data: TensorData | null = null;
  #mode: Mode = "numbers";
  #room = usualRoom;
  readonly #watch = new ResizeObserver(() => this.#fit());

  constructor(context: ViewContext) {
    super(tensorOutput, context);
    this.addClass("tapelab-tensor");
  }

  override dispose(): void {
    this.#watch.disconnect();
    super.dispose();
  }

  protected override draw(data: TensorData): void {
    const t = data.shape.length < 2 ? { ...data, slices: data.slices.map(unwrapped) } : data;
    this.#data = t;
    this.#mode = isSmall(t) ? "numbers" : "heat map";
    this.#redraw(t);
    // the numbers beside each other depend on the width of the parent: the view's own depends on them
    if (this.node.parentElement !== null) this.#watch.observe(this.node.parentElement);
    else requestAnimationFrame(() => this.node.parentElement && this.#watch.observe(this.node.parentElement));
  }

  #fit(): void {
    const room = this.node.parentElement?.clientWidth ?? 0;
    if (this.#data === null || room === 0 || Math.abs(room - this.#room) < 8) return;
    this.#room = room;
    if (this.#mode === "numbers") this.#redraw(this.#data);
  }

  #redraw(t: TensorData): void {
    const { summary: s } = t;
    const alarm = nonFiniteWords(s);
    const facts = [t.dtype, ...(s.count > 400 ? [formatBytes(t.bytes)] : []), ...spreadFacts(t), ...gradientFacts(t)];
    const scalar = t.shape.length === 0;
    const tools = alarm === "" || scalar ? [] : [h("span", { class: "tapelab-alarm" }, `▲ ${alarm}`)];
    if (!scalar && isSmall(t) && s.count >= 9) tools.push(this.#switch(t));
    this.node.classList.toggle("tapelab-tensor-wide", this.#mode === "heat map" && !isSmall(t));
    this.node.replaceChildren(header(`${t.name === null ? "" : `${t.name} `}${formatShape(t.shape)}`, facts, ...tools));
    const first = t.slices[0];
    if (first === undefined) this.node.append(h("p", { class: "tapelab-faint tapelab-empty" }, "no elements"));
    else if (scalar) {
      const value = first.values?.[0] ?? s.min ?? "NaN";
      this.node.append(h("div", { class: "tapelab-scalar" }, formatElement(value)));
    } else this.node.append(this.#body(t));
  }

  #switch(t: TensorData): HTMLElement {
    const button = (mode: Mode): HTMLElement => {
      const node = h(
        "button",
        { type: "button", class: "tapelab-choice", "aria-pressed": String(this.#mode === mode) },
        mode,
      );
      node.addEventListener("click", () => {
        this.#mode = mode;
        this.#redraw(t);
        this.node.querySelector<HTMLElement>('.tapelab-choice[aria-pressed="true"]')?.focus();
      });
      return node;
    };
    return h("span", { class: "tapelab-choices" }, button("numbers"), button("heat map"));
  }

  #body(t: TensorData): HTMLElement {
    const readout = h("span", { class: "tapelab-readout", "aria-live": "polite" });
    const rest = [
      ...(t.sliceCount > t.slices.length ? [`${t.slices.length} of ${t.sliceCount} matrices are stored`] : []),
      ...(t.slices[0]?.grid.exact === false ? ["each square is the mean of a block"] : []),
    ].join(", ");
    const say = (text: string | null): void => {
      readout.textContent = text ?? rest;
    };
    say(null);
    const pictures = this.#mode === "numbers" ? this.#numbers(t, say) : this.#heatmaps(t, say);
    const scale = this.#mode === "heat map" ? [colourScale(heatScale(t))] : [];
    const distribution =
      t.dtype === "bool" || t.summary.count < 16 || t.summary.min === t.summary.max ? [] : [inlineHistogram(t.summary)];
    const foot = h("div", { class: "tapelab-foot" }, ...distribution, ...scale, readout);
    return h("div", { class: "tapelab-tensor-body" }, pictures, foot);
  }

  #numbers(t: TensorData, say: (text: string | null) => void): HTMLElement {
    const all = t.slices.flatMap((slice) => slice.values ?? []);
    const format = numberFormat(all, t.dtype);
    const digits = all.reduce<number>((most, v) => Math.max(most, format(v).length), 1);
    const blocks = t.slices.map((slice) =>
      block(
        slice,
        numberGrid(
          slice,
          {
            label: nameOf(slice),
            format,
            scale: tintScale(t),
            digits,
            room: this.#room - margins,
            vector: t.shape.length === 1,
          },
          say,
        ),
      ),
    );
    return h("div", { class: "tapelab-blocks" }, ...blocks);
  }

  #heatmaps(t: TensorData, say: (text: string | null) => void): HTMLElement {
    const several = t.slices.length > 1;
    const scale = heatScale(t);
    const vector = t.shape.length === 1;
    const shape = [vector ? 1 : (t.shape.at(-2) ?? 1), t.shape.at(-1) ?? 1] as const;
    const blocks = t.slices.map((slice) => {
      const { grid, values, index } = slice;
      return block(slice, wideHeatmap(grid, { label: nameOf(slice), scale, values, index, vector, shape }, say));
    });
    const size = t.slices.length > 12 ? "many" : several ? "several" : "one";
    const note = several ? "" : noteOf(t.slices[0]);
    return h(
      "div",
      {},
      h("div", { class: `tapelab-maps tapelab-maps-${size}` }, ...blocks),
      note === "" ? null : h("div", { class: "tapelab-caption" }, note),
    );
  }
}

export const tensorRenderer: Renderer = {
  output: tensorOutput,
  create: (context) => new TensorView(context),
};

const nameOf = ({ index, grid }: Slice): string =>
  `${index.length === 0 ? "" : `[${index.join(", ")}] `}${grid.rows} by ${grid.columns}`;

/** A vector that was stored in several rows as one. */
const unwrapped = (slice: Slice): Slice =>
  slice.grid.exact
    ? { ...slice, grid: { ...slice.grid, rows: 1, columns: slice.grid.rows * slice.grid.columns } }
    : slice;

const noteOf = (slice: Slice | undefined): string =>
  slice === undefined ? "" : new Arrangement(slice.grid.rows, slice.grid.columns).panels.note;

const heatScale = (t: TensorData): number =>
  t.slices.reduce((most, s) => Math.max(most, decodeNumber(s.grid.scale)), 0);

/** A matrix of a higher tensor with its indices. */
const block = ({ index }: Slice, picture: HTMLElement): HTMLElement =>
  index.length === 0
    ? picture
    : h(
        "figure",
        { class: "tapelab-figure" },
        h("figcaption", { class: "tapelab-index" }, `[${index.join(", ")}]`),
        picture,
      );
