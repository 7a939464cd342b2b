/** Breakpoints on the tape in JupyterLab: a synchronous loop stops, and the person looks, evaluates, replaces, steps, goes on, interrupts, restarts and reloads. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { host, inspect, tensor } from "tapelab";
import { stopOutput } from "tapelab/view";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { checkLook, inEveryLook } from "../support/looks.ts";
import { type Notebook, notebookOfOutputs, useJupyterLab } from "../support/notebook.ts";

const place = useJupyterLab();

const define = `import { inspect, tensor } from "tapelab";
const w = tensor([[0.5, -0.3, 0.1]], { requiresGrad: true });
const losses: number[] = [];`;

const loop = `function step(scale: number): number {
  const shifted = w * scale;
  const loss = shifted.exp().sum();
  loss.backward();
  return loss.item();
}
for (let i = 0; i < 3; i++) losses.push(step(i + 1));
losses`;

const stopIn = (notebook: Notebook, n: number): Locator =>
  notebook.cell(n).locator(".tapelab-stop.tapelab-view[role=region]");
const at = (stop: Locator, words: string): Promise<void> =>
  stop.locator(".tapelab-header", { hasText: words }).waitFor();
const press = (stop: Locator, name: string): Promise<void> =>
  stop.getByRole("toolbar", { name: "go on" }).getByRole("button", { name, exact: true }).click();

/** Saves a picture, if a folder for pictures is given. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["TAPELAB_PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `breakpoints-${name}.png`) });
}

/** Opens a notebook whose first cell sets a breakpoint, and runs its loop until it stops. */
async function stopped(
  name: string,
  breakpoint = 'inspect.breakWhen({ op: "exp" }, { phase: "forward" });',
): Promise<{ notebook: Notebook; stop: Locator }> {
  const notebook = await place.open(name, [`${define}\n${breakpoint}`, loop, "losses.length"]);
  const stop = stopIn(notebook, 1);
  await stop.getByText("■ Stopped").waitFor();
  return { notebook, stop };
}

test("a synchronous loop stops; the person looks, evaluates, replaces, steps and goes on", async () => {
  const { notebook, stop } = await stopped("loop");
  const { page } = notebook;
  await at(stop, "after exp");
  expect(await stop.getByRole("status").textContent()).toContain("Stopped after exp, cell [2], line 3");
  expect(await stop.locator(".tapelab-stop-tensor").allTextContents()).toEqual([
    expect.stringContaining("x [1, 3] float32"),
    expect.stringContaining("y [1, 3] float32"),
  ]);
  await picture(page, "stop-light");
  // the variables of the function, and those of its caller
  const variables = stop.locator(".tapelab-stop-variables").first();
  expect(await variables.textContent()).toContain("scale");
  expect(await variables.textContent()).toContain("Tensor float32 [1, 3]");
  await stop.getByLabel("function").selectOption({ index: 1 });
  expect(await variables.textContent()).toContain("i");
  await stop.getByLabel("function").selectOption({ index: 0 });
  // TypeScript with arithmetic on tensors
  const code = stop.getByLabel("expression");
  await code.fill("(shifted * 10).toArray()");
  await code.press("Enter");
  const answers = stop.getByRole("log");
  await answers.getByText("[ [ 5, -3, 1 ] ]").waitFor();
  await code.fill("nothing.here");
  await code.press("Enter");
  await answers.getByText("ReferenceError: nothing is not defined").waitFor();
  await code.press("ArrowUp");
  expect(await code.inputValue()).toBe("nothing.here");
  await code.fill("2");
  await stop.getByRole("button", { name: "Replace" }).click();
  await answers.getByText("y = 2").waitFor();
  expect(await violations(page, ".tapelab-stop")).toEqual([]);
  await press(stop, "Step");
  await at(stop, "after sum");
  // keys, while the focus is in the view
  await stop.focus();
  await page.keyboard.press("s");
  await at(stop, "in backward before the rule of sum");
  await page.keyboard.press("c");
  await at(stop, "after exp");
  await at(stop, "stop 4 of this cell");
  await press(stop, "Continue");
  await at(stop, "stop 5 of this cell");
  await press(stop, "Continue");
  await notebook.done(2, 3);
  await expect.poll(() => stop.isVisible()).toBe(false);
  // the output keeps the last stop
  await notebook.output(1).locator("summary", { hasText: "Stopped after exp, and went on" }).waitFor();
  expect(await notebook.output(1).textContent()).toContain("[ 6,");
  expect(await notebook.output(2).textContent()).toContain("3");
});

