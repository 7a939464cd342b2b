/** The stop button of JupyterLab. */
import { expect, test } from "vitest";
import { type Notebook, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const stop = (notebook: Notebook): Promise<void> =>
  notebook.page
    .locator('[data-command="notebook:interrupt-kernel"], .jp-ToolbarButtonComponent[title*="nterrupt"]')
    .first()
    .click();

test("the stop button ends a loop that awaits, and names its line; and removes the input box of a prompt", async () => {
  const notebook = await workplace.open("loop", [
    "let c = 0;\nfor (;;) {\n  await new Promise((done) => setTimeout(done, 10));\n  if (c++ === 0) print('runs');\n}",
    "const first = c;\nawait new Promise((done) => setTimeout(done, 300));\nc === first && c > 0",
    "prompt('your name? ')",
    "1 + 1",
  ]);
  await notebook.output(0).getByText("runs").waitFor();
  await stop(notebook);
  const text = notebook.output(0);
  await text.getByText("KeyboardInterrupt").first().waitFor();
  expect(await text.textContent()).toMatch(/await new Promise[\s\S]*cell\[\d+\]:3:3/);
  await notebook.idle();
  await notebook.run(1);
  await notebook.output(1).getByText("true").waitFor();

  await notebook.run(2);
  const box = notebook.output(2).locator("input.jp-Stdin-input");
  await box.waitFor();
  await stop(notebook);
  await notebook.output(2).getByText("KeyboardInterrupt").first().waitFor();
  await expect.poll(() => box.count()).toBe(0);
  await notebook.idle();
  await notebook.run(3);
  await notebook.output(3).getByText("2", { exact: true }).waitFor();
});
