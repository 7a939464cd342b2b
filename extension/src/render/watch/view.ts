/** The view of a watched training, which is updated while the training runs: curves, a heat map of the layers, and alarms with their tapes. */
import {
  alarmTitle,
  chartsOf,
  findingKinds,
  type LayerQuantity,
  quantityWords,
  shownQuantities,
  type WatchAlarm,
  type WatchData,
  watchFacts,
  watchOutput,
  watchTitle,
} from "tapelab/view";
import { h } from "../../dom.js";
import { lineLink } from "../shared/line-link.js";
import { PaintedView } from "../shared/painted-view.js";
import type { Renderer } from "../shared/renderer.js";
import type { ViewContext } from "../shared/view.js";
import { ChartSet, chartColumns } from "./chart.js";
import { HeatView } from "./heat.js";
import { KeptTapes } from "./tapes.js";

/** Curves, heat map and alarms. */
export class WatchView extends PaintedView<WatchData> {
  #data: WatchData | null = null;
  #quantity: LayerQuantity = "gradient";
  readonly #title = h("span", { class: "tapelab-title" });
  readonly #facts = h("span", { class: "tapelab-fact" });
  readonly #live = h("span", { class: "tapelab-watch-live" }, "● live");
  readonly #choice = h("select", { class: "tapelab-input", "aria-label": "quantity of the heat map" });
  readonly #alarms = h("ul", { class: "tapelab-watch-alarms", "aria-label": "alarms" });
  readonly #loss = h("div", { class: "tapelab-watch-loss" });
  readonly #small = h("div", { class: "tapelab-watch-small" });
  readonly #charts = new ChartSet();
  readonly #heat = new HeatView({
    say: (words, layer) => {
      this.#words.textContent = words ?? this.#hint;
      for (const chart of this.#charts.all) chart.highlight(layer);
    },
    open: (step) => this.#tapes.openNear(step),
  });
  readonly #words = h("p", { class: "tapelab-watch-words" });
  readonly #tapes: KeptTapes;
  #drawnAlarms = "";

  constructor(context: ViewContext) {
    super(watchOutput, context);
    this.addClass("tapelab-watch");
    this.#tapes = new KeptTapes(context);
    this.#choice.addEventListener("change", () => {
      this.#quantity = this.#choice.value as LayerQuantity;
      this.paint();
    });
  }

  protected override draw(data: WatchData): void {
    this.#drawnAlarms = "";
    this.node.append(
      h(
        "div",
        { class: "tapelab-header" },
        this.#title,
        this.#facts,
        this.#live,
        h("span", { class: "tapelab-spacer" }),
        h("label", { class: "tapelab-faint" }, "layers by ", this.#choice),
      ),
      this.#alarms,
      h("div", { class: "tapelab-watch-charts" }, this.#loss, this.#small),
      h("div", { class: "tapelab-watch-heat" }, this.#heat.node, this.#words),
      this.#tapes.node,
    );
    this.redraw(data);
  }

  protected override redraw(data: WatchData): boolean {
    this.#data = data;
    this.#tapes.data = data;
    this.#title.textContent = watchTitle(data);
    this.#facts.textContent = watchFacts(data).join(" · ");
    this.#live.hidden = !data.running;
    this.#paintChoice(data);
    this.#paintAlarms(data);
    this.paint();
    return true;
  }

  override dispose(): void {
    this.#tapes.dispose();
    super.dispose();
  }

  get #hint(): string {
    const kept = this.#data?.tapes.length ?? 0;
    return kept > 0 ? "A click on the heat map opens the nearest tape that was kept." : "";
  }

  /** Lists the quantities that are known. */
  #paintChoice(data: WatchData): void {
    const shown = shownQuantities(data);
    if (shown.length === this.#choice.options.length) return;
    this.#choice.replaceChildren(...shown.map((q) => h("option", { value: q }, quantityWords[q])));
    if (!shown.includes(this.#quantity)) this.#quantity = shown[0] ?? "gradient";
    this.#choice.value = this.#quantity;
  }

  /** Draws the alarms, unless they are drawn. */
  #paintAlarms({ alarms, tapes }: WatchData): void {
    const key = JSON.stringify([alarms, tapes.map((t) => t.step)]);
    if (key === this.#drawnAlarms) return;
    this.#drawnAlarms = key;
    const kept = new Set(tapes.map((t) => t.step));
    this.#alarms.replaceChildren(...alarms.map((alarm) => this.#alarm(alarm, kept.has(alarm.step))));
    this.#alarms.hidden = alarms.length === 0;
  }

  #alarm(alarm: WatchAlarm, isKept: boolean): HTMLElement {
    const { step, finding } = alarm;
    const { sign, word } = findingKinds[finding.kind];
    const place = finding.path.findLast((p) => p.at !== null);
    const words = `step ${step.toLocaleString("en")}`;
    const button = h("button", { type: "button", class: "tapelab-link", title: "open the tape of this step" }, words);
    button.addEventListener("click", () => this.#tapes.open(step));
    return h(
      "li",
      { class: `tapelab-finding-${finding.kind}` },
      h("span", { class: "tapelab-badge", title: `${word}: ${finding.cause}` }, `${sign} ${alarmTitle(alarm)}`),
      h(
        "span",
        {},
        isKept ? button : words,
        " ",
        finding.sentence,
        " ",
        place === undefined ? "" : lineLink(place, this.context.jump),
      ),
      h("span", { class: "tapelab-faint" }, finding.fix),
    );
  }

  /** Draws the charts in the width of the view. */
  protected override paint(): void {
    const data = this.#data;
    if (data === null) return;
    const { width, columns, column } = chartColumns(this.node);
    const { loss, small, legend } = chartsOf(data, {
      loss: [columns === 2 ? width : column, columns === 3 ? 196 : 150],
      small: [column, columns === 1 ? 84 : 96],
    });
    const panels = legend === null ? [loss] : [loss, legend];
    this.#charts.place(this.#loss, panels);
    this.#charts.place(this.#small, small);
    this.#small.style.width = columns === 1 ? "" : `${2 * column}px`;
    this.#heat.paintHeat(data, this.#quantity, width);
  }
}

export const watchRenderer: Renderer = { output: watchOutput, create: (context) => new WatchView(context) };
