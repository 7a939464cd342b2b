/** The view of a search for a learning rate. */
import { type RatesData, ratesChart, ratesFacts, ratesOutput, ratesTitle } from "tapelab/view";
import { h } from "../../dom.js";
import { PaintedView } from "../shared/painted-view.js";
import type { Renderer } from "../shared/renderer.js";
import { header, type ViewContext } from "../shared/view.js";
import { ChartSet, chartColumns } from "../watch/chart.js";

/** The curve of losses by learning rate. */
export class RatesView extends PaintedView<RatesData> {
  #data: RatesData | null = null;
  readonly #charts = new ChartSet();
  readonly #chart = h("div", { class: "tapelab-watch-charts" });

  constructor(context: ViewContext) {
    super(ratesOutput, context);
    this.addClass("tapelab-rates");
  }

  protected override draw(data: RatesData): void {
    this.#data = data;
    this.node.append(header(ratesTitle(data), [ratesFacts(data).join(" · ")]), this.#chart);
    this.paint();
  }

  protected override paint(): void {
    if (this.#data === null) return;
    this.#charts.place(this.#chart, [ratesChart(this.#data, chartColumns(this.node).width, 190)]);
  }
}

export const ratesRenderer: Renderer = { output: ratesOutput, create: (context) => new RatesView(context) };
