/** Where values come from, and what differs between runs, in JupyterLab: live, and from the saved file without trust and without a kernel. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { type Notebook, notebookText, selectedLine, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const model = (
  act: string,
): string => `import { F, inspect, manualSeed, nn, randn, tape, tensor, type Tensor } from "tapelab";
class Net extends nn.Module {
  fc1 = new nn.Linear(6, 16);
  out = new nn.Linear(16, 3);
  override forward(x: Tensor) {
    const h = this.fc1(x).${act}();
    return this.out(h);
  }
}`;
const run = `manualSeed(1);
const x = randn([4, 6]);
const y = tensor([0, 1, 2, 0], { dtype: "int64" });
const model = new Net();
function step() {
  return F.crossEntropy(model(x), y);
}
const loss = step();
loss.backward();
tape(loss)`;

/** Replaces the text of a cell. */
async function write(notebook: Notebook, n: number, text: string): Promise<void> {
  await notebook.editor(n).click();
  await notebook.page.keyboard.press("Control+a");
  await notebook.page.keyboard.insertText(text);
}

const row = (view: Locator, name: string): Locator => view.locator("tr[data-row]", { hasText: name }).first();

/** Checks the comparison of the two runs, which looks alike whether the cell was run or the file was opened. */
async function checkDiff(view: Locator): Promise<void> {
  await view.scrollIntoViewIfNeeded();
  expect(await view.locator(".tapelab-title").textContent()).toBe("2 ops differ");
  expect(await view.locator(".tapelab-diff-sides").textContent()).toMatch(/− run 2: loss [\d.]+, 6 ops\+ run 4: loss/);
  expect(await row(view, "sigmoid").getAttribute("class")).toContain("tapelab-diff-removed");
  expect(await row(view, "sigmoid").textContent()).toContain("◀ first in structure");
  expect(await row(view, "relu").getAttribute("class")).toContain("tapelab-diff-added");
  expect(await view.getByRole("img", { name: "removed" }).textContent()).toBe("−");
  const out = row(view, "linear out");
  expect(await out.textContent()).toContain("first in value");
  await out.getByRole("button", { expanded: false }).click();
  const detail = view.locator(".tapelab-diff-detail");
  expect(await detail.locator(".tapelab-heatmap").count(), "first, second and difference, of value and gradient").toBe(
    6,
  );
  expect(await detail.textContent()).toMatch(/run 4: called fromNet\.forward 3:7\d+ library frames, step 4:64:8$/);
  // arrows move among the rows, n to the next that differs, Enter closes
  const page = view.page();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  expect(await detail.count()).toBe(0);
  // a sentence goes to its row
  await view.getByRole("button", { name: /^The structure differs first/ }).click();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("sigmoid");
}

/** Makes the edit from sigmoid to relu and runs all cells. */
async function makeEdit(notebook: Notebook): Promise<void> {
  await notebook.run(0);
  await notebook.done(0, 1);
  await notebook.run(1);
  await notebook.done(1, 2);
  await write(notebook, 0, model("relu"));
  for (const [n, count] of [
    [0, 3],
    [1, 4],
    [2, 5],
    [3, 6],
  ] as const) {
    await notebook.run(n);
    await notebook.done(n, count);
  }
}

const cells = [model("sigmoid"), run, "inspect.diff(loss)", "inspect.origin(loss)"];

/** The text of the notebook with its outputs, after a test has made it. */
let made: string | null = null;

/** Makes the edit, and returns the text of the saved notebook. */
async function make(notebook: Notebook): Promise<string> {
  await makeEdit(notebook);
  await notebook.page.locator(".tapelab-origin").waitFor();
  await notebook.save();
  const name = decodeURIComponent(new URL(notebook.page.url()).pathname.split("/").at(-1) ?? "");
  await expect.poll(() => workplace.lab.read(name)).toContain("tapelab.origin");
  return workplace.lab.read(name);
}

