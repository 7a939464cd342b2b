/** The details of opened rows, which are kept while the row is open, as typesetting takes long. */

/** Nodes by row; each is drawn when it is first asked for. */
export class OpenedDetails {
  readonly #nodes = new Map<number, HTMLElement>();
  /** Notices details that grow or shrink, as when a formula has been typeset. */
  readonly #sizes: ResizeObserver;

  constructor(resized: () => void) {
    this.#sizes = new ResizeObserver(resized);
  }

  /** Returns the details of a row, which `draw` makes. */
  of(row: number, draw: () => HTMLElement): HTMLElement {
    const known = this.#nodes.get(row);
    if (known !== undefined) return known;
    const node = draw();
    this.#nodes.set(row, node);
    this.#sizes.observe(node);
    return node;
  }

  /** Drops the details of a closed row. */
  drop(row: number): void {
    const node = this.#nodes.get(row);
    if (node !== undefined) this.#sizes.unobserve(node);
    this.#nodes.delete(row);
  }

  /** Drops all details. */
  clear(): void {
    this.#sizes.disconnect();
    this.#nodes.clear();
  }

  /** All details that have been drawn. */
  get all(): Iterable<HTMLElement> {
    return this.#nodes.values();
  }
}
