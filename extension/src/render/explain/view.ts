/** The view of an explanation: the sentence, then each finding with its path, evidence and remedy. */
import { type ExplanationData, explainOutput, formatNorm, formatShape } from "tapelab/view";
import { h } from "../../dom.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { drawFinding } from "./finding.js";

/** Shows why a gradient is what it is. */
export class ExplanationView extends DataView<ExplanationData> {
  constructor(context: ViewContext) {
    super(explainOutput, context);
    this.addClass("tapelab-explanation");
  }

  protected override draw(data: ExplanationData): void {
    const { subject, shape, dtype, gradient, findings, sentence, state } = data;
    const facts = [
      formatShape(shape),
      dtype,
      gradient === null ? "gradient null" : `gradient norm ${formatNorm(gradient.norm)}`,
    ];
    const mark = h(
      "span",
      { class: state === "sound" ? "tapelab-badge" : "tapelab-badge tapelab-badge-alarm" },
      `${state === "sound" ? "✓" : "▲"} ${state}`,
    );
    this.node.append(
      header(subject, facts, mark),
      h("p", { class: "tapelab-explanation-sentence" }, sentence),
      // the sentence of the first finding is that of the explanation
      ...findings.map((finding, i) => drawFinding(finding, i === 0 && state !== "sound", this.context.jump)),
      ...this.#drawRest(data),
    );
  }

  /** Draws what was looked for, and what could not be known. */
  #drawRest({ checked, limits, findings, state }: ExplanationData): HTMLElement[] {
    const isOpen = findings.every((f) => f.kind === "fact");
    const words = state === "sound" ? "Looked for" : "Looked for, and not found";
    return [
      ...limits.map((limit) => h("p", { class: "tapelab-explanation-rest" }, limit)),
      ...(isOpen && checked.length > 0
        ? [h("p", { class: "tapelab-explanation-rest tapelab-faint" }, `${words}: ${checked.join(", ")}.`)]
        : []),
    ];
  }
}

export const explainRenderer: Renderer = {
  output: explainOutput,
  create: (context) => new ExplanationView(context),
};
