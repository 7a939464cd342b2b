/** The section of the findings of the tape. */
import { type Finding, siteWords, type TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import type { PanelSection } from "../section.js";
import type { PanelSession, SessionEvent } from "../session.js";
import { absenceOf, rowButton, rowName, SectionView, sentence, widgetOf } from "./base.js";

/** A list of sentences; each leads to its row. */
class FindingsSection extends SectionView {
  constructor(session: PanelSession) {
    super(session);
    this.#draw();
  }

  protected override react(event: SessionEvent): void {
    if (event === "tape" || event === "kernel") this.#draw();
  }

  #draw(): void {
    const { tape } = this.session;
    if (tape === null) return this.replace(sentence(absenceOf(this.session)));
    const { findings, totals } = tape;
    if (findings.length === 0)
      return this.replace(sentence(`Nothing stands out in the ${totals.rows} ops of this tape.`));
    const rest = totals.findings - findings.length;
    this.replace(
      widgetOf(
        h("ol", { class: "tapelab-findings" }, ...findings.map((finding) => this.#drawFinding(tape, finding))),
        ...(rest > 0 ? [h("p", { class: "tapelab-faint" }, `… and ${rest} more`)] : []),
      ),
    );
  }

  #drawFinding(tape: TapeData, { row, text }: Finding): HTMLElement {
    const name = `row ${row + 1}, ${rowName(tape, row)}`;
    const at = siteWords(tape, row);
    return h(
      "li",
      {},
      rowButton(this.session, tape, row, name),
      h("span", { class: "tapelab-faint" }, ` ${at}`),
      h("p", { class: "tapelab-alarm" }, `▲ ${text}`),
    );
  }
}

export const findingsSection: PanelSection = {
  name: "findings",
  title: "Findings",
  about: "What deserves attention on the tape, in sentences that lead to their rows.",
  forFiles: true,
  draw: (session) => new FindingsSection(session),
};
