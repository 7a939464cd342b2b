/** The tooltip of an annotation: its facts, and the tensor as a small view, if it is still alive. */

import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { type LineNote, noteFacts, type TensorData, tensorOutput } from "tapelab/view";
import { h } from "../../dom.ts";
import { TensorView } from "../../render/tensor/view.ts";

/** Milliseconds that the pointer rests on a note before its tooltip opens, and after it has left before the tooltip closes. */
const [openMs, closeMs] = [300, 200];

/** A tooltip, of which there is one at a time. */
export class NoteTooltip {
  readonly #tensorOf: (element: HTMLElement) => Promise<TensorData | null>;
  #node: HTMLElement | null = null;
  #view: TensorView | null = null;
  #for: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Creates the tooltip; `tensorOf` returns the tensor of a note that the page shows. */
  constructor(tensorOf: (element: HTMLElement) => Promise<TensorData | null>) {
    this.#tensorOf = tensorOf;
  }

  /** Opens the tooltip of a note soon. */
  enter(element: HTMLElement, note: LineNote): void {
    if (this.#for === element) return this.#cancel();
    this.close();
    this.#for = element;
    this.#after(openMs, () => void this.#open(element, note));
  }

  /** Closes the tooltip soon. */
  leave(): void {
    this.#after(closeMs, () => this.close());
  }

  close(): void {
    this.#cancel();
    this.#view?.dispose();
    this.#node?.remove();
    this.#view = null;
    this.#node = null;
    this.#for = null;
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #after(ms: number, act: () => void): void {
    this.#cancel();
    this.#timer = setTimeout(act, ms);
  }

  async #open(element: HTMLElement, note: LineNote): Promise<void> {
    const words = h("p", { class: "tapelab-faint" }, "asking the kernel …");
    const node = h(
      "div",
      { class: "tapelab-note-tip jp-ThemedContainer", role: "tooltip" },
      h("ul", {}, ...noteFacts(note).map((fact) => h("li", {}, fact))),
      words,
    );
    this.#node = node;
    node.addEventListener("pointerenter", () => this.#cancel());
    node.addEventListener("pointerleave", () => this.leave());
    document.body.append(node);
    this.#place(element, node);
    const tensor = await this.#tensorOf(element);
    if (this.#node !== node) return;
    if (tensor === null) {
      words.textContent = "The tensor is no longer in memory; these are the statistics that were taken.";
      return;
    }
    words.textContent = "A click opens the op in its tape.";
    const view = new TensorView({ jump: null, code: null, link: null, latex: null });
    this.#view = view;
    Widget.attach(view, node);
    await view.renderModel({ data: { [tensorOutput.mime]: tensor } } as unknown as IRenderMime.IMimeModel);
    this.#place(element, node);
  }

  /** Places the tooltip below the note, or above it where there is no room. */
  #place(element: HTMLElement, node: HTMLElement): void {
    const { left, top, bottom } = element.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = node;
    node.style.left = `${Math.max(4, Math.min(left, innerWidth - offsetWidth - 8))}px`;
    const isBelow = bottom + offsetHeight + 8 < innerHeight || top < offsetHeight;
    node.style.top = `${isBelow ? bottom + 4 : top - offsetHeight - 4}px`;
  }
}
