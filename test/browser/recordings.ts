/**
 * Records a short film of each capability of the inspector in JupyterLab, by the guided tour: the frames as pictures, and a page that plays them. Usage: recordings.ts FOLDER [NAME …]
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { openBrowser, openNotebook } from "../support/browser.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { inRoot } from "../support/paths.ts";

/** Milliseconds between two frames that are stored. */
const frameMs = 200;

/** The tour in a page, and what a person does in it. */
class Tour {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The cell with a line of code. */
  cell(code: string): Locator {
    return this.page
      .locator(".jp-Notebook .jp-CodeCell")
      .filter({ has: this.page.locator(".cm-line", { hasText: code }) });
  }

  pause(ms = 700): Promise<void> {
    return this.page.waitForTimeout(ms);
  }

  /** Runs a cell, which is scrolled to the top of the window. */
  async run(code: string): Promise<void> {
    const cell = this.cell(code);
    await cell.evaluate((node) => node.scrollIntoView({ block: "start" }));
    // at the begin of a line, where there is no annotation
    await cell
      .locator(".cm-line")
      .first()
      .click({ position: { x: 4, y: 5 } });
    await this.page.keyboard.press("Control+Enter");
  }

  async done(code: string): Promise<void> {
    await this.cell(code)
      .locator(".jp-InputArea-prompt")
      .getByText(/\[\d+\]:/)
      .waitFor({ timeout: 60_000 });
    await this.page.getByText("TypeScript (Tapelab) | Idle").waitFor({ timeout: 60_000 });
  }

  /** Runs the cells with these lines of code, one after the other. */
  async prepare(...codes: readonly string[]): Promise<void> {
    for (const code of codes) {
      await this.run(code);
      await this.done(code);
    }
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      await this.pause(500);
    }
  }

  async command(label: string): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("Control+Shift+KeyC");
    await this.page.locator(".lm-CommandPalette-input").fill(label);
    await this.pause(300);
    await this.page.locator(".lm-CommandPalette-item", { hasText: label }).first().click();
  }
}

const setup = "const w = tensor(0.5";
const net = "class Net extends";

