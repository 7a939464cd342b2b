/** A notebook as a person types it: completion, explanations, questions, interrupts, widgets, charts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openBrowser, openNotebook } from "../support/browser.ts";
import { type Lab, startLab } from "../support/lab.ts";

let lab: Lab;
let browser: BrowserContext;
let page: Page;

const notebook = (cells: readonly string[]): string =>
  JSON.stringify({
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
    metadata: { kernelspec: { name: "tapelab", display_name: "TypeScript (Tapelab)", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  });

beforeAll(async () => {
  lab = await startLab([]);
  browser = await openBrowser();
});

afterEach(async () => {
  await page?.close();
  await lab?.stopKernels();
});

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

/** Opens a new notebook with the cells, and runs them. */
async function open(name: string, cells: readonly string[], run = true): Promise<void> {
  writeFileSync(join(lab.folder, `${name}.ipynb`), notebook(cells));
  page = await openNotebook(browser, lab, `${name}.ipynb`);
  await page.getByText("TypeScript (Tapelab) | Idle").waitFor({ timeout: 60_000 });
  if (run) await command("Run All Cells");
}

async function command(label: string): Promise<void> {
  const search = page.locator(".lm-CommandPalette-input");
  // a page that has just opened may miss the keys
  await expect
    .poll(async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Shift+KeyC");
      return search.isVisible();
    })
    .toBe(true);
  await search.fill(label);
  await page.locator(".lm-CommandPalette-item", { hasText: label }).first().click();
}

const cell = (n: number): Locator => page.locator(".jp-Notebook .jp-CodeCell").nth(n);
const prompt = (n: number): Locator => cell(n).locator(".jp-InputArea-prompt");
const output = (n: number): Locator => cell(n).locator(".jp-Cell-outputArea");
const done = (n: number, count: number): Promise<void> =>
  prompt(n).getByText(`[${count}]:`).waitFor({ timeout: 30_000 });

test("a slider drives a cell's function", async () => {
  await open("interact", [
    'const runs: number[] = [];\ninteract(({ rate, kind, on }) => { runs.push(rate); print(`rate ${rate} ${kind} ${on}`); return plot.line([1, rate]); }, { rate: slider(0, 10), kind: dropdown(["a", "b"]), on: checkbox(true) });',
    "await new Promise((done) => setTimeout(done, 10)); runs.length",
  ]);
  const area = output(0);
  await area.getByText("rate 5 a true").waitFor({ timeout: 30_000 });
  expect(await area.locator(".tapelab-controls label").allTextContents()).toEqual(["rate", "kind", "on"]);
  // JupyterLab draws the chart itself
  await area.locator(".vega-embed").waitFor();
  const slider = area.getByLabel("rate");
  await slider.focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowRight");
  await area.getByText("rate 7 a true").waitFor();
  await area.getByLabel("kind").selectOption("b");
  await area.getByRole("checkbox", { name: "on" }).uncheck();
  await area.getByText("rate 7 b false").waitFor();
  expect(await area.locator(".tapelab-controls output").textContent()).toBe("7");
  // what a run showed has been replaced, not added to
  expect(await area.getByText(/^rate /).count()).toBe(1);
  expect(await area.locator(".vega-embed").count()).toBe(1);
});

