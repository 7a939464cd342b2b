/** The lines of a tape that are in the page: only those in sight. Scrolling keeps the nodes that stay in sight. */
import { h } from "../../dom.js";

/** First and last of some lines. */
export type LineRange = readonly [from: number, to: number];

/** Draws lines, by their indices. */
interface Draw {
  readonly line: (i: number) => HTMLElement;
  /** Draws the gutter beside some lines, in a piece for each range. */
  readonly gutter: (ranges: readonly LineRange[]) => readonly Element[];
}

/** Lines that are drawn above and below those in sight. */
const margin = 12;
/** Milliseconds until they are drawn after a jump. */
const marginDelay = 100;
/** Lines beside which a piece of the gutter is drawn. */
const pieceLength = 16;

/** The part of the stack of lines that is in the page. */
export class DrawnLines {
  readonly node: HTMLElement = h("div", { class: "tapelab-body", role: "rowgroup" });
  readonly #draw: Draw;
  readonly #gutter = h("div", { class: "tapelab-gutter", "aria-hidden": "true" });
  readonly #pieces = new Map<number, Element>();
  readonly #nodes = new Map<number, HTMLElement>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(draw: Draw) {
    this.#draw = draw;
    this.node.append(this.#gutter);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  /** Removes all lines. */
  clear(): void {
    drop(this.#nodes, () => true);
    drop(this.#pieces, () => true);
  }

  /** Draws the lines in sight of `count`, and some around them; `fresh` draws those anew that are in the page already. */
  paint([first, last]: LineRange, count: number, fresh: boolean): void {
    clearTimeout(this.#timer);
    // while a person drags the scroll bar, each frame has other lines, and those around them will not be seen
    const isJump = !fresh && !this.#nodes.has(first) && !this.#nodes.has(last);
    if (isJump) this.#timer = setTimeout(() => this.paint([first, last], count, false), marginDelay);
    const around = isJump ? 0 : margin;
    const [from, to] = [Math.max(first - around, 0), Math.min(last + around, count - 1)];
    this.#paintGutter([from, to], count, fresh);
    drop(this.#nodes, (i) => fresh || i < from || i > to);
    let before: Element = this.#gutter;
    for (let i = from; i <= to; i++) {
      const node = this.#nodes.get(i) ?? this.#draw.line(i);
      if (before.nextSibling !== node) before.after(node);
      this.#nodes.set(i, node);
      before = node;
    }
  }

  #paintGutter([from, to]: LineRange, count: number, fresh: boolean): void {
    const [first, last] = [Math.floor(from / pieceLength), Math.floor(to / pieceLength)];
    drop(this.#pieces, (i) => fresh || i < first || i > last);
    const missing: number[] = [];
    for (let i = first; i <= last; i++) if (!this.#pieces.has(i)) missing.push(i);
    const ranges = missing.map((i): LineRange => [i * pieceLength, Math.min((i + 1) * pieceLength, count) - 1]);
    this.#draw.gutter(ranges).forEach((piece, k) => {
      this.#pieces.set(missing[k] as number, piece);
      this.#gutter.append(piece);
    });
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

/** Removes the nodes for whose index `isOld` returns true. */
function drop(nodes: Map<number, Element>, isOld: (i: number) => boolean): void {
  for (const [i, node] of nodes)
    if (isOld(i)) {
      node.remove();
      nodes.delete(i);
    }
}
