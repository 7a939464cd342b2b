/** Annotations of code lines in JupyterLab: shapes and gradients at the ends of lines, tooltips, clicks, edits, and that they are never saved. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { type Notebook, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const setup = `import { F, manualSeed, nn, noGrad, randn, tensor, type Tensor } from "tapelab";
manualSeed(1);
class Net extends nn.Module {
  fc = new nn.Linear(6, 16);
  out = new nn.Linear(16, 3);
  override forward(x: Tensor) {
    const h = this.fc(x).relu();
    return this.out(h);
  }
}
const model = new Net();
noGrad(() => model.fc.bias.copy_(tensor(Array.from({ length: 16 }, (_, i) => (i < 12 ? -100 : 0)))));`;
const run = `const x = randn([4, 6]);
const y = tensor([0, 1, 2, 0], { dtype: "int64" });
const scores = model(x);
const loss = F.crossEntropy(scores, y);
loss.backward();`;

const notes = (notebook: Notebook, n: number): Locator => notebook.cell(n).locator(".tapelab-note");

/** Returns the texts of the annotations by line. */
const textsOf = (notebook: Notebook, n: number): Promise<Record<string, string>> =>
  notes(notebook, n).evaluateAll((all) =>
    Object.fromEntries(all.map((e) => [e.getAttribute("data-line"), e.textContent])),
  );

test("lines show shapes, gradients and dead units; a tooltip has the tensor, a click opens the op", async () => {
  const notebook = await workplace.open("annotated", [setup, run]);
  const { page } = notebook;
  await notebook.done(1, 2);
  await expect.poll(() => textsOf(notebook, 1)).toMatchObject({ 1: "[4, 6]", 2: "[4] int64" });
  const texts = await textsOf(notebook, 1);
  expect(texts["3"]).toMatch(/^\[4, 3\] {2}\|g\| 0\.\d+$/);
  expect(texts["4"]).toMatch(/^[\d.]+ {2}\|g\| 1$/);
  expect(texts["5"]).toBeUndefined();
  // the lines of the function, in the cell above
  const above = await textsOf(notebook, 0);
  expect(above["7"]).toMatch(/^▲ \[4, 16\] {2}\|g\| 0\.\d+ {2}\d+ % dead$/);
  expect(Object.keys(above), "initial weights are no tensors of a line").toEqual(["7", "8", "12"]);
  expect(await notes(notebook, 0).first().getAttribute("class")).toContain("tapelab-note-alarm");
  // the tooltip
  await notes(notebook, 1).nth(2).hover();
  const tip = page.locator(".tapelab-note-tip");
  await tip.locator(".tapelab-tensor").waitFor();
  expect(await tip.locator("li").allTextContents()).toEqual([
    "linear [4, 3] float32",
    expect.stringMatching(/^norm of the gradient that passed: 0\.\d+$/),
  ]);
  expect(await violations(page, ".tapelab-note-tip")).toEqual([]);
  await page.mouse.move(5, 5);
  await expect.poll(() => tip.count()).toBe(0);
  // a click opens the op in the inspector
  await notes(notebook, 1).nth(2).click();
  const tape = page.locator("#tapelab-inspector .tapelab-tape");
  await expect.poll(() => tape.locator(".tapelab-detail").count()).toBe(1);
  expect(await tape.locator(".tapelab-line", { hasText: "linear out" }).getAttribute("aria-expanded")).toBe("true");
  expect(await violations(page, ".tapelab-note")).toEqual([]);
});

test("edits fade lines, are not slowed, and nothing is saved", async () => {
  const notebook = await workplace.open("edited", [setup, run]);
  const { page } = notebook;
  await notebook.done(1, 2);
  await expect.poll(() => notes(notebook, 1).count()).toBe(4);
  const stale = notebook.cell(1).locator(".tapelab-note-stale");
  await notebook.editor(1).locator(".cm-line").nth(2).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" //");
  await expect.poll(() => stale.evaluateAll((all) => all.map((e) => e.getAttribute("data-line")))).toEqual(["3"]);
  // a new line above moves the notes along, and the text of before is not stale
  for (let i = 0; i < 3; i++) await page.keyboard.press("Backspace");
  await expect.poll(() => stale.count()).toBe(0);
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Enter");
  expect(await stale.count()).toBe(0);
  expect(
    await notebook
      .editor(1)
      .evaluate((node) =>
        [...node.querySelectorAll(".cm-line")].map(
          (line) => line.querySelector(".tapelab-note")?.getAttribute("data-line") ?? null,
        ),
      ),
  ).toEqual([null, "1", "2", "3", "4", null]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await expect.poll(() => workplace.lab.read("edited.ipynb").includes("\\n")).toBe(true);
  const saved = workplace.lab.read("edited.ipynb");
  expect(saved).not.toContain("|g|");
  expect(saved).not.toContain("[4, 3]");
  // what is copied is the text
  await notebook.editor(1).click();
  await page.keyboard.press("Control+a");
  expect(await page.evaluate(() => document.getSelection()?.toString())).not.toContain("|g|");
});

test("the command hides them, for all notebooks and later pages, and the kernel observes nothing", async () => {
  const notebook = await workplace.open("hidden", [setup, run]);
  await notebook.done(1, 2);
  await expect.poll(() => notes(notebook, 1).count()).toBe(4);
  await notebook.command("Annotate Lines with Shapes and Gradients");
  await expect.poll(() => notes(notebook, 1).count()).toBe(0);
  const received = await notebook.countReplies('"kind":"notes"');
  await notebook.run(1);
  await notebook.done(1, 3);
  await notebook.page.waitForTimeout(500);
  expect(received()).toBe(0);
  expect(await notes(notebook, 1).count()).toBe(0);
  await notebook.command("Annotate Lines with Shapes and Gradients");
  await notebook.run(1);
  await expect.poll(() => notes(notebook, 1).count()).toBe(4);
});

test.each(["full", "contentVisibility"] as const)(
  "cells out of sight, a reloaded page, a restart; windowing mode %s",
  async (windowingMode) => {
    workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode });
    const fillers = Array.from({ length: 12 }, (_, i) => `// ${i}\n\n\n\n\n\n\n\n\n`);
    const loop =
      "const p = tensor([1, 1], { requiresGrad: true });\nfor (let i = 1; i <= 5; i++) {\n  const s = p.mul(i);\n  s.sum().backward();\n}";
    const notebook = await workplace.open(`windowed-${windowingMode}`, [setup, run, ...fillers, loop]);
    const { page } = notebook;
    await notebook.idle();
    const last = page.locator(".tapelab-note", { hasText: "×5" });
    const scroller = page.locator(".jp-WindowedPanel-outer");
    await scroller.evaluate((node) => node.scrollTo(0, node.scrollHeight));
    await expect.poll(() => last.first().textContent()).toMatch(/^\[2\] {2}\|g\| 1\.4 {2}×5$/);
    await notebook.save();
    await page.reload();
    await notebook.idle();
    await scroller.evaluate((node) => node.scrollTo(0, 0));
    await expect.poll(() => page.locator(".tapelab-note", { hasText: "[4, 6]" }).count()).toBe(1);
    await notebook.restartKernel();
    await expect.poll(() => page.locator(".tapelab-note-stale").count()).toBeGreaterThan(3);
    await notebook.run(0);
    await expect.poll(() => page.locator(".tapelab-note:not(.tapelab-note-stale)").count()).toBeGreaterThan(0);
  },
);
