/** A place below a cell whose contents are replaced: what a run prints and shows takes the place of what the run before did. */
import { type RegionMetadata, regionKey } from "tapelab/view";
import { showAs } from "../../main/display/describe.ts";
import { type Capture, type Display, type DisplayHandle, type OutputOwner, owned } from "../../main/ownership/owner.ts";

const everyMs = 60;
const nothing = { "text/plain": "" };

/** One run's output, in order. */
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
    this.#later();
  }

  show(value: unknown): DisplayHandle {
    this.#text = null;
    const at = this.#items.push(value) - 1;
    this.#later();
    const update = (next: unknown): void => {
      this.#items[at] = next;
      this.#later();
    };
    return showAs({ update }, {});
  }

  clear(): void {
    this.#text = null;
    this.#items.length = 0;
    this.#region.clearFrom(this, 0);
  }

  /** A run that computes has no timer that fires, so it draws itself from time to time. */
  #later(): void {
    if (performance.now() - this.#drawn > everyMs) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), everyMs);
  }

  #draw(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#drawn = performance.now();
    this.#region.draw(this, this.#items);
  }

  /** Nothing of the run before is left. */
  end(): void {
    this.#draw();
    this.#region.clearFrom(this, this.#items.length);
  }
}

export class Region {
  readonly #owner: OutputOwner;
  readonly #display: Display;
  readonly #handles: DisplayHandle[] = [];
  readonly #shown: unknown[] = [];
  /** Its name, by which its outputs are found in a page that was opened anew. */
  readonly #id: string;
  #current: RegionRun | null = null;

  constructor(owner: OutputOwner, display: Display, id: string) {
    this.#owner = owner;
    this.#display = display;
    this.#id = id;
  }

  /** A new run; what an older one still writes goes nowhere. */
  begin(): RegionRun {
    this.#current = new RegionRun(this);
    return this.#current;
  }

  draw(run: RegionRun, items: readonly unknown[]): void {
    if (run !== this.#current) return;
    owned(this.#owner, () => {
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

  clearFrom(run: RegionRun, from: number): void {
    if (run !== this.#current) return;
    owned(this.#owner, () => {
      for (let i = from; i < this.#handles.length; i++) {
        if (this.#shown[i] !== nothing) this.#handles[i]?.update(nothing);
        this.#shown[i] = nothing;
      }
    });
  }
}
