/** Opens notebooks in JupyterLab, and works in them as a person does. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { openNotebook, type PageSize } from "./browser.ts";
import { type FileCopy, type Lab, type PrepareLab, startLab } from "./lab.ts";
import { clear, type Place, sharedBrowser, sharedPlace } from "./shared.ts";

/** A code cell of a notebook file. */
export interface CellSource {
  readonly source: string;
  readonly outputs?: readonly object[];
  readonly count?: number | null;
}

/** Returns the text of a notebook file, whose cells have the ids `cell-0`, `cell-1`, …. */
export const notebookText = (cells: readonly (string | CellSource)[]): string =>
  JSON.stringify({
    cells: cells
      .map((cell) => (typeof cell === "string" ? { source: cell } : cell))
      .map(({ source, outputs = [], count = null }, i) => ({
        cell_type: "code",
        id: `cell-${i}`,
        metadata: {},
        source,
        outputs,
        execution_count: count,
      })),
    metadata: { kernelspec: { name: "tapelab", display_name: "TypeScript (Tapelab)", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  });

/** Returns the text of a notebook file with a cell for each output, which has the name of the output as its code. */
export const notebookOfOutputs = (outputs: Readonly<Record<string, object>>): string =>
  notebookText(
    Object.entries(outputs).map(([source, data], i) => ({
      source,
      count: i + 1,
      outputs: [{ output_type: "execute_result", execution_count: i + 1, metadata: {}, data }],
    })),
  );

/** Returns the code of a line of an editor, without the annotation behind it. */
export const codeOf = (line: Element): string => {
  const code = line.cloneNode(true) as Element;
  for (const note of code.querySelectorAll(".tapelab-note")) note.remove();
  return code.textContent ?? "";
};

/** Returns the code of the line that has the selection; `null` for none. */
export async function selectedLine(page: Page): Promise<string | null> {
  const line = await page.evaluateHandle(() => document.getSelection()?.anchorNode?.parentElement?.closest(".cm-line"));
  const element = line.asElement();
  return element === null ? null : element.evaluate(codeOf);
}

/** A notebook in a page. */
export class Notebook {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  cell(n: number): Locator {
    return this.page.locator(".jp-Notebook .jp-CodeCell").nth(n);
  }

  editor(n: number): Locator {
    return this.cell(n).locator(".cm-content");
  }

  prompt(n: number): Locator {
    return this.cell(n).locator(".jp-InputArea-prompt");
  }

  output(n: number): Locator {
    return this.cell(n).locator(".jp-Cell-outputArea");
  }

  /** Waits until the kernel is idle. */
  idle(): Promise<void> {
    return this.page.getByText("TypeScript (Tapelab) | Idle").waitFor();
  }

  /** Waits until a cell has an execution count. */
  done(n: number, count: number): Promise<void> {
    return this.prompt(n).getByText(`[${count}]:`).waitFor();
  }

  /** Runs a command by its label in the palette; `item` is the text of its line there, where that of another command has the label in it. */
  async command(label: string, item: string | RegExp = label): Promise<void> {
    const search = this.page.locator(".lm-CommandPalette-input");
    // a page that has just opened can miss the keys
    await expect
      .poll(async () => {
        await this.page.keyboard.press("Escape");
        await this.page.keyboard.press("Control+Shift+KeyC");
        return search.waitFor({ timeout: 2000 }).then(
          () => true,
          () => false,
        );
      })
      .toBe(true);
    await search.fill(label);
    // matched letters are marked: without a mark the list is still the one from before, whose lines get other commands
    const items = this.page.locator(".lm-CommandPalette-item:has(mark)", { hasText: item });
    await items.first().click();
  }

  /** Chooses JupyterLab's theme, and waits until the page has it. */
  async setTheme(name: "Light" | "Dark"): Promise<void> {
    await this.command(`Theme: JupyterLab ${name}`, new RegExp(`^(Use )?Theme: JupyterLab ${name}$`));
    await this.page.waitForFunction(
      (light) => document.body.dataset["jpThemeLight"] === light,
      String(name === "Light"),
    );
  }

  /** Saves the notebook, and waits until the server has it. */
  async save(): Promise<void> {
    const stored = this.page.waitForResponse(
      (response) => response.request().method() === "PUT" && response.url().includes("/api/contents/"),
    );
    await Promise.all([stored, this.command("Save Notebook")]);
  }

  /** Puts the cursor at the end of a cell, types, and runs it. */
  async run(n: number, typed = ""): Promise<void> {
    await this.editor(n).click();
    await this.page.keyboard.press("Control+End");
    if (typed !== "") await this.page.keyboard.type(typed);
    await this.page.keyboard.press("Shift+Enter");
  }

  /** Moves the pointer to a word of a cell's code, from outside of the editor. */
  async pointAt(n: number, word: string): Promise<void> {
    const { x, y } = await this.placeOf(n, word);
    await this.page.mouse.move(1, 1);
    await this.page.mouse.move(x, y);
  }

  /** Returns the centre of a word of a cell's code. */
  placeOf(n: number, word: string): Promise<{ readonly x: number; readonly y: number }> {
    return this.editor(n).evaluate((editor, text) => {
      const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.textContent?.indexOf(text) ?? -1;
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + text.length);
        const box = range.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
      throw new Error(`the cell has no "${text}"`);
    }, word);
  }

  /** Counts the messages of a type that the page sends to its kernel from now on. */
  countSent(type: string): Promise<() => number> {
    return this.#count("Network.webSocketFrameSent", type);
  }

  /** Counts the replies of a type that the page receives from now on. */
  countReplies(type: string): Promise<() => number> {
    return this.#count("Network.webSocketFrameReceived", type);
  }

  async #count(
    event: "Network.webSocketFrameSent" | "Network.webSocketFrameReceived",
    type: string,
  ): Promise<() => number> {
    const devtools = await this.page.context().newCDPSession(this.page);
    let count = 0;
    devtools.on(event, ({ response }) => {
      if (Buffer.from(response.payloadData, response.opcode === 2 ? "base64" : "utf8").includes(type)) count++;
    });
    await devtools.send("Network.enable");
    return () => count;
  }

  async restartKernel(): Promise<void> {
    await this.command("Restart Kernel…");
    // until the server has restarted it, the page may show the state from before
    const restarted = this.page.waitForResponse((response) => /\/api\/kernels\/[^/]+\/restart/.test(response.url()));
    await Promise.all([restarted, this.page.locator(".jp-Dialog button", { hasText: "Restart" }).click()]);
    await this.idle();
  }
}

