/** The inspector's panel: live and without a kernel, search, pins, history, files of tapes, keyboard, and accessibility. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { host, inspect, tape, tensor } from "tapelab";
import { tapeOutput } from "tapelab/view";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { checkLook, inEveryLook } from "../support/looks.ts";
import { type Notebook, notebookOfOutputs, notebookText, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const training = `import { gradients, inspect, manualSeed, nn, tape, tensor } from "tapelab";
manualSeed(0);
const model = new nn.Sequential(new nn.Linear(3, 4), new nn.ReLU(), new nn.Linear(4, 1));
const x = tensor([[1, 2, 3], [4, 5, 6]]);
const loss = model(x).square().mean();
loss.backward();`;

const panelOf = (page: Page): Locator => page.locator("#tapelab-inspector");

/** Opens the panel by its command. */
async function openPanel(notebook: Notebook): Promise<Locator> {
  await notebook.command("Show the Inspector");
  const panel = panelOf(notebook.page);
  await panel.waitFor();
  return panel;
}

const tab = (panel: Locator, name: string): Locator => panel.getByRole("tab", { name, exact: true });
const opsOf = (panel: Locator): Promise<string[]> => panel.locator(".tapelab-line .tapelab-op").allTextContents();
const choice = (panel: Locator): Promise<string | null> =>
  panel.locator("select").evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.textContent ?? null);

