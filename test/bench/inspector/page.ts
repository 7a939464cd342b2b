/** A page that shows a tape, and the figures of it. */
import type { CDPSession, Locator, Page } from "playwright-core";

/** Returns the text of a notebook with one cell. */
export const notebookOf = (source: string): string =>
  JSON.stringify({
    cells: [{ cell_type: "code", id: "cell-0", metadata: {}, source, outputs: [], execution_count: null }],
    metadata: { kernelspec: { name: "tapelab", display_name: "TypeScript (Tapelab)", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  });

const searches = ["op:tanh", "tanh", "grad:nan", "value:>1e3", "row:50000-50010", "scope:*9 -op:mul", ""] as const;

/** A page with a tape in one of its parts. */
export class PanelPage {
  readonly page: Page;
  readonly #selector: string;
  #devtools: CDPSession | null = null;
  #ended = 0;

  /** `selector` is that of the panel, or of the document. */
  constructor(page: Page, selector: string) {
    this.page = page;
    this.#selector = selector;
  }

  get #part(): Locator {
    return this.page.locator(this.#selector);
  }

  /** Returns the memory of the page's JavaScript in MB, after a garbage collection. */
  async heap(): Promise<number> {
    this.#devtools ??= await this.page.context().newCDPSession(this.page);
    await this.#devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = (await this.#devtools.send("Runtime.getHeapUsage")) as { usedSize: number };
    return usedSize / 1e6;
  }

  /** Opens the inspector's panel beside a notebook, when its kernel is idle. */
  async openPanel(): Promise<void> {
    await this.page.getByText("TypeScript (Tapelab) | Idle").waitFor({ timeout: 60_000 });
    await this.page.keyboard.press("Control+Shift+KeyC");
    await this.page.locator(".lm-CommandPalette-input").fill("Show the Inspector");
    await this.page.locator(".lm-CommandPalette-item", { hasText: "Show the Inspector" }).first().click();
    await this.#part.getByRole("tablist").waitFor();
  }

  /** Runs the cell of the notebook, and returns the milliseconds until its end. */
  async runCell(): Promise<number> {
    await this.page.locator(".jp-Notebook .cm-content").first().click();
    const began = performance.now();
    await this.page.keyboard.press("Control+Enter");
    await this.page.locator(".jp-InputArea-prompt").getByText("[1]:").waitFor({ timeout: 120_000 });
    this.#ended = performance.now();
    return this.#ended - began;
  }

  /** Waits for the first line of the tape, and returns the milliseconds since the end of the cell. */
  async firstLine(): Promise<number> {
    await this.#part.locator(".tapelab-line").first().waitFor({ timeout: 120_000 });
    return Math.max(performance.now() - this.#ended, 0);
  }

  /** Loads all rows from the kernel, and returns the milliseconds until they are drawn. */
  async loadAll(): Promise<number> {
    const button = this.#part.getByRole("button", { name: /^Load all/ });
    if (!(await button.isVisible())) return 0;
    const began = performance.now();
    await button.click();
    await button.waitFor({ state: "hidden", timeout: 240_000 });
    return performance.now() - began;
  }

  /** Returns the milliseconds of the last drawing of a tape, from its data to its lines in the page. */
  async lastPaint(): Promise<string> {
    const all = await this.page.evaluate(() =>
      performance.getEntriesByName("tapelab:tape-drawn").map(({ duration }) => duration),
    );
    return (all.at(-1) ?? Number.NaN).toFixed(0);
  }

  /** Returns lines with the figures of scrolling, searches and memory; `before` is the memory of the page without a tape. */
  async figures(before: number): Promise<string[]> {
    const lines = await this.#part.getByRole("treegrid").getAttribute("aria-rowcount");
    const { mean, slow } = await this.#scroll();
    const times: string[] = [];
    for (const text of searches)
      times.push(`${text === "" ? "(none)" : text} ${(await this.#search(text)).toFixed(0)} ms`);
    const used = (await this.heap()) - before;
    return [
      `  ${lines} lines`,
      `  scrolling ${mean.toFixed(0)} frames a second, 95 % of the frames below ${slow.toFixed(0)} ms`,
      `  search: ${times.join(", ")}`,
      `  memory of the page: ${used.toFixed(0)} MB more than without the tape`,
    ];
  }

  #scroll(): Promise<{ readonly mean: number; readonly slow: number }> {
    return this.#part.locator(".tapelab-scroller").evaluate(async (box) => {
      const frames: number[] = [];
      let last = performance.now();
      for (let i = 0; i < 240; i++) {
        box.scrollTop += i < 120 ? 180 : 25_000;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      frames.shift();
      const mean = frames.reduce((a, b) => a + b, 0) / frames.length;
      return { mean: 1000 / mean, slow: frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? 0 };
    });
  }

  /** Types a search, and returns the milliseconds until its lines are in the page. */
  #search(query: string): Promise<number> {
    return this.#part.locator(".tapelab-search-input").evaluate(async (input, text) => {
      const start = performance.now();
      (input as HTMLInputElement).value = text;
      input.dispatchEvent(new Event("input"));
      const done = performance.now() - start;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return done;
    }, query);
  }
}
