/** A region of outputs below a cell, in which the output of each run of `interact` replaces that of the run before. */
import { type RegionMetadata, regionKey } from "tapelab/view";
import { showAs } from "../../main/display/describe.ts";
import {
  type Capture,
  type Display,
  type DisplayHandle,
  type Execution,
  runIn,
} from "../../main/execution/execution.ts";

const intervalMs = 60;
const nothing = { "text/plain": "" };

/** The output of one run, in order. */
export class RegionRun implements Capture {
  readonly #region: Region;
  readonly #items: unknown[] = [];
  #text: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #drawn = 0;

  constructor(region: Region) {
    this.#region = region;
  }

  write(text: string): void {
    if (this.#text === null) this.#items.push(null);
    this.#text = (this.#text ?? "") + text;
    this.#items[this.#items.length - 1] = { "text/plain": this.#text };
    this.#schedule();
  }

  show(value: unknown): DisplayHandle {
    this.#text = null;
    const at = this.#items.push(value) - 1;
    this.#schedule();
    const update = (next: unknown): void => {
      this.#items[at] = next;
      this.#schedule();
    };
    return showAs({ update }, {});
  }

  clear(): void {
    this.#text = null;
    this.#items.length = 0;
    this.#region.clearFrom(this, 0);
  }

  /** Draws at once if the last drawing is old enough, because timers do not fire while a run computes; else sets a timer. */
  #schedule(): void {
    if (performance.now() - this.#drawn > intervalMs) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), intervalMs);
  }

  #draw(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#drawn = performance.now();
    this.#region.draw(this, this.#items);
  }

  /** Draws the final output, and clears what is left of the run before. */
  end(): void {
    this.#draw();
    this.#region.clearFrom(this, this.#items.length);
  }
}

/** The outputs of a region. */
export class Region {
  readonly #execution: Execution;
  readonly #display: Display;
  readonly #handles: DisplayHandle[] = [];
  readonly #shown: unknown[] = [];
  /** Id that connects its outputs with its controls in a page that was reloaded. */
  readonly #id: string;
  #current: RegionRun | null = null;

  constructor(execution: Execution, display: Display, id: string) {
    this.#execution = execution;
    this.#display = display;
    this.#id = id;
  }

  /** Begins a run; output of older runs is discarded from now on. */
  begin(): RegionRun {
    this.#current = new RegionRun(this);
    return this.#current;
  }

  /** Shows the output of the latest run. */
  draw(run: RegionRun, items: readonly unknown[]): void {
    if (run !== this.#current) return;
    runIn(this.#execution, () => {
      items.forEach((item, i) => {
        if (this.#shown[i] === item) return;
        this.#shown[i] = item;
        const handle = this.#handles[i];
        const place: RegionMetadata = { region: this.#id, item: i };
        if (handle === undefined) this.#handles[i] = this.#display(item, { [regionKey]: place });
        else handle.update(item);
      });
    });
  }

  /** Clears the outputs from an index on, if the run is the latest. */
  clearFrom(run: RegionRun, from: number): void {
    if (run !== this.#current) return;
    runIn(this.#execution, () => {
      for (let i = from; i < this.#handles.length; i++) {
        if (this.#shown[i] !== nothing) this.#handles[i]?.update(nothing);
        this.#shown[i] = nothing;
      }
    });
  }
}
