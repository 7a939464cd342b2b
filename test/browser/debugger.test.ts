/** JupyterLab's own debugger with the kernel, after JupyterLab's tests of it (galata/test/jupyterlab/debugger.test.ts). */
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { checkLook, inEveryLook } from "../support/looks.ts";
import { codeOf, type Notebook, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

/** JupyterLab's debugger in the page of a notebook. */
class DebuggerPanel {
  readonly notebook: Notebook;
  readonly page: Page;

  constructor(notebook: Notebook) {
    this.notebook = notebook;
    this.page = notebook.page;
  }

  get button(): Locator {
    return this.page.locator(".jp-NotebookPanel-toolbar .jp-DebuggerBugButton");
  }

  get frames(): Locator {
    return this.page.locator(".jp-DebuggerCallstack-body .jp-DebuggerCallstackFrame");
  }

  get breakpoints(): Locator {
    return this.page.locator(".jp-DebuggerBreakpoints .jp-DebuggerBreakpoint");
  }

  /** The line of a cell at which the program is stopped. */
  stoppedLine(n: number): Locator {
    return this.notebook.cell(n).locator(".jp-DebuggerEditor-highlight");
  }

  /** The code of the stopped line of a cell. */
  stoppedCode(n: number): Promise<string> {
    return this.stoppedLine(n).evaluate(codeOf);
  }

  /** A row of the tree of variables, by the name of the variable. */
  variable(name: string): Locator {
    const rows = this.page.locator(".jp-DebuggerVariables-body").getByRole("treeitem");
    return rows.filter({ has: this.page.getByText(name, { exact: true }) }).last();
  }

  async switchOn(): Promise<void> {
    await this.button.click();
    await this.page.locator("#jp-debugger-sidebar, .jp-DebuggerSidebar").first().waitFor();
  }

  /** Clicks the gutter of a cell beside a 1-based line. */
  async clickGutter(n: number, line: number): Promise<void> {
    const gutter = this.notebook.cell(n).locator(".cm-breakpoint-gutter > .cm-gutterElement").nth(line);
    await gutter.waitFor();
    await gutter.click({ position: { x: 5, y: 5 } });
  }

  /** Stops in the function of the first cell by a breakpoint of the gutter, when all cells have run. */
  async stopInFunction(): Promise<void> {
    await this.notebook.done(1, 2);
    await this.switchOn();
    await this.clickGutter(0, 5);
    await expect.poll(() => this.breakpoints.allInnerTexts()).toEqual([expect.stringMatching(/^Cell \[1\]\s+5$/)]);
    expect(await this.frames.count()).toBe(0);
    await this.notebook.run(1);
    await this.frames.first().waitFor();
  }

  press(title: string): Promise<void> {
    return this.page.locator(`jp-button[title^="${title}"]`).first().click();
  }

  async scope(name: string): Promise<void> {
    await this.page.getByLabel("Scope").selectOption(name);
  }
}

const cells = [
  `import { tensor } from "tapelab";
const scale = tensor([[1, 2], [3, 4]], { requiresGrad: true });
scale.mul(scale).sum().backward();
function add(a: number, b: number): number {
  const localVar = a + b;
  return localVar;
}`,
  `const result = add(1, 2);
const y = scale * result;
console.log(result);`,
];

/** Opens the cells, and stops in the function by a breakpoint of the gutter. */
async function stopInFunction(name: string): Promise<DebuggerPanel> {
  const panel = new DebuggerPanel(await workplace.open(name, cells));
  await panel.stopInFunction();
  return panel;
}

test("the gutter sets a breakpoint; the panel shows the stopped line, the calls and the variables; steps and Continue work", async () => {
  const panel = await stopInFunction("debugger");
  const { notebook, page } = panel;
  expect(await panel.frames.allInnerTexts()).toEqual(
    ["add\nCell [1]:5", "<cell>\nCell [*]:1"].map((t) => expect.stringContaining(t.split("\n")[1] ?? "")),
  );
  expect(await panel.stoppedCode(0)).toBe("  const localVar = a + b;");
  await page.getByText("Paused in Debugger").waitFor();
  await panel.scope("Locals");
  await panel.variable("a").waitFor();
  expect(await panel.variable("a").innerText()).toMatch(/a\s*1/);
  await panel.press("Next");
  await expect.poll(() => panel.stoppedCode(0)).toBe("  return localVar;");
  await expect.poll(() => panel.variable("localVar").innerText()).toMatch(/localVar\s*3/);
  await panel.press("Step Out");
  await expect.poll(() => panel.stoppedCode(1)).toBe("const y = scale * result;");
  await panel.press("Next");
  await expect.poll(() => panel.stoppedCode(1)).toBe("console.log(result);");
  await panel.scope("Locals");
  await panel.variable("y").waitFor();
  await panel.press("Continue");
  await notebook.done(1, 3);
  await expect.poll(() => panel.frames.count()).toBe(0);
  await expect.poll(() => page.getByText("Paused in Debugger").count()).toBe(0);
  await expect.poll(() => notebook.output(1).textContent()).toBe("3\n");
});

test("values expand, tensors show their picture, and the console evaluates in the frame", async () => {
  const notebook = await workplace.open("values", cells, { run: false });
  const { page } = notebook;
  // with a main area that has room for several documents
  await page.goto(page.url().replace("/doc/tree/", "/lab/tree/"));
  await notebook.idle();
  await notebook.command("Run All Cells");
  const panel = new DebuggerPanel(notebook);
  await panel.stopInFunction();
  await panel.scope("Globals");
  await panel.variable("scale").click();
  await panel.variable("grad").waitFor();
  const pictures = page.locator(".jp-VariableRendererPanel-renderer");
  await panel.variable("grad").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Render Variable" }).click();
  await expect.poll(() => pictures.allTextContents()).toEqual([expect.stringContaining("[2, 2]")]);
  expect(await pictures.first().textContent()).not.toContain("has a gradient");
  await panel.variable("scale").locator(".jp-DebuggerVariables-name").first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Render Variable" }).click();
  await expect
    .poll(() => pictures.allTextContents())
    .toContainEqual(expect.stringContaining("has a gradient, norm 10.95"));
  const shown = pictures.last();
  await inEveryLook(notebook, (look) => checkLook(shown, `variable-${look}`));

  await panel.press("Evaluate Code");
  const prompt = page.locator(".jp-DebugConsole .jp-CodeConsole-input .cm-content");
  const results = page.locator(".jp-DebugConsole .jp-OutputArea-output");
  await prompt.click();
  await page.keyboard.type("scale * (a + b)");
  await page.keyboard.press("Shift+Enter");
  await expect.poll(() => results.last().textContent()).toContain("tensor([[ 3.,  6.]");
  // the variables are shown anew, as the expression may have changed them
  await panel.variable("scale").waitFor();
  await prompt.click();
  await page.keyboard.type("nothing + 1");
  await page.keyboard.press("Shift+Enter");
  await expect.poll(() => notebook.output(1).textContent()).toContain("nothing is not defined");
});

test("a reloaded page has the breakpoints and the stop; a restart while stopped ends it and keeps the breakpoints", async () => {
  const panel = await stopInFunction("reload");
  const { notebook, page } = panel;
  const marker = notebook.cell(0).locator(".cm-breakpoint-icon").last();
  await page.reload();
  await panel.frames.first().waitFor();
  await marker.waitFor();
  await page.getByText("Paused in Debugger").waitFor();
  await notebook.restartKernel();
  await expect.poll(() => panel.frames.count()).toBe(0);
  await marker.waitFor();
  await notebook.run(0);
  await notebook.run(1);
  await expect.poll(() => panel.stoppedLine(0).allTextContents()).toEqual(["  const localVar = a + b;"]);
  await panel.press("Terminate");
  await notebook.done(1, 2);
  await expect.poll(() => notebook.output(1).textContent()).toBe("3\n");
});

test("steps into functions, copies a variable to the globals, stops at exceptions and pauses a loop", async () => {
  const panel = new DebuggerPanel(
    await workplace.open(
      "flows",
      [
        ...cells,
        'function fails(n: number): number {\n  if (n > 2) throw new Error("too large");\n  return n;\n}\ntry { fails(5); } catch { console.log("caught"); }\nfails(7);',
        "let n = 0;\nconsole.log('runs');\nwhile (n < 1e12) n = n + 1;",
        "localVar + 1",
      ],
      { run: false },
    ),
  );
  const { notebook, page } = panel;
  await notebook.run(0);
  await notebook.done(0, 1);
  await panel.switchOn();
  // a breakpoint at the call, and into the function from there
  await panel.clickGutter(1, 1);
  await notebook.run(1);
  await expect.poll(() => panel.stoppedLine(1).allTextContents()).toEqual(["const result = add(1, 2);"]);
  await panel.press("Step In");
  await expect.poll(() => panel.stoppedLine(0).allTextContents()).toEqual(["  const localVar = a + b;"]);
  await panel.press("Next (");
  await panel.scope("Locals");
  await expect.poll(() => panel.variable("localVar").innerText()).toMatch(/localVar\s*3/);
  await panel.variable("localVar").locator(".jp-DebuggerVariables-name").first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy Variable to Globals" }).click();
  await panel.scope("Globals");
  await panel.variable("localVar").waitFor();
  await panel.press("Continue");
  await notebook.done(1, 2);
  await notebook.run(4);
  await notebook.done(4, 3);
  expect(await notebook.output(4).textContent()).toContain("4");
  // exceptions: the one that is caught, and the other
  await page.locator('jp-button[title="Pause on exception filter"]').click();
  await page.locator(".lm-Menu-item", { hasText: "all" }).click();
  await notebook.run(2);
  await expect.poll(() => panel.stoppedLine(2).count()).toBe(1);
  expect(await panel.stoppedCode(2)).toContain("throw new Error");
  await panel.press("Continue");
  await expect.poll(() => panel.frames.allInnerTexts()).toContainEqual(expect.stringContaining("Cell [*]:6"));
  await panel.press("Continue");
  await notebook.output(2).getByText("Error: too large").first().waitFor();
  // a loop without an await
  await notebook.run(3);
  await notebook.output(3).getByText("runs").waitFor();
  await panel.press("Pause (");
  await expect.poll(() => panel.stoppedLine(3).count()).toBe(1);
  await panel.press("Terminate");
  await notebook.command("Interrupt Kernel");
  await notebook.output(3).getByText("KeyboardInterrupt").first().waitFor();
});
