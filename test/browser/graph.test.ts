/** The node-link graph: saved and live, opened and closed by pointer and keys, as a table, and saved in its formats. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { inspect, tape, tensor } from "tapelab";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { type Notebook, notebookText, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const model = `import { inspect, manualSeed, nn, randn, Tensor } from "tapelab";
manualSeed(0);
class Block extends nn.Module {
  norm = new nn.LayerNorm(4);
  fc = new nn.Linear(4, 4);
  forward(x: Tensor) { return x.add(this.fc(this.norm(x)).relu()); }
}
const net = new nn.Sequential(new nn.Linear(3, 4), ...Array.from({ length: 12 }, () => new Block()), new nn.Linear(4, 1));
const loss = net(randn([2, 3])).square().mean();
loss.backward();
inspect.graph(loss)`;

const node = (root: Locator, name: string): Locator => root.locator(`.tapelab-graph-node[aria-label^="${name},"]`);
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label")?.split(",")[0] ?? "");

/** Returns the text of the file that an action saves. */
async function saved(notebook: Notebook, act: () => Promise<unknown>): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([notebook.page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test("a graph in an output: folds open by click and keys, the table says the same, and files are saved", async () => {
  const notebook = await workplace.open("graph", [model]);
  const view = notebook.output(0).locator(".tapelab-graph");
  await node(view, "Block × 12").waitFor();
  const { page } = notebook;
  expect(await violations(page, ".tapelab-graph")).toEqual([]);

  // keys: along the edges, Enter opens, Backspace closes
  await node(view, "mean").click();
  for (const name of ["square", "linear 13", "Block × 12"]) {
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => focused(page)).toBe(name);
  }
  await page.keyboard.press("Enter");
  await node(view, "Block 7").waitFor();
  expect(await node(view, "Block × 12").getAttribute("aria-expanded")).toBe("true");
  await node(view, "Block 3").click();
  await node(view, "layerNorm norm").waitFor();
  await node(view, "relu").focus();
  await page.keyboard.press("Backspace");
  await expect.poll(() => node(view, "relu").count()).toBe(0);
  await expect.poll(() => focused(page)).toBe("Block 3");

  // the table
  await page.keyboard.press("t");
  const table = view.locator("table");
  const rows = await table.locator("tbody th").allTextContents();
  expect(rows).toContain("▾ Block × 12");
  expect(await violations(page, ".tapelab-graph")).toEqual([]);
  await table.getByRole("button", { name: "▾ Block × 12" }).click();
  await expect.poll(() => table.locator("tbody th").allTextContents()).toContain("▸ Block × 12");
  await view.getByRole("button", { name: "the graph as a table (t)" }).click();
  await node(view, "Block × 12").waitFor();

  const save = view.getByLabel("save the graph as");
  for (const [format, ending, begin] of [
    ["SVG", ".svg", "<svg"],
    ["DOT", ".dot", "digraph"],
    ["Mermaid", ".mmd", "flowchart"],
    ["PNG", ".png", "PNG"],
  ] as const) {
    const { name, content } = await saved(notebook, () => save.selectOption(format));
    expect(name).toBe(`loss${ending}`);
    expect(content.toString("latin1").slice(0, 12)).toContain(begin);
  }
});

test("the panel has the graph of the tape; an operation leads to its row; nodes take part in a run again", async () => {
  const notebook = await workplace.open("graph-panel", [model.replace("inspect.graph(loss)", "")]);
  await notebook.done(0, 1);
  await notebook.command("Inspector: Graph");
  const panel = notebook.page.locator("#tapelab-inspector");
  await node(panel, "Block × 12").click();
  await node(panel, "Block 2").waitFor();
  await notebook.run(0);
  await notebook.done(0, 2);
  // what is open stays open
  await expect.poll(() => panel.locator("select").first().textContent()).toContain("cell [2]");
  await node(panel, "Block 2").waitFor();
  await node(panel, "square").click();
  await panel.locator(".tapelab-detail").waitFor();
  expect(await panel.getByRole("tab", { selected: true }).textContent()).toBe("Tape");
  expect(await panel.locator(".tapelab-open .tapelab-op").textContent()).toBe("square");
});

test("graphs are laid out in a worker, and in the page where none can be started", async () => {
  const notebook = await workplace.open("worker", [model], { run: false });
  const { page } = notebook;
  const workers: string[] = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  await notebook.run(0);
  await node(notebook.output(0), "Block × 12").waitFor();
  expect(workers.some((url) => url.startsWith("blob:"))).toBe(true);
  await page.evaluate(() => {
    Object.defineProperty(globalThis, "Worker", { value: null });
  });
  await notebook.run(0);
  await notebook.done(0, 2);
  await node(notebook.output(0), "Block × 12").click();
  await node(notebook.output(0), "Block 2").waitFor();
});

test.each(["full", "contentVisibility"])(
  "saved views stay as they are while they scroll, without a kernel, in the windowing mode %s",
  async (mode) => {
    const { lab } = workplace;
    lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode: mode });
    const w = tensor([1, 2], { requiresGrad: true }).named("w");
    const loss = w.mul(3).relu().sum();
    loss.backward();
    const output = (data: object): object => ({
      output_type: "execute_result",
      execution_count: 1,
      metadata: {},
      data,
    });
    const text = notebookText([
      { source: "inspect.graph(loss)", count: 1, outputs: [output(inspect.graph(loss).bundle())] },
      { source: "tape(loss)", count: 2, outputs: [output(tape(loss).bundle())] },
      ...Array.from({ length: 60 }, (_, i) => `const a${i} = 1;\n\n\n`),
    ]);
    writeFileSync(join(lab.folder, `${mode}.ipynb`), text.replaceAll('"tapelab"', '"none such"'));
    const notebook = await workplace.openFile(`${mode}.ipynb`);
    const { page } = notebook;
    const graph = page.locator(".tapelab-graph");
    await node(graph, "relu").waitFor();
    // a dialog asks for another kernel
    await page.locator(".jp-Dialog button", { hasText: "No Kernel" }).click();
    for (let round = 0; round < 2; round++) {
      await notebook.editor(0).click();
      await page.keyboard.press("Escape");
      for (const key of ["End", "Home"]) {
        await page.locator(".jp-WindowedPanel-outer").evaluate((box, to) => {
          box.scrollTop = to === "End" ? box.scrollHeight : 0;
        }, key);
        await page.waitForTimeout(400);
      }
      await node(graph, "relu").waitFor();
      expect(await node(graph, "relu").evaluate((g) => g.getBoundingClientRect().width)).toBeGreaterThan(20);
      expect(await page.locator(".tapelab-tape .tapelab-line .tapelab-op").allTextContents()).toEqual([
        "mul",
        "relu",
        "sum",
      ]);
    }
  },
);

test("in pages that are read from right to left, and in high contrast, the views keep their order and their bars", async () => {
  const notebook = await workplace.open("rtl", [model]);
  const { page } = notebook;
  await notebook.done(0, 1);
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await notebook.command("Inspector: Tape");
  const panel = page.locator("#tapelab-inspector");
  await panel.locator(".tapelab-line").nth(3).waitFor();
  const inside = await panel
    .locator(".tapelab-line")
    .nth(3)
    .evaluate((line) => {
      const box = line.getBoundingClientRect();
      const cells = [...line.children].map((cell) => cell.getBoundingClientRect()).filter((c) => c.width > 0);
      return cells.every(
        (c, i) =>
          c.left >= box.left - 1 && c.right <= box.right + 1 && (i === 0 || c.left >= (cells[i - 1]?.right ?? 0) - 1),
      );
    });
  expect(inside).toBe(true);
  expect(await violations(page, "#tapelab-inspector")).toEqual([]);
});