test("tapes before and after an edit, origins, stale nodes and selected lines", async () => {
  const notebook = await workplace.open("provenance", cells, { run: false });
  const { page } = notebook;
  made = await make(notebook);
  const diff = page.locator(".tapelab-diff");
  const tape = notebook.output(1).locator(".tapelab-tape");
  const origin = page.locator(".tapelab-origin");
  await checkDiff(diff);

  // jumps: the removed op has no line any more where it was, but its cell is found
  expect(await row(diff, "sigmoid").locator(".tapelab-stale").textContent()).toBe("≠ 1:6");
  expect(await row(diff, "relu").locator(".tapelab-stale").count()).toBe(0);
  await row(diff, "relu").locator(".tapelab-site").click();
  await expect.poll(() => selectedLine(page)).toBe("    const h = this.fc1(x).relu();");

  // the selected line marks the rows that it recorded, in all views
  await expect.poll(() => tape.locator(".tapelab-here").allTextContents()).toHaveLength(2);
  expect((await tape.locator(".tapelab-here .tapelab-name").allTextContents()).map((t) => t.trim())).toEqual([
    "linear fc1",
    "relu",
  ]);
  await expect.poll(() => origin.locator("tr.tapelab-here").count()).toBe(2);
  await notebook.editor(1).locator(".cm-line").nth(5).click();
  await expect
    .poll(() => origin.locator("tr.tapelab-here").count(), { message: "all ops were called from the function" })
    .toBe(6);
  await notebook.command("Show the Operations of the Selected Lines");
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest(".tapelab-view") !== null)).toBe(true);

  // the call stack of an opened row, in which frames are links
  await tape.locator(".tapelab-line", { hasText: "relu" }).click();
  const stack = tape.locator(".tapelab-detail .tapelab-stack");
  expect(await stack.locator("li").allTextContents()).toEqual([
    "Net.forward 3:6",
    expect.stringMatching(/^\d+ library frames, step 4:6$/),
    "4:8",
  ]);
  await stack.getByRole("button", { name: "go to cell 4 line 8" }).click();
  await expect.poll(() => selectedLine(page)).toBe("const loss = step();");

  // an origin: sources lead to the declarations
  expect(await origin.locator(".tapelab-origin-sentences").textContent()).toMatch(
    /^loss [\d.]+ was computed by mean in crossEntropy in cell \[4\], line 6, from 4 parameters and 2 data tensors, by 6 ops\.called fromstep 4:64:8$/,
  );
  const source = origin.locator("tr", { hasText: "fc1.weight" }).last();
  await source.getByRole("button", { name: "go to cell 4 line 4" }).click();
  await expect.poll(() => selectedLine(page)).toBe("const model = new Net();");

  // a changed text marks the nodes of the cell, and its own text again removes the marks
  const stale = tape.locator(".tapelab-line .tapelab-stale");
  expect(await stale.count()).toBe(0);
  await notebook.editor(0).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("//");
  await expect.poll(() => stale.allTextContents()).toEqual(["≠ 3:6", "≠ 3:6", "≠ 3:7"]);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await expect.poll(() => stale.count()).toBe(0);

  for (const view of [".tapelab-diff", ".tapelab-origin", ".tapelab-tape"])
    expect(await violations(page, view)).toEqual([]);
});

test("the saved file, not trusted and without a kernel, in a wide and in a narrow window", async () => {
  made ??= await make(await workplace.open("made", cells, { run: false }));
  workplace.lab.setTheme("dark");
  const saved = await workplace.openReceived("other.ipynb", made);
  workplace.lab.setTheme("light");
  await saved.idle();
  await workplace.lab.stopKernels();
  const { page } = saved;
  const diff = page.locator(".tapelab-diff");
  await checkDiff(diff);
  await row(diff, "relu").locator(".tapelab-site").click();
  await expect.poll(() => selectedLine(page)).toBe("    const h = this.fc1(x).relu();");
  for (const view of [".tapelab-diff", ".tapelab-origin", ".tapelab-tape"])
    expect(await violations(page, view)).toEqual([]);
  await page.setViewportSize({ width: 700, height: 1000 });
  for (const name of [".tapelab-diff", ".tapelab-origin"]) {
    const view = page.locator(name);
    await view.scrollIntoViewIfNeeded();
    const overlaps = (): Promise<(string | null)[]> =>
      view.evaluate((node) =>
        [...node.querySelectorAll("tr")].flatMap((line) => {
          const boxes = [...line.children].map((c) => c.getBoundingClientRect()).filter((b) => b.width > 0);
          return boxes.flatMap((b, i) => (i > 0 && b.left < boxes[i - 1].right - 1 ? [line.textContent] : []));
        }),
      );
    await expect.poll(overlaps).toEqual([]);
    const cut = (): Promise<(string | null)[]> =>
      view.evaluate((node) =>
        [...node.querySelectorAll("td, th")]
          .filter((cell) =>
            [...cell.children].some(
              (c) =>
                c.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1 &&
                !c.closest(".tapelab-hidden"),
            ),
          )
          .map((cell) => cell.textContent),
      );
    await expect.poll(cut).toEqual([]);
  }
});

test("a notebook that nbclient has run: cells are found by their counts and texts", async () => {
  const notebook = await workplace.open("seed", [model("relu"), run, "inspect.origin(loss)"]);
  await notebook.page.locator(".tapelab-origin").waitFor();
  await notebook.save();
  await expect.poll(() => workplace.lab.read("seed.ipynb").includes("tapelab.origin")).toBe(true);
  await notebook.page.close();
  // nbclient sends no ids; a cell that was moved and one whose count was taken by another cell are found by their texts
  const stored = JSON.parse(workplace.lab.read("seed.ipynb").replaceAll(/"id": \[[^\]]*\]/g, '"id": [null, null]')) as {
    cells: { execution_count: number | null }[];
  };
  stored.cells.push({
    ...(JSON.parse(notebookText(["const other = 1;"])) as typeof stored).cells[0],
    execution_count: 1,
  });
  stored.cells[0].execution_count = 7;
  writeFileSync(join(workplace.lab.folder, "nbclient.ipynb"), JSON.stringify(stored));
  const saved = await workplace.openFile("nbclient.ipynb");
  const { page } = saved;
  const site = page.locator(".tapelab-origin tr", { hasText: "relu" }).locator(".tapelab-site");
  await site.waitFor();
  expect(await site.textContent(), "its text has not changed").toBe("1:6");
  await site.click();
  await expect.poll(() => selectedLine(page)).toBe("    const h = this.fc1(x).relu();");
});
