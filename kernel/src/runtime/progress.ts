/** A progress bar for loops. */

interface Handle {
  update(value: unknown): void;
}

export interface ProgressOptions {
  readonly label?: string;
  readonly total?: number;
}

const everyMs = 250;
const width = 24;

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const seconds = (ms: number): string => (ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

/** Iterates and shows how far it is; the last state stays. */
export class Progress<T> implements Iterable<T> {
  readonly #items: Iterable<T>;
  readonly #total: number | null;
  readonly #label: string;
  readonly #show: (bundle: unknown) => Handle;
  #handle: Handle | null = null;
  #note = "";
  #done = 0;
  #began = 0;
  #shown = 0;

  constructor(items: Iterable<T>, { label = "", total }: ProgressOptions, show: (bundle: unknown) => Handle) {
    this.#items = items;
    this.#label = label;
    this.#show = show;
    const known = items as { readonly length?: unknown; readonly size?: unknown };
    this.#total = total ?? [known.length, known.size].find((n): n is number => typeof n === "number") ?? null;
  }

  note(text: string): void {
    this.#note = text;
    this.#draw(false);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    this.#began = performance.now();
    this.#draw(true);
    try {
      for (const item of this.#items) {
        yield item;
        this.#done++;
        this.#draw(false);
      }
    } finally {
      this.#draw(true);
    }
  }

  #draw(force: boolean): void {
    const now = performance.now();
    if (!force && now - this.#shown < everyMs) return;
    this.#shown = now;
    const bundle = this.#bundle(now - this.#began);
    if (this.#handle === null) this.#handle = this.#show(bundle);
    else this.#handle.update(bundle);
  }

  #bundle(elapsed: number): object {
    const total = this.#total;
    const share = total === null ? 0 : total === 0 ? 1 : this.#done / total;
    const count = total === null ? `${this.#done}` : `${this.#done} of ${total}`;
    const left =
      total !== null && this.#done > 0 && this.#done < total
        ? `, ${seconds((elapsed / this.#done) * (total - this.#done))} left`
        : "";
    const facts = `${count} in ${seconds(elapsed)}${left}`;
    const filled = Math.round(share * width);
    const bar = total === null ? "" : `[${"█".repeat(filled)}${"·".repeat(width - filled)}] `;
    const label = this.#label === "" ? "" : `${this.#label} `;
    const note = this.#note === "" ? "" : `  ${this.#note}`;
    const attributes = total === null ? "" : ` value="${this.#done}" max="${Math.max(total, 1)}"`;
    return {
      "text/html": `<div>${escapeHtml(label)}<progress${attributes}></progress> ${escapeHtml(facts)}${escapeHtml(note)}</div>`,
      "text/plain": `${label}${bar}${facts}${note}`,
    };
  }
}
