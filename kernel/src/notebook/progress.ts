/**
 * Progress bars for loops. Nested loops share one output, with a line for each while the outermost loop runs, and the line of the outermost loop
 * at the end.
 */
import { element, escapeText } from "tapelab/view";
import { showBy } from "../main/display/describe.ts";
import { currentExecution, type Display, type DisplayHandle } from "../main/execution/execution.ts";

/** Options of `progress`. */
export interface ProgressOptions {
  readonly label?: string;
  readonly total?: number;
}

type Items<T> = Iterable<T> | AsyncIterable<T>;

const intervalMs = 250;
const width = 24;

/** The running loops of each execution, the outermost first. */
const nests = new WeakMap<object, Progress<unknown>[]>();

/** Key for loops that belong to no execution. */
const unowned = {};

function currentNest(): Progress<unknown>[] {
  const execution = currentExecution() ?? unowned;
  const nest = nests.get(execution) ?? [];
  nests.set(execution, nest);
  return nest;
}

function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const rate = (perSecond: number): string =>
  perSecond >= 100 ? `${Math.round(perSecond)}/s` : `${Number(perSecond.toPrecision(2))}/s`;

/** An iterable that shows how many of its items are done, the rate, and the remaining time; its last state stays visible. */
export class Progress<T> implements Iterable<T>, AsyncIterable<T> {
  readonly #items: Items<T>;
  readonly #total: number | null;
  readonly #label: string;
  readonly #display: Display;
  #handle: DisplayHandle | null = null;
  #nest: Progress<unknown>[] = [];
  /** Lines of an outermost loop: itself, and the latest loop of each depth inside of it, which stays until the next one begins. */
  #levels: Progress<unknown>[] = [];
  #note = "";
  #done = 0;
  #began = 0;
  #ended: number | null = null;
  #shown = 0;

  constructor(items: Items<T>, { label = "", total }: ProgressOptions, display: Display) {
    this.#items = items;
    this.#label = label;
    this.#display = display;
    const known = items as { readonly length?: unknown; readonly size?: unknown };
    // when it is the result of a cell, its bar is already visible
    showBy(this, () =>
      this.#began > 0 ? {} : { "text/plain": "progress: loop over it, and a bar shows how far it is" },
    );
    this.#total = total ?? [known.length, known.size].find((n): n is number => typeof n === "number") ?? null;
  }

  /** Shows a text behind the bar. */
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
    // also removes inner loops that were left without an end
    this.#nest.splice(this.#nest.indexOf(this));
    if (outermost) this.#show([this.#line]);
  }

  get #isOutermost(): boolean {
    return this.#nest[0] === (this as Progress<unknown>);
  }

  /** Updates the output, at most every 250 ms unless forced. The outermost loop draws, because the output is its own. */
  #draw(force: boolean): void {
    const outermost = this.#nest[0];
    if (outermost === undefined) return;
    const now = performance.now();
    if (!force && now - outermost.#shown < intervalMs) return;
    outermost.#shown = now;
    outermost.#show(outermost.#levels.map((p) => p.#line));
  }

  #show(lines: readonly Line[]): void {
    const bundle = { "text/html": htmlOf(lines), "text/plain": textOf(lines) };
    if (this.#handle === null) this.#handle = this.#display(bundle);
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
    const text = `${facts.join(", ")}${this.#note === "" ? "" : ` · ${this.#note}`}`;
    return { label: this.#label, done: this.#done, total, isRunning: this.#ended === null, text };
  }
}

/** The state of one loop. */
interface Line {
  readonly label: string;
  readonly done: number;
  /** Number of items; `null` where it is not known. */
  readonly total: number | null;
  readonly isRunning: boolean;
  readonly text: string;
}

const left = { style: "text-align: left" };

function htmlOf(lines: readonly Line[]): string {
  const [only] = lines;
  if (lines.length === 1 && only !== undefined && !only.isRunning)
    return element("div", {}, escapeText([only.label, only.text].filter((part) => part !== "").join(" ")));
  const rows = lines.map(({ label, done, total, text }) => {
    const attributes = total === null ? {} : { value: done, max: Math.max(total, 1) };
    return element(
      "tr",
      {},
      element("td", left, escapeText(label)),
      element("td", left, element("progress", attributes, "")),
      element("td", left, escapeText(text)),
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
      const { label, done, total, text } = line;
      const filled = total === null ? 0 : total === 0 ? width : Math.round(Math.min(done / total, 1) * width);
      const bar = `[${"█".repeat(filled)}${"·".repeat(width - filled)}] `;
      const space = lines.some(isBar) ? " ".repeat(bar.length) : "";
      return `${widest === 0 ? "" : `${label.padEnd(widest)} `}${isBar(line) ? bar : space}${text}`;
    })
    .join("\n");
}
