/** The view of attributions: images beside their attributions, texts with tinted tokens, features as bars. */
import {
  type AttributionData,
  type AttributionExample,
  attributionOutput,
  attributionScale,
  decodeNumber,
  formatShape,
  omittedWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { Say } from "../shared/cursor.js";
import { colourScale, wideHeatmap } from "../shared/heatmap.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { drawImage } from "./image.js";
import { drawFeatures, drawTokens } from "./names.js";

/** Attributions of the examples of a batch. */
class AttributionView extends DataView<AttributionData> {
  constructor(context: ViewContext) {
    super(attributionOutput, context);
    this.addClass("tapelab-attribution");
  }

  protected override draw(data: AttributionData): void {
    const readout = h("span", { class: "tapelab-readout", "aria-live": "polite" });
    const say: Say = (text) => {
      readout.textContent = text ?? "";
    };
    const facts = [formatShape(data.shape), ...data.facts, ...omittedWords(data)];
    const scale = data.examples.reduce((most, e) => Math.max(most, attributionScale(e)), 0);
    const examples = data.examples.map((example) => drawExample(data, example, scale, say));
    const several = data.kind === "image" && examples.length > 1 ? " tapelab-attributions-several" : "";
    this.node.append(
      header(data.method, facts),
      h(
        "div",
        { class: "tapelab-attribution-body" },
        h("div", { class: `tapelab-attributions${several}` }, ...examples),
        h("div", { class: "tapelab-foot" }, ...(data.kind === "features" ? [] : [colourScale(scale)]), readout),
      ),
    );
  }
}

export const attributionRenderer: Renderer = {
  output: attributionOutput,
  create: (context) => new AttributionView(context),
};

/** Draws one example below its title. */
function drawExample({ kind }: AttributionData, example: AttributionExample, scale: number, say: Say): HTMLElement {
  const title = h("figcaption", { class: "tapelab-attribution-title" }, example.title);
  const label = `attributions of ${example.title}`;
  const body =
    kind === "text"
      ? drawTokens(example, scale)
      : kind === "features"
        ? drawFeatures(example, scale)
        : example.image === null
          ? wideHeatmap(example.map, { label, scale: scale || decodeNumber(example.map.scale) }, say)
          : drawImage(example, scale, label, say);
  return h("figure", { class: "tapelab-attribution-example" }, title, body);
}
