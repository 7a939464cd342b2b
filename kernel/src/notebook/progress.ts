/**
 * A progress bar for loops. Loops inside of loops share one output: a line each while the outermost runs, with bars below each other, and the
 * outermost one's line at the end.
 */
import { element, escapeText } from "tapelab/view";
import { showBy } from "../main/display/describe.ts";
import { currentOwner, type Display, type DisplayHandle } from "../main/ownership/owner.ts";

export interface ProgressOptions {
  readonly label?: string;
  readonly total?: number;
}

type Items<T> = Iterable<T> | AsyncIterable<T>;

const everyMs = 250;
const width = 24;

/** The loops of each cell that run now, from the outermost in. */
const nests = new WeakMap<object, Progress<unknown>[]>();

/** Loops that no cell owns. */
const nobody = {};

function currentNest(): Progress<unknown>[] {
  const owner = currentOwner() ?? nobody;
  const nest = nests.get(owner) ?? [];
  nests.set(owner, nest);
  return nest;
}

function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const rate = (perSecond: number): string =>
  perSecond >= 100 ? `${Math.round(perSecond)}/s` : `${Number(perSecond.toPrecision(2))}/s`;

/** Iterates and shows how far it is, how fast, and how long it will take; the last state stays. */
export class Progress<T> implements Iterable<T>, AsyncIterable<T> {
  readonly #items: Items<T>;
  readonly #total: number | null;
  readonly #label: string;
  readonly #show: Display;
  #handle: DisplayHandle | null = null;
  #nest: Progress<unknown>[] = [];
  /** Of an outermost loop: it, and the latest loop of each depth in it, which stays while the next has not begun. */
  #levels: Progress<unknown>[] = [];
  #note = "";
  #done = 0;
  #began = 0;
  #ended: number | null = null;
  #shown = 0;

  constructor(items: Items<T>, { label = "", total }: ProgressOptions, show: Display) {
    this.#items = items;
    this.#label = label;
    this.#show = show;
    const known = items as { readonly length?: unknown; readonly size?: unknown };
    // as a cell's value, the bar is shown already
    showBy(this, () =>
      this.#began > 0 ? {} : { "text/plain": "progress: loop over it, and a bar shows how far it is" },
    );
    this.#total = total ?? [known.length, known.size].find((n): n is number => typeof n === "number") ?? null;
  }

  note(text: string): void {
    this.#note = text;
    this.#draw(false);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    if (!(Symbol.iterator in this.#items))
      throw new TypeError("progress: these items come asynchronously; loop over them with `for await`");
    this.#begin();
    try {
      for (const item of this.#items) {
        yield item;
        this.#step();
      }
    } finally {
      this.#end();
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<T> {
    this.#begin();
    try {
      for await (const item of this.#items) {
        yield item;
        this.#step();
      }
    } finally {
      this.#end();
    }
  }

  #begin(): void {
    this.#began = performance.now();
    this.#done = 0;
    this.#ended = null;
    this.#nest = currentNest();
    const depth = this.#nest.push(this) - 1;
    const outermost = this.#nest[0] ?? this;
    outermost.#levels = [...outermost.#levels.slice(0, depth), this];
    this.#draw(this.#isOutermost);
  }

  #step(): void {
    this.#done++;
    this.#draw(false);
  }

  #end(): void {
    this.#ended = performance.now();
    const outermost = this.#isOutermost;
    // what was inside and did not end has been left
    this.#nest.splice(this.#nest.indexOf(this));
    if (outermost) this.#present([this.#line]);
  }

  get #isOutermost(): boolean {
    return this.#nest[0] === (this as Progress<unknown>);
  }

  /** The outermost loop draws, so that there is one output and one clock. */
  #draw(force: boolean): void {
    const outermost = this.#nest[0];
    if (outermost === undefined) return;
    const now = performance.now();
    if (!force && now - outermost.#shown < everyMs) return;
    outermost.#shown = now;
    outermost.#present(outermost.#levels.map((p) => p.#line));
  }

  #present(lines: readonly Line[]): void {
    const bundle = { "text/html": htmlOf(lines), "text/plain": textOf(lines) };
    if (this.#handle === null) this.#handle = this.#show(bundle);
    else this.#handle.update(bundle);
  }

  get #line(): Line {
    const total = this.#total;
    const elapsed = (this.#ended ?? performance.now()) - this.#began;
    const count = total === null ? `${this.#done}` : `${this.#done} of ${total}`;
    const facts = [`${count} in ${duration(elapsed)}`];
    if (this.#done > 0 && elapsed > 0) facts.push(rate((this.#done / elapsed) * 1000));
    if (total !== null && this.#done > 0 && this.#done < total && this.#ended === null)
      facts.push(`${duration((elapsed / this.#done) * (total - this.#done))} left`);
    const said = `${facts.join(", ")}${this.#note === "" ? "" : ` · ${this.#note}`}`;
    return { label: this.#label, done: this.#done, total, isRunning: this.#ended === null, said };
  }
}

/** Progress of one loop. */
interface Line {
  readonly label: string;
  readonly done: number;
  /** `null` where it is not known. */
  readonly total: number | null;
  readonly isRunning: boolean;
  readonly said: string;
}

const left = { style: "text-align: left" };

function htmlOf(lines: readonly Line[]): string {
  const [only] = lines;
  if (lines.length === 1 && only !== undefined && !only.isRunning)
    return element("div", {}, escapeText([only.label, only.said].filter((text) => text !== "").join(" ")));
  const rows = lines.map(({ label, done, total, said }) => {
    const attributes = total === null ? {} : { value: done, max: Math.max(total, 1) };
    return element(
      "tr",
      {},
      element("td", left, escapeText(label)),
      element("td", left, element("progress", attributes, "")),
      element("td", left, escapeText(said)),
    );
  });
  return element("table", { class: "tapelab-progress" }, ...rows);
}

function textOf(lines: readonly Line[]): string {
  const isAlone = lines.length === 1;
  const widest = Math.max(...lines.map(({ label }) => label.length));
  const isBar = ({ total, isRunning }: Line): boolean => total !== null && (isRunning || !isAlone);
  return lines
    .map((line) => {
      const { label, done, total, said } = line;
      const filled = total === null ? 0 : total === 0 ? width : Math.round(Math.min(done / total, 1) * width);
      const bar = `[${"█".repeat(filled)}${"·".repeat(width - filled)}] `;
      const space = lines.some(isBar) ? " ".repeat(bar.length) : "";
      return `${widest === 0 ? "" : `${label.padEnd(widest)} `}${isBar(line) ? bar : space}${said}`;
    })
    .join("\n");
}
