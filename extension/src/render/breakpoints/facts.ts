/** The facts of a stop: sentences, formula, call stack and tensors, for a stop that lasts and for what an output keeps of one. */
import {
  formatNorm,
  formatShape,
  nonFiniteWords,
  type StopData,
  type StopTensor,
  stackOf,
  stopCause,
  stopOmitted,
  summaryWords,
} from "tapelab/view";
import { h } from "../../dom.js";
import { heatmap } from "../shared/heatmap.js";
import { sparkHistogram } from "../shared/histogram.js";
import { drawStack } from "../shared/sites.js";
import type { ViewContext } from "../shared/view.js";

const size = { width: 168, height: 96 };

/** Draws the sentences, the formula and the call stack. */
export function drawFacts(data: StopData, context: ViewContext): HTMLElement {
  const { sentences, tex, cells, frames, frame } = data;
  const formula = h("span", { class: "tapelab-formula" }, context.latex === null ? tex : `\\(${tex}\\)`);
  void context.latex?.typeset(formula);
  return h(
    "div",
    { class: "tapelab-stop-facts" },
    h("p", { class: "tapelab-faint" }, `Set off by ${stopCause(data)}.`),
    ...sentences.map((text) => h("p", { class: "tapelab-alarm" }, `▲ ${text}`)),
    tex === "" ? null : h("div", { class: "tapelab-rule" }, formula),
    // the only call is the place in the heading
    stackOf(frames, frame).length < 2 ? null : drawStack(context, cells, frames, frame),
  );
}

const roleWords: Readonly<Record<StopTensor["role"], string>> = {
  operand: "operand",
  result: "result",
  gradient: "upstream gradient",
  contribution: "passed on",
};

function drawTensor({ role, name, shape, dtype, summary, grid }: StopTensor): HTMLElement {
  const isBad = summary.nan + summary.inf > 0;
  const isBackward = role === "gradient" || role === "contribution";
  const label = `${name} ${formatShape(shape)} ${dtype}`;
  return h(
    "li",
    { class: `tapelab-stop-tensor${isBackward ? " tapelab-stop-backward" : ""}` },
    h("div", { class: "tapelab-faint" }, roleWords[role]),
    grid === null ? h("div", {}, label) : heatmap(grid, { ...size, label }),
    h(
      "div",
      { class: isBad ? "tapelab-alarm" : "" },
      isBad ? `▲ ${nonFiniteWords(summary)}` : summaryWords(summary),
      h("span", { class: "tapelab-faint" }, `, norm ${formatNorm(summary.norm)}`),
    ),
    summary.count > 1 && summary.min !== null ? sparkHistogram(summary, isBackward ? "backward" : "forward") : "",
  );
}

/** Draws the tensors of the op, or of its gradient rule, in order: what it reads, and what it gave. */
export const drawTensors = (data: StopData): HTMLElement =>
  h(
    "div",
    {},
    h("ul", { class: "tapelab-stop-tensors", "aria-label": "tensors" }, ...data.tensors.map(drawTensor)),
    data.omitted === undefined ? null : h("p", { class: "tapelab-faint tapelab-stop-omitted" }, stopOmitted(data)),
  );
