/** The headings of the tape, and what they mean. */
import { h } from "../../dom.js";
import { explained, roving } from "../shared/tooltip.js";

/** Each with the class that its cells have. */
const heads: readonly (readonly [text: string, classes: string, sentence: string])[] = [
  [
    "op",
    "tapelab-name",
    "The operation, in the order of recording, and the module that it belongs to. Scopes fold, and operations open, by a click or Enter.",
  ],
  [
    "also reads",
    "tapelab-reads",
    "The parameters and other tensors that the operation reads besides the results of the operations above. Blue ones have gradients of their own.",
  ],
  ["shape", "tapelab-shape", "The sizes of the result."],
  [
    "value",
    "",
    "The result: the distribution of its elements, their mean μ and standard deviation σ, or the share of zeros; the number itself, if it is one.",
  ],
  [
    "gradient, 1e−8 to 1e2",
    "tapelab-gradient",
    "The norm of the gradient that arrives at the result, in digits, and as a bar on a logarithmic scale that begins at 1e−8 and ends at 1e2.",
  ],
  ["saved", "tapelab-bytes", "The memory of the tensors that the operation keeps for its gradient."],
  [
    "cell : line",
    "tapelab-where",
    "The execution count of the cell and the line that called the operation; a click goes there.",
  ],
];

export function drawHeads(): HTMLElement {
  const nodes = heads.map(([text, classes, sentence]) =>
    explained(h("span", { class: `tapelab-cell tapelab-head ${classes}`, role: "columnheader" }, text), sentence),
  );
  roving(nodes);
  return h("div", { class: "tapelab-row tapelab-heads", role: "row" }, h("span", { role: "columnheader" }), ...nodes);
}
