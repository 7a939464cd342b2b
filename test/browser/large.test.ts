/** A long tape: only the lines in sight are in the page. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { type Tensor, tape, tensor } from "tapelab";
import { type TapeData, tapeOutput } from "tapelab/view";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, openNotebook } from "../support/browser.ts";
import { type Lab, startLab } from "../support/lab.ts";

const length = 4000;
let stored = 0;
let lab: Lab;
let browser: BrowserContext;

function notebook(): object {
  let x: Tensor = tensor([1, 2], { requiresGrad: true });
  for (let i = 0; i < length; i++) x = i % 2 ? x.exp() : x.tanh();
  const output = { output_type: "execute_result", execution_count: 1, metadata: {}, data: tape(x).bundle() };
  stored = (output.data[tapeOutput.mime] as TapeData).rows.op.length;
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "tapelab", display_name: "TypeScript (Tapelab)" } },
    cells: [{ cell_type: "code", id: "long", execution_count: 1, metadata: {}, source: "tape(x)", outputs: [output] }],
  };
}

beforeAll(async () => {
  lab = await startLab([]);
  writeFileSync(join(lab.folder, "long.ipynb"), JSON.stringify(notebook()));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

test("a tape of thousands of rows scrolls", async () => {
  const page = await openNotebook(browser, lab, "long.ipynb");
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