test("the panel follows a notebook: tapes, search, pins, gradients, memory, findings", async () => {
  const notebook = await workplace.open(
    "panel",
    [training, "const other = model(x).mul(0).sum();\nother.backward();"],
    {
      run: false,
    },
  );
  await notebook.run(0);
  await notebook.done(0, 1);
  const panel = await openPanel(notebook);
  await panel.locator(".tapelab-line").first().waitFor();
  expect(await choice(panel)).toMatch(/^loss [\d.]+ \(cell \[1\], \d+ ops\)$/);
  const sent = await notebook.countSent("execute_request");

  // the first use
  await panel.getByText("This panel follows the notebook").waitFor();
  await panel.getByRole("button", { name: "Got it" }).click();
  expect(await panel.getByText("This panel follows the notebook").isVisible()).toBe(false);

  // search by words and filters, with an error in words
  const search = panel.getByRole("searchbox");
  await search.fill("op:relu");
  await expect.poll(() => opsOf(panel)).toEqual(["relu"]);
  expect(await panel.locator(".tapelab-search").getByRole("status").textContent()).toMatch(/^1 of \d+ rows$/);
  await search.fill("opp:relu");
  expect(await panel.locator(".tapelab-search").getByRole("status").textContent()).toContain('no filter "opp:"');
  expect(await search.getAttribute("aria-invalid")).toBe("true");
  await search.press("Escape");
  await expect.poll(async () => (await opsOf(panel)).length).toBeGreaterThan(3);

  // keys: slash searches, m pins
  const grid = panel.getByRole("treegrid");
  await grid.focus();
  await notebook.page.keyboard.press("/");
  await search.fill("relu");
  await search.press("Enter");
  await notebook.page.keyboard.press("m");
  await panel.locator(".tapelab-pins li").waitFor();
  expect(await panel.locator(".tapelab-pins li").textContent()).toContain("relu");
  await search.fill("is:pinned");
  await expect.poll(() => opsOf(panel)).toEqual(["relu"]);
  await search.fill("");

  // the panel follows the next tape by its comm, and executes nothing
  await notebook.run(1);
  await expect.poll(() => choice(panel)).toMatch(/^other 0 \(cell \[2\]/);
  expect(sent()).toBe(1);
  // the pin is found in the new tape, as the model ran in another line it is not
  await tab(panel, "Findings").click();
  await panel.getByText(/The gradient stops at mul/).waitFor();
  await panel.locator(".tapelab-findings button").first().click();
  expect(await tab(panel, "Tape").getAttribute("aria-selected")).toBe("true");
  await panel.locator(".tapelab-detail").waitFor();

  // an earlier tape
  await panel.locator("select").selectOption({ index: 1 });
  await expect.poll(() => choice(panel)).toMatch(/^loss/);
  await expect.poll(async () => (await opsOf(panel)).includes("mul")).toBe(false);
  await tab(panel, "Gradients").click();
  await panel.locator(".tapelab-table").waitFor();
  expect(await panel.locator(".tapelab-table").textContent()).toContain("0.weight");
  await tab(panel, "Memory").click();
  await panel.getByText(/^Kept for gradients: /).waitFor();
  await panel.getByRole("button", { name: "Measure the memory of the kernel" }).click();
  await panel.getByText(/in tensors$/).waitFor();
});

test("all rows of a large tape are loaded from the kernel for a search", async () => {
  const code = `import { tensor } from "tapelab";
let x = tensor([1, 2], { requiresGrad: true }).exp();
for (let i = 0; i < 8000; i++) x = x.mul(1.0001);
const loss = x.sum();
loss.backward();`;
  const notebook = await workplace.open("large-live", [code]);
  await notebook.done(0, 1);
  const panel = await openPanel(notebook);
  await panel.getByText(/^The last [\d,]+ of 8,002 rows are here/).waitFor();
  await panel.getByRole("searchbox").fill("op:exp");
  await expect.poll(() => opsOf(panel)).toEqual(["exp"]);
  expect(await panel.locator(".tapelab-search").getByRole("status").textContent()).toBe("1 of 8,002 rows");
  expect(await panel.getByRole("button", { name: /^Load all/ }).isVisible()).toBe(false);
  expect(await violations(notebook.page, "#tapelab-inspector")).toEqual([]);
});

test("in the main area the panel follows a notebook that opens with the focus, and another one in turn; tabs are in even rows", async () => {
  const notebook = await workplace.open("first", [training], { run: false });
  const { page } = notebook;
  writeFileSync(join(workplace.lab.folder, "second.ipynb"), notebookText(["1"]));
  await page.goto(`${workplace.lab.url}/lab/tree/first.ipynb?token=${workplace.lab.token}&reset`);
  await notebook.idle();
  const panel = await openPanel(notebook);
  await panel.getByText(/There is no tape yet/).waitFor();
  const rows = (): Promise<number[]> =>
    panel.getByRole("tab").evaluateAll((tabs) => {
      const tops = tabs.map((t) => Math.round(t.getBoundingClientRect().top));
      return [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
    });
  expect(await rows(), "in the width that the panel takes by itself").toEqual([7]);
  await panel.evaluate((node) => node.style.setProperty("max-width", "400px"));
  await expect.poll(rows).toEqual([4, 3]);
  await panel.evaluate((node) => node.style.removeProperty("max-width"));
  await notebook.run(0);
  await expect.poll(() => choice(panel)).toMatch(/^loss/);
  await page.locator(".jp-DirListing-item", { hasText: "second.ipynb" }).dblclick();
  await panel.getByText(/There is no tape yet/).waitFor();
  await page.locator("#jp-main-dock-panel .lm-TabBar-tab", { hasText: "first.ipynb" }).click();
  await expect.poll(() => choice(panel)).toMatch(/^loss/);
});

test("arrow keys move among the tabs, and no part of the panel violates axe's rules", async () => {
  const notebook = await workplace.open("axe", [training]);
  await notebook.done(0, 1);
  const panel = await openPanel(notebook);
  await panel.locator(".tapelab-line").first().waitFor();
  const tabs = await panel.getByRole("tab").allTextContents();
  await tab(panel, tabs[0]).focus();
  for (const name of [...tabs.slice(1), tabs[0]]) {
    await notebook.page.keyboard.press("ArrowRight");
    expect(await tab(panel, name).getAttribute("aria-selected")).toBe("true");
    await notebook.page.waitForTimeout(200);
    expect({ name, violations: await violations(notebook.page, "#tapelab-inspector") }).toEqual({
      name,
      violations: [],
    });
  }
  await inEveryLook(notebook, (look) => checkLook(panel, `panel-${look}`));
});

test("without a kernel the panel shows the tapes of the outputs, trusted or not, and damaged ones are left out", async () => {
  host.setWatch({ nodes: 10 });
  const w = tensor([1, 2], { requiresGrad: true });
  const loss = w.mul(3).sum();
  loss.backward();
  host.setWatch({ nodes: 0 });
  const good = tape(loss).bundle();
  const damaged = { ...good, [tapeOutput.mime]: { ...(good[tapeOutput.mime] as object), rows: {} } };
  const text = notebookOfOutputs({ "tape(loss)": good, "tape(other)": damaged });
  writeFileSync(join(workplace.lab.folder, "saved.ipynb"), text.replaceAll('"tapelab"', '"none such"'));
  const notebook = await workplace.openFile("saved.ipynb");
  await notebook.page.setViewportSize({ width: 1400, height: 900 });
  // no kernel has that name
  await notebook.page.locator(".jp-Dialog button", { hasText: "No Kernel" }).click();
  const panel = await openPanel(notebook);
  await expect.poll(() => choice(panel)).toBe("result 9 (output of cell [1], 2 ops)");
  await expect.poll(() => opsOf(panel)).toEqual(["mul", "sum"]);
  expect(await panel.locator("option").count()).toBe(1);
  await tab(panel, "Gradients").click();
  await panel.getByText("Gradients that arrive at the operations").waitFor();
  await tab(panel, "Memory").click();
  await panel.getByText(/^Kept for gradients: /).waitFor();
  expect(await panel.getByRole("button", { name: "Measure" }).count()).toBe(0);
});

test("files of tapes open, compressed or not, and damaged ones say what is wrong", async () => {
  const { folder } = workplace.lab;
  const w = tensor([1, 2], { requiresGrad: true });
  const loss = w.mul(3).relu().sum();
  loss.backward();
  await inspect.saveTape(loss, join(folder, "a.tape.json"));
  await inspect.saveTape(loss, join(folder, "b.tape.json.gz"));
  const json = readFileSync(join(folder, "a.tape.json"), "utf8");
  writeFileSync(join(folder, "c.tape.json"), json.replace('"inputs":[[', '"inputs":[[7,'));
  writeFileSync(join(folder, "d.tape.json.gz"), readFileSync(join(folder, "b.tape.json.gz")).subarray(0, 60));
  const page = await workplace.browser.newPage();
  const open = async (file: string): Promise<Locator> => {
    await page.goto(`${workplace.lab.url}/lab/tree/${file}?token=${workplace.lab.token}&reset`);
    const document = page.locator(".tapelab-document");
    await document.waitFor();
    return document;
  };
  for (const file of ["a.tape.json", "b.tape.json.gz"]) {
    const document = await open(file);
    await expect.poll(() => opsOf(document)).toEqual(["mul", "relu", "sum"]);
    expect(await document.getByRole("tab").allTextContents()).toContain("Memory");
    expect(await document.getByText("This panel follows the notebook").isVisible()).toBe(false);
    await document.getByRole("searchbox").fill("grad:>1");
    await expect.poll(() => document.getByRole("status").first().textContent()).toMatch(/of 3 rows/);
    expect(await violations(page, ".tapelab-document")).toEqual([]);
  }
  const wrong = await open("c.tape.json");
  await wrong.getByText("expected rows.inputs[0] to be a list of rows and of leaves").waitFor();
  const cut = await open("d.tape.json.gz");
  await cut.getByText("the file is damaged: it cannot be decompressed.").waitFor();
  // no choice of tapes, and no hint about notebooks
  expect((await cut.locator(".tapelab-inspector").innerText()).trim()).toMatch(/^This file cannot be shown.*$/);
});

test("a tape that is kept has its name when the variable has another tensor", async () => {
  const notebook = await workplace.open("kept", [training]);
  await notebook.done(0, 1);
  const panel = await openPanel(notebook);
  await panel.locator(".tapelab-line").first().waitFor();
  await panel.getByRole("button", { name: "keep this tape" }).click();
  await notebook.run(0);
  await expect
    .poll(() => panel.locator("option").allTextContents())
    .toEqual([expect.stringMatching(/^loss .*cell \[2\]/), expect.stringMatching(/^★ loss .*cell \[1\]/)]);
});

test("the kernel saves the whole tape and JupyterLab opens the file; tapes of a restarted kernel are kept apart", async () => {
  const notebook = await workplace.open("save", [training]);
  await notebook.done(0, 1);
  const panel = await openPanel(notebook);
  await panel.locator(".tapelab-line").first().waitFor();
  await panel.getByRole("button", { name: "keep this tape" }).click();
  await notebook.command("Save the Whole Tape…");
  const dialog = notebook.page.locator(".jp-Dialog");
  await dialog.locator("input").fill("folder/none.tape.json");
  await dialog.getByRole("button", { name: "Ok" }).click();
  await notebook.page
    .getByText(/ENOENT/)
    .first()
    .waitFor();
  await notebook.restartKernel();
  // the tape that was kept stays, although its kernel has gone
  await expect.poll(() => choice(panel)).toMatch(/^★ loss/);
  await notebook.run(0);
  await notebook.done(0, 1);
  await expect.poll(() => panel.locator("option").count()).toBe(2);
  await expect.poll(() => choice(panel)).toMatch(/^loss/);
  await notebook.command("Save the Whole Tape…");
  await dialog.locator("input").fill("mine.tape.json.gz");
  await dialog.getByRole("button", { name: "Ok" }).click();
  await expect.poll(() => existsSync(join(workplace.lab.folder, "mine.tape.json.gz"))).toBe(true);
});

test("the help page has the sections, the search and the keys", async () => {
  const notebook = await workplace.open("help", ["1"]);
  const panel = await openPanel(notebook);
  await panel.getByText(/There is no tape yet/).waitFor();
  await panel.getByRole("button", { name: "help" }).click();
  const page = notebook.page.locator(".tapelab-help");
  await page.getByText("Keys in the tape").waitFor();
  expect(await page.textContent()).toContain("op:matmul");
});
