/** The column heads of the tape, which explain themselves. */
import { UUID } from "@lumino/coreutils";
import { h } from "../../dom.js";
import { addTooltip, makeRoving } from "../shared/tooltip.js";

const heads: readonly { readonly text: string; readonly classes: string; readonly sentence: string }[] = [
  {
    text: "op",
    classes: "tapelab-name",
    sentence:
      "The operation, in the order of recording, and the module that it belongs to. Scopes fold, and operations open, by a click or Enter.",
  },
  {
    text: "also reads",
    classes: "tapelab-reads",
    sentence:
      "The parameters and other tensors that the operation reads besides the results of the operations above. Blue ones have gradients of their own.",
  },
  { text: "shape", classes: "tapelab-shape", sentence: "The sizes of the result." },
  {
    text: "value",
    classes: "tapelab-result",
    sentence:
      "The result: the distribution of its elements, their mean μ and standard deviation σ, or the share of zeros; the number itself, if it is one.",
  },
  {
    text: "gradient, 1e−8 to 1e2",
    classes: "tapelab-gradient",
    sentence:
      "The norm of the gradient that arrives at the result, in digits, and as a bar on a logarithmic scale that begins at 1e−8 and ends at 1e2.",
  },
  {
    text: "saved",
    classes: "tapelab-bytes",
    sentence: "The memory of the tensors that the operation keeps for its gradient.",
  },
  {
    text: "cell : line",
    classes: "tapelab-where",
    sentence: "The execution count of the cell and the line that called the operation; a click goes there.",
  },
];

/** Draws the row of heads. */
export function drawHeads(): HTMLElement {
  const nodes = heads.map(({ text, classes, sentence }) =>
    addTooltip(h("span", { class: `tapelab-cell tapelab-head ${classes}`, role: "columnheader" }, text), sentence),
  );
  makeRoving(nodes);
  const gutter = h("span", { role: "columnheader" }, h("span", { class: "tapelab-hidden" }, "data flow"));
  return h("div", { class: "tapelab-row tapelab-heads", role: "row", id: `tapelab-${UUID.uuid4()}` }, gutter, ...nodes);
}