/** The films: the cells that have run when one begins, and what a person does then. */
const films: Readonly<Record<string, { readonly needs: readonly string[]; readonly act: (t: Tour) => Promise<void> }>> =
  {
    stepping: {
      needs: [],
      async act(t) {
        await t.run(setup);
        await t.done(setup);
        const view = t.cell(setup).locator(".tapelab-steps");
        await view.scrollIntoViewIfNeeded();
        await view.locator(".tapelab-pass-graph").click();
        await t.press("Home", "]", "]", "]", "]", "]", "]", "]", "]", "]");
        await t.press("[", "[");
        await t.press("Space");
        await t.pause(4000);
      },
    },
    "stepping-live": {
      needs: [setup],
      async act(t) {
        await t.run("await pause(300)");
        await t.done("await pause(300)");
        await t.pause();
      },
    },
    breakpoints: {
      needs: [setup, net],
      async act(t) {
        const code = 'breakWhen("notFinite"';
        await t.run(code);
        const stop = t.cell(code).locator(".tapelab-stop[role=region]");
        await stop.getByText("■ Stopped").waitFor({ timeout: 30_000 });
        await t.pause(1500);
        const field = stop.getByLabel("expression");
        await field.scrollIntoViewIfNeeded();
        await field.pressSequentially("scores.min()", { delay: 40 });
        await t.press("Enter");
        await field.pressSequentially("$result.clamp({ min: -5 })", { delay: 40 });
        await stop.getByRole("button", { name: "Replace" }).click();
        await t.pause();
        await stop.focus();
        await t.press("s");
        await t.pause(1200);
        await t.press("c");
        await t.done(code);
        await t.pause();
      },
    },
    debugger: {
      needs: [setup],
      async act(t) {
        const code = "function standardize";
        await t.prepare(code);
        await t.page.locator(".jp-NotebookPanel-toolbar .jp-DebuggerBugButton").click();
        await t.page.locator(".jp-DebuggerSidebar, #jp-debugger-sidebar").first().waitFor();
        const gutter = t.cell(code).locator(".cm-breakpoint-gutter > .cm-gutterElement").nth(5);
        await gutter.waitFor();
        await t.pause(1500);
        await gutter.click({ position: { x: 5, y: 5 } });
        await t.page.locator(".jp-DebuggerBreakpoints .jp-DebuggerBreakpoint").first().waitFor();
        await t.pause();
        await t.run(code);
        await t.page.locator(".jp-DebuggerCallstackFrame").first().waitFor();
        await t.pause();
        await t.page.getByLabel("Scope", { exact: true }).selectOption("Locals");
        const variables = t.page.locator(".jp-DebuggerVariables-body").getByRole("treeitem");
        const row = variables.filter({ has: t.page.getByText("deviation", { exact: true }) }).last();
        await row.click();
        await t.pause();
        await row.locator(".jp-DebuggerVariables-name").first().click({ button: "right" });
        await t.pause(400);
        await t.page.getByRole("menuitem", { name: "Render Variable" }).click();
        await t.pause(1500);
        await t.page.locator('jp-button[title^="Continue"]').first().click();
        await t.done(code);
      },
    },
    watch: {
      needs: [setup, "const makeModel"],
      async act(t) {
        await t.run("const calm = makeModel");
        await t.done("const calm = makeModel");
        await t.pause();
        const wild = t.cell("const wild = makeModel");
        await t.run("const wild = makeModel");
        await t.done("const wild = makeModel");
        await t.pause();
        const heat = wild.locator("[data-chart=heat]");
        await heat.scrollIntoViewIfNeeded();
        await heat.hover({ position: { x: 200, y: 20 } });
        await t.pause();
        await wild.getByRole("button", { name: /^step/ }).first().click();
        await t.pause(1500);
      },
    },
    annotations: {
      needs: [setup],
      async act(t) {
        const code = "const energy = hidden";
        await t.run(code);
        await t.done(code);
        const notes = t.cell(code).locator(".tapelab-note");
        await notes.first().waitFor();
        await t.pause();
        await notes.nth(2).hover();
        await t.pause(1500);
        await t.page.mouse.move(5, 5);
        await t.cell(code).locator(".cm-line", { hasText: "const energy" }).click();
        await t.press("End");
        await t.page.keyboard.type(" // edited", { delay: 60 });
        await t.pause();
        await notes.nth(2).click();
        await t.page.locator("#tapelab-inspector .tapelab-detail").waitFor();
        await t.pause(1500);
      },
    },
    panel: {
      needs: [setup, net],
      async act(t) {
        await t.command("Show the Inspector");
        await t.run("net.zeroGrad()");
        await t.done("net.zeroGrad()");
        const panel = t.page.locator("#tapelab-inspector");
        await panel.locator(".tapelab-line").first().waitFor();
        await t.pause();
        await panel.getByRole("searchbox").pressSequentially("op:linear scope:blocks", { delay: 50 });
        await t.pause();
        await panel.getByRole("searchbox").fill("");
        for (const name of ["Graph", "Gradients", "Memory", "Findings", "Tape"]) {
          await panel.getByRole("tab", { name, exact: true }).click();
          await t.pause(1200);
        }
        await panel.locator(".tapelab-line").nth(3).click();
        await t.pause(1500);
      },
    },
    graph: {
      needs: [setup, net],
      async act(t) {
        const code = "inspect.graph(score)";
        const view = t.cell(code).locator(".tapelab-graph");
        await view.scrollIntoViewIfNeeded();
        await t.pause();
        const node = (name: string): Locator => view.locator(`.tapelab-graph-node[aria-label^="${name},"]`);
        await node("Block × 12").click();
        await t.pause(1200);
        await node("Block 3").first().click();
        await t.pause(1200);
        await t.press("ArrowUp", "ArrowUp", "t");
        await t.pause(1200);
      },
    },
  };

