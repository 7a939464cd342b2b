/** The view of the last stop of a cell, which its output keeps. */
import { placeSentence, type StopData, stackOf, stopCount, stopHeadline, stopOutput } from "tapelab/view";
import { h } from "../../dom.js";
import type { Renderer } from "../shared/renderer.js";
import { drawSite, refreshSites } from "../shared/sites.js";
import { DataView, type ViewContext } from "../shared/view.js";
import { drawFacts, drawTensors } from "./facts.js";

/** Shows where a program was stopped, and how it went on. */
export class StopRecordView extends DataView<StopData> {
  #cells: StopData["cells"] | null = null;

  constructor(context: ViewContext) {
    super(stopOutput, context);
    this.addClass("tapelab-stop");
  }

  protected override draw(data: StopData): void {
    const { place, cells, frames, frame } = data;
    this.#cells = cells;
    this.node.append(
      h(
        "details",
        {},
        h(
          "summary",
          { class: "tapelab-header" },
          h("span", {}, stopHeadline({ ...data, place: null })),
          h("span", { class: "tapelab-fact" }, stopCount(data)),
          place === null ? null : h("span", { class: "tapelab-fact" }, placeSentence(cells, place)),
        ),
        // a summary may not have a button in it
        place === null || stackOf(frames, frame).length > 1
          ? null
          : h("div", { class: "tapelab-stop-facts" }, drawSite(this.context, cells, place)),
        drawFacts(data, this.context),
        drawTensors(data),
      ),
    );
  }

  protected override codeChanged(): void {
    if (this.#cells !== null) refreshSites(this.node, this.context, this.#cells);
  }
}

export const stopRenderer: Renderer = {
  output: stopOutput,
  create: (context) => new StopRecordView(context),
};
