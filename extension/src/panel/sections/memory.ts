/** The section of memory: what the tape has saved for its gradients, by operation, and, on request, everything that the kernel holds. */

import type { Widget } from "@lumino/widgets";
import { formatBytes, memoryOutput, type TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import { MemoryView } from "../../render/memory/view.js";
import { shareBar } from "../../render/shared/bars.js";
import type { PanelSection } from "../section.js";
import type { PanelSession, SessionEvent } from "../session.js";
import { absenceOf, rowButton, SectionView, sentence, showIn, widgetOf } from "./base.js";

/** Operations in the list. */
const maxListed = 100;

/** The saved tensors of the tape, and a button that measures the kernel. */
class MemorySection extends SectionView {
  #report: Widget | null = null;

  constructor(session: PanelSession) {
    super(session);
    this.#draw();
  }

  protected override react(event: SessionEvent): void {
    if (event === "tape" || event === "kernel") this.#draw();
  }

  #draw(): void {
    const { tape, kernel } = this.session;
    const saved = tape === null ? sentence(absenceOf(this.session)) : widgetOf(...this.#drawSaved(tape));
    const parts = kernel.absence === null ? [widgetOf(this.#drawButton())] : [];
    this.replace(...parts, ...(this.#report === null ? [] : [this.#report]), saved);
  }

  /** The measurement collects garbage, so it runs only when a person asks for it. */
  #drawButton(): HTMLElement {
    const button = h("button", { type: "button", class: "tapelab-button" }, "Measure the memory of the kernel");
    const status = h("span", { class: "tapelab-alarm", role: "status" });
    button.addEventListener("click", () => {
      button.disabled = true;
      this.session.kernel.ask({ kind: "memory" }).then(
        (answer) => {
          if (this.isDisposed || answer.kind !== "memory") return;
          this.#report = showIn(new MemoryView(this.session.context), memoryOutput.mime, answer.data);
          this.#draw();
        },
        (error: Error) => {
          button.disabled = false;
          status.textContent = ` ${error.message}`;
        },
      );
    });
    return h("p", {}, button, status);
  }

  #drawSaved(tape: TapeData): HTMLElement[] {
    const rows = tape.rows.saved.map((bytes, row) => ({ row, bytes })).filter(({ bytes }) => bytes > 0);
    rows.sort((a, b) => b.bytes - a.bytes);
    const total = tape.totals.savedBytes;
    const items = rows
      .slice(0, maxListed)
      .map(({ row, bytes }) =>
        h(
          "li",
          {},
          rowButton(this.session, tape, row),
          h("span", { class: "tapelab-number" }, formatBytes(bytes)),
          shareBar(bytes, total, false),
        ),
      );
    return [
      h("h3", {}, `Kept for gradients: ${formatBytes(total)}`),
      h("ol", { class: "tapelab-norms" }, ...items),
      ...(rows.length > maxListed ? [h("p", { class: "tapelab-faint" }, `… and ${rows.length - maxListed} more`)] : []),
    ];
  }
}

export const memorySection: PanelSection = {
  name: "memory",
  title: "Memory",
  about: "The tensors that operations keep for their gradients; a button measures what the kernel holds.",
  forFiles: true,
  draw: (session) => new MemorySection(session),
};
