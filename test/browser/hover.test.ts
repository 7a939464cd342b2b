/** Documentation of the name under the pointer and of completions. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { type Notebook, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const declarations = `import { nn, tensor } from "tapelab";
/**
 * Halves a number. <img src="x" onerror="document.title = 'run'"><b>Bold</b>
 * @example
 * half(4); // 2
 */
const half = (whole: number): number => whole / 2;
const weights = tensor([1, 2, 3]);`;

const tooltip = (notebook: Notebook): Locator => notebook.page.locator(".tapelab-hover");

/** Time after which a question to the kernel would have been asked: the pointer rests for 350 ms before. */
const longEnough = 500;

test("the pointer on a name shows its type and its documentation", async () => {
  const notebook = await workplace.open("hover", [
    declarations,
    'half(8); // weights\nnew nn.Linear(2, 3); const word = "weights";',
    'console.log("busy"); for (;;);',
  ]);
  // the wire answers while the kernel computes
  await notebook.output(2).getByText("busy").waitFor();
  const { page } = notebook;
  await notebook.pointAt(1, "half");
  const shown = tooltip(notebook);
  await shown.waitFor();
  expect(await shown.locator("pre").first().textContent()).toContain("const half: (whole: number) => number");
  expect(await shown.textContent()).toContain("Halves a number.");
  expect((await shown.locator("pre code").last().textContent())?.trim()).toBe("half(4); // 2");
  // documentation is data, so its markup is sanitized
  expect(await shown.locator("img[onerror]").count()).toBe(0);
  expect(await page.title()).not.toBe("run");
  // the cell cuts nothing off, and the tooltip goes with the pointer
  const box = await shown.boundingBox();
  expect(box?.height).toBeGreaterThan(60);
  await page.mouse.move(1, 1);
  await expect.poll(() => shown.count()).toBe(0);
  await notebook.pointAt(1, "Linear");
  await shown.getByText("Weight and bias are initialized uniformly").waitFor();
  expect(await shown.locator("pre").first().textContent()).toContain("new Linear(inFeatures: number");
  const asked = await notebook.countSent("inspect_request");
  const answered = await notebook.countReplies("inspect_reply");
  for (const word of ["// weights", '"weights"', "const", "2"]) {
    await notebook.pointAt(1, word);
    await page.waitForTimeout(longEnough);
    expect(asked(), `${word} is no name`).toBe(0);
    expect(await shown.count()).toBe(0);
  }
  // nothing is shown if the pointer has left before the answer
  await notebook.pointAt(1, "half");
  await expect.poll(asked, { interval: 5 }).toBe(1);
  await page.mouse.move(1, 1);
  await expect.poll(answered).toBe(1);
  await page.waitForTimeout(100);
  expect(await shown.count()).toBe(0);
});

test("the kernel is not asked while a person types, nor with the setting off", async () => {
  const notebook = await workplace.open("quiet", [declarations, "half(8)"]);
  await notebook.done(1, 2);
  const { page } = notebook;
  const asked = await notebook.countSent("inspect_request");
  await notebook.editor(1).click();
  await page.keyboard.press("End");
  // the first letter comes with the last move of the pointer, in one task of the page, so that a slow machine makes no rest between them
  await page.evaluate(
    ({ x, y }) => {
      const move = new MouseEvent("mousemove", { bubbles: true, clientX: x, clientY: y });
      document.elementFromPoint(x, y)?.dispatchEvent(move);
      document.execCommand("insertText", false, " ");
    },
    await notebook.placeOf(1, "half"),
  );
  for (const letter of "+ half(9) + half(9)") {
    await page.keyboard.type(letter);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(longEnough);
  expect(asked()).toBe(0);
  await notebook.pointAt(1, "half");
  await tooltip(notebook).waitFor();
  expect(asked()).toBe(1);
  await page.keyboard.press("Escape");
  await expect.poll(() => tooltip(notebook).count()).toBe(0);
  workplace.lab.setSetting("@tapelab/jupyterlab/plugin", { hover: false });
  try {
    const other = await workplace.open("off", ["const half = 1;", "half"]);
    await other.done(1, 2);
    const inspected = await other.countSent("inspect_request");
    await other.pointAt(1, "half");
    await other.page.waitForTimeout(longEnough);
    expect(await tooltip(other).count()).toBe(0);
    expect(inspected()).toBe(0);
  } finally {
    workplace.lab.setSetting("@tapelab/jupyterlab/plugin", {});
  }
});

test("other kernels are not asked", async () => {
  const { lab } = workplace;
  const python = { kernelspec: { name: "python3", display_name: "Python 3 (ipykernel)", language: "python" } };
  const cell = { cell_type: "code", id: "a", metadata: {}, source: "print(1)", outputs: [], execution_count: null };
  const file = { nbformat: 4, nbformat_minor: 5, metadata: python, cells: [cell] };
  writeFileSync(join(lab.folder, "python.ipynb"), JSON.stringify(file));
  const notebook = await workplace.openFile("python.ipynb");
  await notebook.page.getByText("| Idle").waitFor();
  const asked = await notebook.countSent("inspect_request");
  await notebook.pointAt(0, "print");
  await notebook.page.waitForTimeout(longEnough);
  expect(asked()).toBe(0);
});

test("the selected completion shows its type and its documentation", async () => {
  const notebook = await workplace.open("completion", [declarations, "weights"]);
  await notebook.done(1, 2);
  const { page } = notebook;
  await notebook.editor(1).click();
  await page.keyboard.press("End");
  await page.keyboard.type(".sof");
  await page.keyboard.press("Tab");
  const panel = page.locator(".jp-Completer-docpanel");
  await panel.getByText("divided by its sum").waitFor();
  expect(await panel.locator("pre").first().textContent()).toContain("softmax(dim: number");
  // each name once, whichever provider of JupyterLab's suggests it
  expect(await page.locator(".jp-Completer-match").allTextContents()).toEqual(["softmax", "logSoftmax"]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("new nn.BatchNorm");
  await page.keyboard.press("Tab");
  await panel.getByText("Batch normalization of").waitFor();
  expect(await panel.locator("pre").first().textContent()).toContain("new BatchNorm");
});