/** Options of opening a notebook. */
export interface OpenOptions {
  /** Whether all cells are run; true by default. */
  readonly run?: boolean;
  readonly width?: number;
}

/** JupyterLab and a browser for the tests of a file. Each test begins without kernels, pages, changed settings and workspaces. */
export interface Workplace {
  readonly lab: Lab;
  readonly browser: BrowserContext;
  /** Opens a new notebook with the cells. */
  open(name: string, cells: readonly (string | CellSource)[], options?: OpenOptions): Promise<Notebook>;
  /** Opens a file of the server's folder. */
  openFile(path: string, size?: PageSize): Promise<Notebook>;
  /** Opens a saved notebook as one that somebody else has sent, whose outputs are not trusted. */
  openReceived(path: string, text: string): Promise<Notebook>;
}

/** Options of a file's JupyterLab. */
export interface WorkplaceOptions {
  /** Gives the file a server of its own, with what this function says. By default it is that of the other files, with an empty folder. */
  readonly prepare?: PrepareLab;
  /** Whether pages and kernels stay from one test of the file to the next; false by default. */
  readonly keepsPages?: boolean;
}

/** Starts a server that only one file uses. */
async function ownPlace(files: readonly FileCopy[], prepare: PrepareLab): Promise<Place> {
  const [lab, browser] = await Promise.all([startLab(files, prepare, inject("shared")), sharedBrowser()]);
  return { lab, browser };
}

/** Gets JupyterLab and a browser for the tests of a file, and cleans up behind them. */
export function useJupyterLab(
  files: readonly FileCopy[] = [],
  { prepare, keepsPages = false }: WorkplaceOptions = {},
): Workplace {
  let place: Place | null = null;
  beforeAll(
    async () => {
      place = await (prepare === undefined ? sharedPlace(files) : ownPlace(files, prepare));
    },
    // it may install packages
    prepare === undefined ? undefined : 900_000,
  );
  const clearPlace = async (): Promise<void> => {
    if (place !== null) await clear(place);
  };
  if (!keepsPages) afterEach(clearPlace);
  afterAll(async () => {
    await clearPlace();
    if (prepare !== undefined) await place?.lab.stop();
  });
  const started = (): Place => {
    if (place === null) throw new Error("useJupyterLab: JupyterLab and the browser start before the first test");
    return place;
  };
  return {
    get lab() {
      return started().lab;
    },
    get browser() {
      return started().browser;
    },
    async openFile(path, size) {
      return new Notebook(await openNotebook(this.browser, this.lab, path, size));
    },
    async openReceived(path, text) {
      const { metadata, ...rest } = JSON.parse(text) as { readonly metadata: object };
      // the server has signed the text that it saved, whatever the file's name
      writeFileSync(
        join(this.lab.folder, path),
        JSON.stringify({ ...rest, metadata: { ...metadata, received: true } }),
      );
      const notebook = await this.openFile(path);
      const trust = notebook.page.locator(".jp-StatusItem-trust");
      await expect.poll(() => trust.getAttribute("title")).toMatch(/^Notebook not trusted/);
      return notebook;
    },
    async open(name, cells, { run = true, width = 1280 } = {}) {
      writeFileSync(join(this.lab.folder, `${name}.ipynb`), notebookText(cells));
      // the kernel starts while the page is loaded
      await this.lab.startKernel(`${name}.ipynb`);
      const notebook = await this.openFile(`${name}.ipynb`, { width, height: 1000 });
      await notebook.idle();
      if (run) await notebook.command("Run All Cells");
      return notebook;
    },
  };
}