test("completion while typing, with kinds; an explanation; line and prompt", async () => {
  await open("typing", ['import { tensor } from "tapelab";\nconst weights = tensor([1, 2]);', "weights"]);
  await done(1, 2);
  await cell(1).locator(".cm-content").click();
  await page.keyboard.press("End");
  await page.keyboard.type(".sof");
  await page.keyboard.press("Tab");
  const completer = page.locator(".jp-Completer");
  await completer.locator(".jp-Completer-match", { hasText: "softmax" }).first().waitFor();
  expect(await completer.locator(".jp-Completer-typeExtended").first().textContent()).toBe("method");
  await page.keyboard.press("Enter");
  await expect.poll(() => cell(1).locator(".cm-content").textContent()).toMatch(/^weights\.(log)?[sS]oftmax$/);
  await page.keyboard.press("Shift+Tab");
  await page.locator(".jp-Tooltip", { hasText: "Tensor" }).waitFor();
  expect(await page.locator(".jp-Tooltip").textContent()).toMatch(/softmax\(/i);
});

test("cells ask, and passwords are hidden", async () => {
  await open("asking", [
    "const name = prompt('your name? ');\nname.toUpperCase()",
    "prompt('secret ', { password: true }).length",
  ]);
  const ask = output(0).locator("input.jp-Stdin-input");
  await ask.waitFor();
  expect(await output(0).locator(".jp-Stdin-prompt").textContent()).toBe("your name? ");
  await ask.fill("Ada");
  await ask.press("Enter");
  await output(0).getByText("'ADA'").waitFor();
  const secret = output(1).locator("input.jp-Stdin-input");
  await secret.waitFor();
  expect(await secret.getAttribute("type")).toBe("password");
  await secret.fill("1234");
  await secret.press("Enter");
  await output(1).getByText("4", { exact: true }).waitFor();
  expect(await output(1).textContent()).not.toContain("1234");
});

test("an interrupt stops a loop and keeps what there was", async () => {
  await open("interrupt", ["let n = 0;\nconsole.log('begun');\nawait null;\nwhile (true) n++;", "n > 0"], false);
  await cell(0).locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await output(0).getByText("begun").waitFor();
  expect(await prompt(0).textContent()).toBe("[*]:");
  await command("Interrupt Kernel");
  await output(0).getByText("KeyboardInterrupt").first().waitFor();
  await cell(1).locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await output(1).getByText("true").waitFor();
});

test("restart and run all", async () => {
  await open("restart", [
    "const kept = (globalThis as { kept?: number }).kept ?? 0;\n(globalThis as { kept?: number }).kept = kept + 1;\nkept",
    "kept + 1",
  ]);
  await done(1, 2);
  await command("Run All Cells");
  await done(1, 4);
  expect(await output(0).textContent()).toContain("1");
  await command("Restart Kernel and Run All Cells…");
  await page.locator(".jp-Dialog button", { hasText: "Restart" }).click();
  await done(1, 2);
  expect((await output(0).textContent())?.trim()).toMatch(/0$/);
  expect((await output(1).textContent())?.trim()).toMatch(/1$/);
});

test("an error marks its line, and a table of objects is a table", async () => {
  await open("outputs", [
    "print([{ epoch: 1, loss: 0.5 }, { epoch: 2, loss: 0.25 }]);",
    "const f = (x: number) => {\n  throw new RangeError(`not ${x}`);\n};\nf(3)",
  ]);
  await done(1, 2);
  expect(await output(0).locator("table th").allTextContents()).toEqual(["epoch", "loss"]);
  const error = (await output(1).textContent()) ?? "";
  expect(error).toContain("RangeError: not 3");
  expect(error).toContain("2 |   throw new RangeError(`not ${x}`);");
  expect(await cell(1).locator(".cm-content span").count()).toBeGreaterThan(5);
});

test("the variables of the notebook, while their panel is open", async () => {
  await open("variables", [
    'import { nn, tensor } from "tapelab";\nconst weights = tensor([[1, 2, 3]]);\nconst model = new nn.Linear(3, 2);\nconst names = ["a", "b"];\nconst f = () => 1;',
    "const later = 4;",
  ]);
  await done(1, 2);
  await page.locator('.lm-TabBar-tab[data-id="tapelab-variables"]').click();
  const panel = page.locator("#tapelab-variables");
  await panel.locator("tbody tr").first().waitFor();
  const rows = (): Promise<string[][]> =>
    panel.locator("tbody tr").evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent ?? "")));
  expect(await rows()).toEqual([
    ["weights", "Tensor float32", "[1, 3]", "12 B", ""],
    ["model", "Linear", "", "32 B", "8 parameters"],
    ["names", "Array", "[2]", "", "[ 'a', 'b' ]"],
    ["later", "number", "", "", "4"],
  ]);
  await cell(1).locator(".cm-content").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" const more = 'text';");
  await page.keyboard.press("Shift+Enter");
  await expect.poll(async () => (await rows()).at(-1)).toEqual(["more", "string", "", "8 B", "'text'"]);
  await page.locator('.lm-TabBar-tab[data-id="tapelab-variables"]').click();
  await command("Restart Kernel…");
  await page.locator(".jp-Dialog button", { hasText: "Restart" }).click();
  await page.getByText("TypeScript (Tapelab) | Idle").waitFor();
  await page.locator('.lm-TabBar-tab[data-id="tapelab-variables"]').click();
  await panel.getByText("There are no variables yet.").waitFor();
});
