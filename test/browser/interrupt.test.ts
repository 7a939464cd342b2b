/** The stop button of JupyterLab. */
import { expect, test } from "vitest";
import { type Notebook, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const stop = (notebook: Notebook): Promise<void> =>
  notebook.page
    .locator('[data-command="notebook:interrupt-kernel"], .jp-ToolbarButtonComponent[title*="nterrupt"]')
    .first()
    .click();

test("the stop button ends a loop that awaits, and names its line", async () => {
  const notebook = await workplace.open("loop", [
    "let c = 0; print('runs');\nfor (;;) {\n  await new Promise((done) => setTimeout(done, 10));\n  c++;\n}",
    "const first = c;\nawait new Promise((done) => setTimeout(done, 300));\nc === first && c > 0",
  ]);
  await notebook.output(0).getByText("runs").waitFor({ timeout: 30_000 });
  await notebook.page.waitForTimeout(300);
  await stop(notebook);
  const text = notebook.output(0);
  await text.getByText("KeyboardInterrupt").first().waitFor({ timeout: 10_000 });
  expect(await text.textContent()).toMatch(/await new Promise[\s\S]*cell\[\d+\]:3:3/);
  await notebook.idle();
  await notebook.run(1);
  await notebook.output(1).getByText("true").waitFor({ timeout: 15_000 });
});

test("the stop button removes the input box of a prompt", async () => {
  const notebook = await workplace.open("prompt", ["prompt('your name? ')", "1 + 1"]);
  const box = notebook.output(0).locator("input.jp-Stdin-input");
  await box.waitFor({ timeout: 30_000 });
  await stop(notebook);
  await notebook.output(0).getByText("KeyboardInterrupt").first().waitFor({ timeout: 10_000 });
  await expect.poll(() => box.count(), { timeout: 5_000 }).toBe(0);
  await notebook.idle();
  await notebook.run(1);
  await notebook.output(1).getByText("2", { exact: true }).waitFor({ timeout: 15_000 });
});
