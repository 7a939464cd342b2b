/** The view of a diagnosis: how the loss went, and a table of the findings. */
import {
  type CauseFinding,
  type DiagnosisData,
  diagnosisFacts,
  diagnosisHeadline,
  diagnosisOutput,
  findingKinds,
} from "tapelab/view";
import { h } from "../../dom.js";
import { lineLink } from "../shared/line-link.js";
import type { Renderer } from "../shared/renderer.js";
import { DataView, header, type ViewContext } from "../shared/view.js";
import { lossCurve } from "./curve.js";

/** Places of a path that are listed: the last ones, next to the cause. */
const maxPlaces = 4;

/** Shows what keeps a model from learning. */
export class DiagnosisView extends DataView<DiagnosisData> {
  constructor(context: ViewContext) {
    super(diagnosisOutput, context);
    this.addClass("tapelab-diagnosis");
  }

  protected override draw(data: DiagnosisData): void {
    const { findings, omitted } = data;
    const faults = findings.filter((f) => f.kind === "fault").length;
    const isAlarm = findings.some((f) => f.kind !== "fact");
    const mark = h(
      "span",
      { class: faults > 0 ? "tapelab-badge tapelab-badge-alarm" : "tapelab-badge" },
      isAlarm ? (faults > 0 ? "▲ does not learn as it is" : "? to be looked at") : "✓ sound",
    );
    const curve = lossCurve(data.losses);
    this.node.append(header(diagnosisHeadline(data), diagnosisFacts(data), ...(curve === null ? [] : [curve]), mark));
    if (findings.length > 0) this.node.append(this.#table(findings));
    if (omitted > 0) this.node.append(h("p", { class: "tapelab-diagnosis-rest" }, `… and ${omitted} more findings`));
  }

  #table(findings: readonly CauseFinding[]): HTMLElement {
    const heads = ["", "finding", "evidence", "line"].map((text) =>
      text === "" ? h("td", {}) : h("th", { scope: "col" }, text),
    );
    return h(
      "table",
      { class: "tapelab-findings", "aria-label": "findings, the most important first" },
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...findings.map((f) => this.#row(f))),
    );
  }

  #row(finding: CauseFinding): HTMLElement {
    const { kind, cause, sentence, evidence, fix, path } = finding;
    const { sign, word } = findingKinds[kind];
    const facts = evidence.map(({ name, value }) =>
      h("li", {}, h("span", { class: "tapelab-faint" }, `${name} `), value),
    );
    const seen = new Set<string>();
    const places = path
      .slice(-maxPlaces)
      .filter((place) => place.at !== null)
      .filter((place) => {
        const key = `${place.op} ${place.at?.file}:${place.at?.line}`;
        return seen.has(key) ? false : seen.add(key);
      });
    return h(
      "tr",
      { class: `tapelab-finding-${kind}` },
      h("td", { class: "tapelab-finding-kind" }, h("span", { class: "tapelab-badge" }, `${sign} ${word}`)),
      h(
        "th",
        { scope: "row" },
        h("p", { class: "tapelab-finding-sentence" }, sentence),
        h("p", { class: "tapelab-fix" }, h("strong", {}, "To do "), fix),
        h("span", { class: "tapelab-faint tapelab-code" }, cause),
      ),
      h("td", {}, facts.length > 0 ? h("ul", { class: "tapelab-finding-facts" }, ...facts) : ""),
      h(
        "td",
        { class: "tapelab-finding-places" },
        ...places.map((place) =>
          h("div", {}, h("span", { class: "tapelab-code" }, place.op), " ", lineLink(place, this.context.jump)),
        ),
      ),
    );
  }
}

export const diagnosisRenderer: Renderer = {
  output: diagnosisOutput,
  create: (context) => new DiagnosisView(context),
};