test("the tape's gutter sets breakpoints, which are listed, switched off, and kept over a restart and a reload", async () => {
  const tape = `import { tape } from "tapelab";\nconst h = w.mul(2).exp();\ntape(h.sum())`;
  const notebook = await place.open("gutter", [define, tape]);
  const { page } = notebook;
  const row = notebook.output(1).locator(".tapelab-line", { hasText: "exp" });
  await row.waitFor();
  await row.locator(".tapelab-gutter-cell").click();
  await expect.poll(() => notebook.output(1).locator(".tapelab-break").count()).toBe(1);
  await picture(page, "gutter");
  await notebook.command("Inspector: Breakpoints");
  const list = page.locator(".tapelab-breakpoints-list");
  await list.getByText("op exp, this cell, line 2").waitFor();
  await inEveryLook(notebook, (look) => checkLook(list, `breakpoints-${look}`));
  const runTape = async (): Promise<void> => {
    await notebook.editor(1).click();
    await page.keyboard.press("Control+Enter");
  };
  await runTape();
  const stop = stopIn(notebook, 1);
  await at(stop, "after exp");
  await picture(page, "panel");
  await press(stop, "Continue");
  await expect.poll(() => stop.isVisible()).toBe(false);
  // a new kernel gets the breakpoint again
  await notebook.restartKernel();
  await notebook.command("Run All Cells");
  await at(stop, "after exp");
  await press(stop, "Continue");
  await expect.poll(() => stop.isVisible()).toBe(false);
  // JupyterLab keeps its state a while after a change
  const kept = page.waitForResponse(
    (response) => {
      const request = response.request();
      const text = request.postData()?.replaceAll("\\", "") ?? "";
      return (
        request.method() === "PUT" && response.url().includes("/api/workspaces/") && text.includes('"enabled":false')
      );
    },
    { timeout: 0 },
  );
  await list.getByLabel("breakpoint: op exp, this cell, line 2", { exact: true }).uncheck();
  await notebook.idle();
  await runTape();
  await notebook.done(1, 3);
  expect(await stop.isVisible()).toBe(false);
  await kept;
  await page.reload();
  await notebook.idle();
  await notebook.command("Inspector: Breakpoints");
  const box = list.getByLabel("breakpoint: op exp, this cell, line 2", { exact: true });
  await box.waitFor();
  expect(await box.isChecked()).toBe(false);
  // the form adds one, and refuses what is no condition
  await list.getByLabel("condition", { exact: true }).selectOption("norm above");
  await list.getByRole("button", { name: "Add" }).click();
  await list.getByText("▲ Type a number").waitFor();
  await list.getByLabel("of the condition").fill("2");
  await list.getByRole("button", { name: "Add" }).click();
  await list.getByText("norm above 2").waitFor();
  await list.getByRole("button", { name: "remove breakpoint: op exp, this cell, line 2" }).click();
  await expect.poll(() => list.locator("tbody tr").count()).toBe(1);
});

test("an interrupt and a restart end the stop, and the next run stops again", async () => {
  const { notebook, stop } = await stopped("interrupt");
  await notebook.command("Interrupt Kernel");
  await notebook.output(1).getByText("KeyboardInterrupt").first().waitFor();
  await expect.poll(() => stop.isVisible()).toBe(false);
  await notebook.run(1);
  await stop.getByText("■ Stopped").waitFor();
  await press(stop, "Abort");
  await notebook.output(1).getByText("stopped at exp, forward").first().waitFor();
  await expect.poll(() => stop.isVisible()).toBe(false);
  await notebook.idle();
  await notebook.run(1);
  await stop.getByText("■ Stopped").waitFor();
  await notebook.restartKernel();
  await expect.poll(() => stop.isVisible()).toBe(false);
  await notebook.run(0);
  await notebook.done(0, 1);
});

test("a page that is loaded again shows the stop, in dark and narrow too", async () => {
  const { notebook } = await stopped(
    "reload",
    'inspect.breakWhen("notFinite"); inspect.breakWhen({ op: "exp" }, { phase: "backward" });',
  );
  const { page } = notebook;
  await notebook.save();
  place.lab.setTheme("dark");
  await page.reload();
  const stop = stopIn(notebook, 1);
  await at(stop, "in backward before the rule of exp");
  expect(await stop.locator(".tapelab-stop-tensor").allTextContents()).toEqual([
    expect.stringContaining("operand"),
    expect.stringContaining("upstream gradient"),
  ]);
  await page.setViewportSize({ width: 700, height: 900 });
  await picture(page, "stop-narrow");
  const code = stop.getByLabel("expression");
  await code.fill("w.grad");
  await code.press("Enter");
  await stop.getByRole("log").locator("pre").first().waitFor();
  await notebook.command("Continue the Stopped Program");
  await at(stop, "stop 2 of this cell");
  await notebook.command("Continue the Stopped Program");
  await at(stop, "stop 3 of this cell");
  await press(stop, "Continue");
  await expect.poll(() => stop.isVisible()).toBe(false);
  place.lab.setTheme("light");
});

test("what an output keeps of a stop is drawn without a kernel and without trust", async () => {
  const kept: object[] = [];
  host.setStopHandler((stop) => {
    kept.push(stopOutput.bundle(host.encodeStop(stop, { stop: 1, count: 2, outcome: "expired" })));
    return "continue";
  });
  const breakpoint = inspect.breakWhen({ op: "log", value: "infinite" });
  tensor([0, 1, 2]).log();
  breakpoint.remove();
  host.setStopHandler(null);
  writeFileSync(join(place.lab.folder, "kept.ipynb"), notebookOfOutputs({ kept: kept[0] ?? {} }));
  const notebook = await place.openFile("kept.ipynb");
  const output = notebook.output(0);
  const summary = output.locator("summary", { hasText: "Stopped after log, and went on without a front end" });
  await summary.waitFor();
  await summary.focus();
  await notebook.page.keyboard.press("Enter");
  await output.getByText("▲ log gave -Infinity at [0] (1 of 3 elements are not finite).").waitFor();
  expect(await output.locator(".tapelab-stop-tensor").count()).toBe(2);
  expect(await violations(notebook.page, ".tapelab-stop")).toEqual([]);
  await picture(notebook.page, "kept");
});