/** Stores the frames of a page while something is done. */
async function record(page: Page, folder: string, act: () => Promise<void>): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  const frames: { time: number; data: string }[] = [];
  devtools.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
    const time = 1000 * (metadata.timestamp ?? 0);
    const last = frames.at(-1);
    // a frame shortly after another takes its place
    if (last !== undefined && time - last.time < frameMs) frames[frames.length - 1] = { time: last.time, data };
    else frames.push({ time, data });
    void devtools.send("Page.screencastFrameAck", { sessionId }).catch(() => undefined);
  });
  await devtools.send("Page.startScreencast", { format: "jpeg", quality: 80 });
  try {
    await act();
  } finally {
    await devtools.send("Page.stopScreencast");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const begin = frames[0]?.time ?? 0;
    for (const { time, data } of frames) {
      const name = `${String(Math.round(time - begin)).padStart(6, "0")}.jpg`;
      writeFileSync(join(folder, name), Buffer.from(data, "base64"));
    }
  }
  return frames.length;
}

/** A page that plays the films of a folder; the names of the frames are their times in milliseconds. */
function playerPage(folder: string): string {
  const found = Object.keys(films).flatMap((name) => {
    try {
      return [[name, readdirSync(join(folder, name)).sort()] as const];
    } catch {
      return [];
    }
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Recordings</title>
<style>body { font: 14px system-ui; margin: 16px } img { display: block; max-width: 100%; border: 1px solid #ccc }</style>
${found.map(([name]) => `<h2>${name}</h2><p><button data-film="${name}">Play</button> <input type="range" min="0" value="0" aria-label="frame of ${name}" data-film="${name}"></p><img alt="${name}" data-film="${name}">`).join("\n")}
<script>
const films = ${JSON.stringify(Object.fromEntries(found))};
for (const [name, frames] of Object.entries(films)) {
  const [button, range, image] = ["button", "input", "img"].map((tag) => document.querySelector(tag + '[data-film="' + name + '"]'));
  const show = (i) => { range.value = i; image.src = name + "/" + frames[i]; };
  range.max = frames.length - 1;
  range.oninput = () => show(Number(range.value));
  button.onclick = () => {
    const next = (i) => {
      show(i);
      if (i + 1 < frames.length) setTimeout(next, parseInt(frames[i + 1]) - parseInt(frames[i]), i + 1);
    };
    next(0);
  };
  show(0);
}
</script></html>
`;
}

async function film(lab: Lab, folder: string, name: string): Promise<void> {
  const { needs, act } = films[name] ?? { needs: [], act: () => Promise.reject(new Error(`there is no film ${name}`)) };
  const browser = await openBrowser({ width: 1240, height: 860 });
  try {
    const tour = new Tour(await openNotebook(browser, lab, "inspector.ipynb"));
    await tour.page.getByText("TypeScript (Tapelab) | Idle").waitFor({ timeout: 60_000 });
    await tour.prepare(...needs);
    const count = await record(tour.page, join(folder, name), () => act(tour));
    process.stdout.write(`${name}: ${count} frames\n`);
  } finally {
    await browser.close();
    await lab.stopKernels();
  }
}

const [, , folder = "build/recordings", ...chosen] = process.argv;
const lab = await startLab([{ from: inRoot("notebooks", "inspector.ipynb"), to: "inspector.ipynb" }]);
let failed = 0;
try {
  for (const name of chosen.length > 0 ? chosen : Object.keys(films)) {
    await film(lab, folder, name).catch((error: unknown) => {
      failed++;
      process.stdout.write(`${name}: ${String(error)}\n${lab.log().slice(-2000)}\n`);
    });
  }
  writeFileSync(join(folder, "index.html"), playerPage(folder));
} finally {
  await lab.stop();
}
process.exitCode = failed === 0 ? 0 : 1;
