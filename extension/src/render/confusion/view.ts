/** The view of a confusion matrix: counts by true and predicted class, green for right predictions and red for mistakes. */
import {
  type ConfusionData,
  confusionFacts,
  confusionOutput,
  maxCounted,
  mistakesOf,
  mistakeWords,
  type Normalization,
} from "tapelab/view";
import { h } from "../../dom.js";
import type { Say } from "../shared/cursor.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { drawSquares } from "./squares.js";
import { drawTable } from "./table.js";

/** Mistakes that are listed below a matrix of many classes. */
const maxMistakes = 12;

const divisors: Readonly<Record<Normalization, string>> = {
  true: "the true class",
  predicted: "the predicted class",
  all: "all examples",
};

/** A table of counts, or for many classes a picture and the most frequent mistakes. */
export class ConfusionView extends DataView<ConfusionData> {
  constructor(context: ViewContext) {
    super(confusionOutput, context);
    this.addClass("tapelab-confusion");
  }

  protected override draw(data: ConfusionData): void {
    const [first = "no examples", ...facts] = confusionFacts(data);
    this.node.append(data.title === null ? header(first, facts) : header(data.title, [first, ...facts]));
    const readout = h("div", { class: "tapelab-readout", "aria-live": "polite" });
    const usual = data.normalize === null ? "" : `shares of ${divisors[data.normalize]}`;
    const say: Say = (text) => {
      readout.textContent = text ?? usual;
    };
    say(null);
    const isLarge = data.names.length > maxCounted;
    this.node.classList.toggle("tapelab-tensor-wide", isLarge);
    const matrix = isLarge ? drawSquares(data, say) : drawTable(data, say);
    const body = h("div", { class: "tapelab-confusion-body" }, matrix, readout);
    if (isLarge) body.append(drawMistakes(data));
    this.node.append(body);
  }
}

export const confusionRenderer: Renderer = {
  output: confusionOutput,
  create: (context) => new ConfusionView(context),
};

/** Lists the most frequent mistakes. */
function drawMistakes(data: ConfusionData): HTMLElement {
  const mistakes = mistakesOf(data).slice(0, maxMistakes);
  return h("div", { class: "tapelab-mistakes" }, ...mistakes.map((mistake) => h("span", {}, mistakeWords(mistake))));
}
