/** A notebook in use: completion, documentation, prompts, interrupts, widgets, charts. */
import { expect, test } from "vitest";
import { useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

test("a slider drives a cell's function; an error marks its line, and a table of objects is a table", async () => {
  const notebook = await workplace.open("interact", [
    'const runs: number[] = [];\ninteract(({ rate, kind, on }) => { runs.push(rate); print(`rate ${rate} ${kind} ${on}`); return plot.line([1, rate]); }, { rate: slider(0, 10), kind: dropdown(["a", "b"]), on: checkbox(true) });',
    "await new Promise((done) => setTimeout(done, 10)); runs.length",
    "print([{ epoch: 1, loss: 0.5 }, { epoch: 2, loss: 0.25 }]);",
    "const f = (x: number) => {\n  throw new RangeError(`not ${x}`);\n};\nf(3)",
  ]);
  const area = notebook.output(0);
  await area.getByText("rate 5 a true").waitFor();
  expect(await area.locator(".tapelab-controls label").allTextContents()).toEqual(["rate", "kind", "on"]);
  // JupyterLab draws the chart itself
  await area.locator(".vega-embed").waitFor();
  const slider = area.getByLabel("rate");
  await slider.focus();
  for (let i = 0; i < 2; i++) await notebook.page.keyboard.press("ArrowRight");
  await area.getByText("rate 7 a true").waitFor();
  await area.getByLabel("kind").selectOption("b");
  await area.getByRole("checkbox", { name: "on" }).uncheck();
  await area.getByText("rate 7 b false").waitFor();
  expect(await area.locator(".tapelab-controls output").textContent()).toBe("7");
  // the output of the run before was replaced
  expect(await area.getByText(/^rate /).count()).toBe(1);
  expect(await area.locator(".vega-embed").count()).toBe(1);

  await notebook.done(3, 4);
  expect(await notebook.output(2).locator("table th").allTextContents()).toEqual(["epoch", "loss"]);
  const error = (await notebook.output(3).textContent()) ?? "";
  expect(error).toContain("RangeError: not 3");
  expect(error).toContain("2 |   throw new RangeError(`not ${x}`);");
  expect(await notebook.cell(3).locator(".cm-content span").count()).toBeGreaterThan(5);
});

test("completion with kinds while typing; the tooltip with documentation", async () => {
  const notebook = await workplace.open("typing", [
    'import { tensor } from "tapelab";\nconst weights = tensor([1, 2]);',
    "weights",
  ]);
  await notebook.done(1, 2);
  await notebook.editor(1).click();
  await notebook.page.keyboard.press("End");
  await notebook.page.keyboard.type(".sof");
  await notebook.page.keyboard.press("Tab");
  const completer = notebook.page.locator(".jp-Completer");
  await completer.locator(".jp-Completer-match", { hasText: "softmax" }).first().waitFor();
  expect(await completer.locator(".jp-Completer-typeExtended").first().textContent()).toBe("method");
  await notebook.page.keyboard.press("Enter");
  await expect.poll(() => notebook.editor(1).textContent()).toMatch(/^weights\.(log)?[sS]oftmax$/);
  await notebook.page.keyboard.press("Shift+Tab");
  await notebook.page.locator(".jp-Tooltip", { hasText: "Tensor" }).waitFor();
  expect(await notebook.page.locator(".jp-Tooltip").textContent()).toMatch(/softmax\(/i);
});

test("prompts ask, and passwords are hidden; an interrupt stops a loop and keeps the variables", async () => {
  const notebook = await workplace.open("asking", [
    "const name = prompt('your name? ');\nname.toUpperCase()",
    "prompt('secret ', { password: true }).length",
    "let n = 0;\nconsole.log('begun');\nawait null;\nwhile (true) n++;",
    "n > 0",
  ]);
  const ask = notebook.output(0).locator("input.jp-Stdin-input");
  await ask.waitFor();
  expect(await notebook.output(0).locator(".jp-Stdin-prompt").textContent()).toBe("your name? ");
  await ask.fill("Ada");
  await ask.press("Enter");
  await notebook.output(0).getByText("'ADA'").waitFor();
  const secret = notebook.output(1).locator("input.jp-Stdin-input");
  await secret.waitFor();
  expect(await secret.getAttribute("type")).toBe("password");
  await secret.fill("1234");
  await secret.press("Enter");
  await notebook.output(1).getByText("4", { exact: true }).waitFor();
  expect(await notebook.output(1).textContent()).not.toContain("1234");

  await notebook.output(2).getByText("begun").waitFor();
  expect(await notebook.prompt(2).textContent()).toBe("[*]:");
  await notebook.command("Interrupt Kernel");
  await notebook.output(2).getByText("KeyboardInterrupt").first().waitFor();
  await notebook.done(2, 3);
  await notebook.run(3);
  await notebook.output(3).getByText("true").waitFor();
});

test("restart and run all", async () => {
  const notebook = await workplace.open("restart", [
    "const kept = (globalThis as { kept?: number }).kept ?? 0;\n(globalThis as { kept?: number }).kept = kept + 1;\nkept",
    "kept + 1",
  ]);
  await notebook.done(1, 2);
  await notebook.command("Run All Cells");
  await notebook.done(1, 4);
  expect(await notebook.output(0).textContent()).toContain("1");
  await notebook.command("Restart Kernel and Run All Cells…");
  await notebook.page.locator(".jp-Dialog button", { hasText: "Restart" }).click();
  await notebook.done(1, 2);
  expect((await notebook.output(0).textContent())?.trim()).toMatch(/0$/);
  expect((await notebook.output(1).textContent())?.trim()).toMatch(/1$/);
});
