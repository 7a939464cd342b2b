/** A long tape: only the lines in sight are in the page. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Tensor, tape, tensor } from "tapelab";
import { type TapeData, tapeOutput } from "tapelab/view";
import { expect, test } from "vitest";
import { notebookOfOutputs, useJupyterLab } from "../support/notebook.ts";

const length = 4000;
const workplace = useJupyterLab();

test("a tape of thousands of rows scrolls", async () => {
  let x: Tensor = tensor([1, 2], { requiresGrad: true });
  for (let i = 0; i < length; i++) x = i % 2 ? x.exp() : x.tanh();
  const bundle = tape(x).bundle();
  const stored = (bundle[tapeOutput.mime] as TapeData).rows.op.length;
  writeFileSync(join(workplace.lab.folder, "long.ipynb"), notebookOfOutputs({ "tape(x)": bundle }));
  const { page } = await workplace.openFile("long.ipynb");
  const view = page.locator(".tapelab-tape");
  await view.locator(".tapelab-line").first().waitFor();
  expect(stored).toBeGreaterThan(2000);
  expect(await view.locator(".tapelab-header").textContent()).toContain(
    `the first ${length - stored} ops are left out`,
  );
  const grid = view.getByRole("treegrid");
  expect(Number(await grid.getAttribute("aria-rowcount"))).toBe(stored);
  expect(await view.locator(".tapelab-line").count()).toBeLessThan(80);
  await grid.focus();
  await page.keyboard.press("End");
  const selected = grid.locator('[aria-selected="true"]');
  expect(await selected.getAttribute("aria-rowindex")).toBe(String(stored));
  expect(await selected.locator(".tapelab-op").textContent()).toBe("exp");
  expect(await view.locator(".tapelab-line").count()).toBeLessThan(80);
  await page.keyboard.press("Home");
  expect(await grid.locator('[aria-selected="true"]').getAttribute("aria-rowindex")).toBe("1");
});
