/** The lines of a tape that are in the page: only those in sight. Scrolling keeps the nodes that stay in sight. */
import { h } from "../../dom.js";

/** Draws a line, by its index. */
type DrawLine = (i: number) => HTMLElement;

/** The part of the stack of lines that is in the page. */
export class DrawnLines {
  readonly node: HTMLElement = h("div", { class: "tapelab-body", role: "rowgroup" });
  readonly #nodes = new Map<number, HTMLElement>();
  #gutter: Element | null = null;

  /** Draws the lines `from` to `to` below the gutter; `fresh` draws those anew that are in the page already. */
  paint([from, to]: readonly [from: number, to: number], gutter: Element, draw: DrawLine, fresh: boolean): void {
    for (const [i, node] of this.#nodes)
      if (fresh || i < from || i > to) {
        node.remove();
        this.#nodes.delete(i);
      }
    this.#gutter?.remove();
    this.#gutter = gutter;
    this.node.prepend(gutter);
    let last = gutter;
    for (let i = from; i <= to; i++) {
      const node = this.#nodes.get(i) ?? draw(i);
      if (last.nextSibling !== node) last.after(node);
      this.#nodes.set(i, node);
      last = node;
    }
  }

  /** Calls `measured` with the height of each line's details, by the index of the line. Returns whether one of the calls did. */
  measure(measured: (i: number, height: number) => boolean): boolean {
    let changed = false;
    for (const [i, node] of this.#nodes) {
      const height = node.querySelector<HTMLElement>(".tapelab-detail")?.offsetHeight ?? 0;
      if (height > 0) changed = measured(i, height) || changed;
    }
    return changed;
  }
}
