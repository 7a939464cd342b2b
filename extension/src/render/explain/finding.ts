/** Draws one finding of an explanation: its sentence, the path of ops, the evidence, and what to do. */
import { type CauseFinding, cut, formatShape, kindWords, type Place, shareWords } from "tapelab/view";
import { h } from "../../dom.js";
import type { Jump } from "../../lab/jump.js";
import { lineLink } from "../shared/line-link.js";

/** Characters of a scope that are shown. */
const scopeLength = 40;

/** Draws the path as a list, the op next to the tensor first. */
function drawPath(path: readonly Place[], jump: Jump | null): HTMLElement {
  const items = path.map((place, i) =>
    h(
      "li",
      { class: i === path.length - 1 ? "tapelab-step tapelab-step-last" : "tapelab-step" },
      h("span", { class: "tapelab-step-op" }, place.op),
      h("span", { class: "tapelab-shape" }, place.op === "…" ? "" : formatShape(place.shape)),
      h("span", { class: "tapelab-faint", title: place.scope }, cut(place.scope, scopeLength)),
      h("span", { class: place.note === "" ? "" : "tapelab-step-note" }, place.note),
      lineLink(place, jump),
    ),
  );
  return h("ol", { class: "tapelab-path", "aria-label": "path from the tensor to the cause" }, ...items);
}

function drawEvidence({ evidence }: CauseFinding): HTMLElement {
  const rows = evidence.flatMap(({ name, value }) => [h("dt", {}, name), h("dd", {}, value)]);
  return h("dl", { class: "tapelab-evidence" }, ...rows);
}

/** Draws a finding. The sentence of the first one can be the title of the view already. */
export function drawFinding(finding: CauseFinding, isTitle: boolean, jump: Jump | null): HTMLElement {
  const { sentence, cause, path, evidence, fix, kind } = finding;
  const about = [shareWords(finding), kindWords[kind]].filter((t) => t !== "").join(", ");
  return h(
    "div",
    { class: `tapelab-finding tapelab-finding-${kind}` },
    h(
      "div",
      { class: "tapelab-finding-head" },
      h("span", { class: "tapelab-badge tapelab-code" }, cause),
      h("span", { class: "tapelab-faint" }, about),
    ),
    isTitle ? "" : h("p", { class: "tapelab-finding-sentence" }, sentence),
    path.length > 0 ? drawPath(path, jump) : "",
    evidence.length > 0 ? drawEvidence(finding) : "",
    fix === "" ? "" : h("p", { class: "tapelab-fix" }, h("strong", {}, "To do "), fix),
  );
}
