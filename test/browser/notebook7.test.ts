/** The panel and the views in Notebook 7. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { notebookText, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

test("Notebook 7 shows the views, and the panel in its right side bar follows the cells", async () => {
  const { lab, browser } = workplace;
  const cells = [
    'import { tape, tensor } from "tapelab";\nconst w = tensor([1, 2], { requiresGrad: true });\nconst loss = w.mul(3).sum();\nloss.backward();\ntape(loss)',
    "const other = w.exp().sum();\nother.backward();",
  ];
  writeFileSync(join(lab.folder, "seven.ipynb"), notebookText(cells));
  const page = await browser.newPage();
  await page.setViewportSize({ width: 1400, height: 900 });
  await lab.startKernel("seven.ipynb");
  await page.goto(`${lab.url}/notebooks/seven.ipynb?token=${lab.token}`);
  const cell = (n: number): ReturnType<typeof page.locator> => page.locator(".jp-Notebook .jp-CodeCell").nth(n);
  await cell(0).waitFor();
  const run = async (n: number): Promise<void> => {
    await cell(n).locator(".cm-content").click();
    await page.keyboard.press("Shift+Enter");
  };
  // keys are lost until the page has a kernel
  const prompt = cell(0).locator(".jp-InputArea-prompt");
  await expect
    .poll(async () => {
      await run(0);
      return prompt.textContent();
    })
    .not.toBe("[ ]:");
  await cell(0).locator(".tapelab-tape .tapelab-line").first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+KeyC");
  await page.locator(".lm-CommandPalette-input").fill("Show the Inspector");
  await page.locator(".lm-CommandPalette-item", { hasText: "Show the Inspector" }).first().click();
  const panel = page.locator("#tapelab-inspector");
  await panel.locator(".tapelab-line").first().waitFor();
  expect(await panel.locator(".tapelab-line .tapelab-op").allTextContents()).toEqual(["mul", "sum"]);
  await run(1);
  await expect.poll(() => panel.locator(".tapelab-line .tapelab-op").allTextContents()).toEqual(["exp", "sum"]);
  await panel.getByRole("tab", { name: "Graph" }).click();
  await panel.locator(".tapelab-graph-node").first().waitFor();
  expect(await violations(page, "#tapelab-inspector")).toEqual([]);
  await panel.getByRole("button", { name: "help" }).click();
  await page.getByText("Keys in the tape").waitFor();
});
