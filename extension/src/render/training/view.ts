/** The view of a training by `fit`, which is updated while it runs: progress, curves, and a table of values. */
import {
  type TrainingData,
  trainingCharts,
  trainingFacts,
  trainingOutput,
  trainingShare,
  trainingTitle,
  valueRows,
} from "tapelab/view";
import { h } from "../../dom.js";
import { PaintedView } from "../shared/painted-view.js";
import type { Renderer } from "../shared/renderer.js";
import type { ViewContext } from "../shared/view.js";
import { ChartSet, chartColumns } from "../watch/chart.js";

/** Progress, curves and values of a training. */
export class TrainingView extends PaintedView<TrainingData> {
  #data: TrainingData | null = null;
  readonly #title = h("span", { class: "tapelab-title" });
  readonly #facts = h("span", { class: "tapelab-fact" });
  readonly #live = h("span", { class: "tapelab-watch-live" }, "● live");
  readonly #fill = h("div", { class: "tapelab-training-fill" });
  readonly #bar = h(
    "div",
    {
      class: "tapelab-training-bar",
      role: "progressbar",
      "aria-label": "progress",
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
    this.#fill,
  );
  readonly #loss = h("div", { class: "tapelab-watch-loss" });
  readonly #small = h("div", { class: "tapelab-watch-small" });
  readonly #body = h("tbody");
  readonly #table = h(
    "table",
    { class: "tapelab-training-values" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...["quantity", "training", "validation", "best epoch"].map((text) => h("th", { scope: "col" }, text)),
      ),
    ),
    this.#body,
  );
  readonly #charts = new ChartSet();

  constructor(context: ViewContext) {
    super(trainingOutput, context);
    this.addClass("tapelab-training");
  }

  protected override draw(data: TrainingData): void {
    this.node.append(
      h("div", { class: "tapelab-header" }, this.#title, this.#facts, this.#live),
      this.#bar,
      h("div", { class: "tapelab-watch-charts" }, this.#loss, this.#small),
      this.#table,
    );
    this.redraw(data);
  }

  protected override redraw(data: TrainingData): boolean {
    this.#data = data;
    const isRunning = data.state === "running";
    this.#title.textContent = trainingTitle(data);
    this.#facts.textContent = trainingFacts(data).join(" · ");
    this.#live.hidden = !isRunning;
    const share = trainingShare(data);
    this.#bar.hidden = data.state === "finished" || share === null;
    this.#bar.setAttribute("aria-valuenow", String(Math.round(100 * (share ?? 0))));
    this.#fill.style.width = `${(100 * (share ?? 0)).toFixed(1)}%`;
    this.#paintTable(data);
    this.paint();
    return true;
  }

  /** Writes the values of the last epoch, and those of the best one. */
  #paintTable(data: TrainingData): void {
    const rows = valueRows(data);
    this.#table.hidden = data.epoch.length === 0;
    while (this.#body.childElementCount > rows.length) this.#body.lastElementChild?.remove();
    rows.forEach(({ name, training, validation, best }, i) => {
      const row =
        this.#body.children[i] ??
        this.#body.appendChild(h("tr", {}, h("th", { scope: "row" }), h("td"), h("td"), h("td")));
      [name, training, validation, best].forEach((text, c) => {
        const cell = row.children[c];
        if (cell !== undefined && cell.textContent !== text) cell.textContent = text;
      });
    });
  }

  /** Draws the charts in the width of the view. */
  protected override paint(): void {
    const data = this.#data;
    if (data === null) return;
    const { width, columns, column } = chartColumns(this.node);
    const draw = (lossWidth: number) =>
      trainingCharts(data, { loss: [lossWidth, columns === 3 ? 196 : 150], small: [column, columns === 1 ? 84 : 96] });
    let charts = draw(columns === 2 ? width : column);
    // without metrics, the loss has all of the width
    if (charts.small.length === 0) charts = draw(width);
    const { loss, small, legend } = charts;
    this.#charts.place(this.#loss, legend === null ? [loss] : [loss, legend]);
    this.#charts.place(this.#small, small);
    this.#small.style.width = columns === 1 ? "" : `${2 * column}px`;
    this.#small.hidden = small.length === 0;
  }
}

export const trainingRenderer: Renderer = { output: trainingOutput, create: (context) => new TrainingView(context) };
