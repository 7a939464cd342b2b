/** The section of the gradients: of the leaves of the tape from the kernel, and of the operations from the tape itself. */
import { gradientsOutput, normPosition, summaryAt, type TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import { GradientsView } from "../../render/gradients/view.js";
import { normBar } from "../../render/shared/bars.js";
import type { PanelSection } from "../section.js";
import type { PanelSession, SessionEvent } from "../session.js";
import { absenceOf, rowButton, SectionView, sentence, showIn, widgetOf } from "./base.js";

/** Operations in the list of gradients. */
const maxListed = 200;

/** The table of the leaves, or a list of the operations. */
class GradientsSection extends SectionView {
  readonly #view: GradientsView;

  constructor(session: PanelSession) {
    super(session);
    this.#view = this.keep(new GradientsView(session.context));
    void this.#draw();
  }

  protected override react(event: SessionEvent): void {
    if (event === "tape" || event === "kernel") void this.#draw();
  }

  async #draw(): Promise<void> {
    const { tape, current, kernel } = this.session;
    if (tape === null) return this.replace(sentence(absenceOf(this.session)));
    const id = current?.id ?? null;
    const answer = id === null ? null : await kernel.ask({ kind: "gradients", id }).catch(() => null);
    if (this.isDisposed || tape !== this.session.tape) return;
    if (answer?.kind === "gradients") return this.replace(showIn(this.#view, gradientsOutput.mime, answer.data));
    this.replace(widgetOf(...this.#drawRows(tape)));
  }

  /** Draws the gradients that arrive at the operations, the largest first; those that are not finite before them. */
  #drawRows(tape: TapeData): HTMLElement[] {
    const norms = tape.rows.op.flatMap((_, row) => {
      const summary = summaryAt(tape.rows.gradient, row);
      return summary === null ? [] : [{ row, norm: summary.norm, alarm: summary.nan + summary.inf > 0 }];
    });
    if (norms.length === 0)
      return [h("p", { class: "tapelab-faint" }, "The tape has no gradients: backward had not run.")];
    const sorted = norms.sort(
      (a, b) => Number(b.alarm) - Number(a.alarm) || normPosition(b.norm) - normPosition(a.norm),
    );
    const items = sorted
      .slice(0, maxListed)
      .map(({ row, norm, alarm }) => h("li", {}, rowButton(this.session, tape, row), normBar(norm, alarm)));
    return [
      h("h3", {}, "Gradients that arrive at the operations"),
      h("ol", { class: "tapelab-norms" }, ...items),
      ...(sorted.length > maxListed
        ? [h("p", { class: "tapelab-faint" }, `… and ${sorted.length - maxListed} more`)]
        : []),
    ];
  }
}

export const gradientsSection: PanelSection = {
  name: "gradients",
  title: "Gradients",
  about: "The gradients of parameters and other leaves; without a kernel, those of the operations.",
  forFiles: true,
  draw: (session) => new GradientsSection(session),
};
