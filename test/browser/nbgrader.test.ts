/** An assignment from its release to the feedback, by nbgrader's panels in JupyterLab: formgrader, assignment list, and the button that validates. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import type { LabProgram } from "../support/lab.ts";
import { Notebook, useJupyterLab } from "../support/notebook.ts";
import { inRoot, venvTool } from "../support/paths.ts";

const workplace = useJupyterLab([], {
  prepare(folder, home) {
    const script = inRoot("test", "grading", "panels.py");
    return JSON.parse(execFileSync(venvTool("python"), [script, folder, home], { encoding: "utf8" })) as LabProgram;
  },
});

const answers: Readonly<Record<string, string>> = {
  "function cube": "function cube(x: number): number {\n  return x ** 3;\n}",
  // the rule lacks a factor of two
  "const square": `import { autograd } from "tapelab";
class Square extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x * x;
  }
  static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    return g * x!;
  }
}
const square = (x: Tensor): Tensor => Square.apply(x);`,
  // the cell that is left
  "YOUR CODE HERE": `const mySoftmax = (x: Tensor): Tensor => {
  const e = (x - x.max()).exp();
  return e / e.sum();
};`,
};

const essay = "Because a rule is the derivative of its op.";

/** Writes a picture for a person to look at, where the environment names a folder. */
async function picture(target: Page | Locator, name: string): Promise<void> {
  const folder = process.env["TAPELAB_PICTURES"];
  if (folder !== undefined) await target.screenshot({ path: join(folder, `nbgrader-${name}.png`) });
}

/** The pages of the instructor, which the panel shows in a frame. */
class Formgrader {
  readonly #page: Page;
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.#page = page;
    this.frame = page.frameLocator("iframe");
  }

  /** Clicks on an action of a row, and waits until nbgrader reports its success. */
  async act(name: string): Promise<void> {
    await this.frame.locator(`td.${name} a`).click();
    const report = this.frame.locator(".modal.in");
    // grading runs the notebook twice
    await report.waitFor({ timeout: 240_000 });
    expect(await report.locator(".modal-title").textContent(), (await report.textContent()) ?? "").toBe("Success");
    await report.locator("button[data-dismiss=modal]").last().click();
    await report.waitFor({ state: "hidden" });
  }

  /** Opens the list of assignments, or another page, and waits until it has taken the place of the page before, which has the same actions. */
  async open(path = "manage_assignments"): Promise<void> {
    await this.frame.locator("html").evaluate((node) => node.setAttribute("data-before", ""));
    await this.#page
      .locator("iframe")
      .evaluate((node, url) => node.setAttribute("src", url), `${workplace.lab.url}/formgrader/${path}`);
    await this.frame.locator("html:not([data-before])").waitFor({ state: "attached" });
  }
}

/** Opens a panel by nbgrader's menu. */
async function openPanel(page: Page, name: string): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: "Nbgrader" }).click();
  await page.locator(".lm-Menu-itemLabel").getByText(name, { exact: true }).click();
}

const tab = (page: Page, name: string): Locator =>
  page.locator("#jp-main-dock-panel .lm-TabBar-tab", { hasText: name });

const dialog = (page: Page): Locator => page.locator(".jp-Dialog-content");

/** Replaces the text of the cells that have the given texts, and answers the question at the end. */
async function answer(notebook: Notebook): Promise<void> {
  for (const [begin, text] of Object.entries(answers)) {
    const editor = notebook.page.locator(".jp-CodeCell .cm-content", { hasText: begin }).first();
    await editor.click();
    await notebook.page.keyboard.press("Control+a");
    await notebook.page.keyboard.insertText(text);
  }
  const question = notebook.page.locator(".jp-MarkdownCell").last();
  await question.locator(".jp-MarkdownOutput").dblclick();
  await question.locator(".cm-content").click();
  await notebook.page.keyboard.press("Control+a");
  await notebook.page.keyboard.insertText(essay);
  expect(await question.locator(".cm-content").textContent()).toBe(essay);
}

test("release, fetch, validate, submit, collect, autograde, grade by hand, and read the feedback", {
  timeout: 900_000,
}, async () => {
  const { lab, browser } = workplace;
  const page = await browser.newPage();
  await page.goto(`${lab.url}/lab?token=${lab.token}&reset`);
  await page.locator(".jp-Launcher").waitFor();

  // the instructor generates and releases the assignment
  await openPanel(page, "Formgrader");
  const grader = new Formgrader(page);
  await grader.act("assign");
  await grader.act("release");
  await grader.frame.getByText("released", { exact: true }).waitFor();

  // a student fetches it, works on it with the kernel, and validates it
  await openPanel(page, "Assignment List");
  await page.locator("#released_assignments_list button", { hasText: "Fetch" }).click();
  const fetched = page.locator("#fetched_assignments_list");
  await fetched.locator("a", { hasText: "ps1" }).click();
  await picture(page, "assignments");
  await fetched.locator("a", { hasText: "work" }).click();
  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
  const work = new Notebook(page);
  await work.idle();
  await answer(work);
  await work.command("Run All Cells");
  const tensors = page.locator(".jp-CodeCell", { hasText: 'check.part("gradients"' });
  await tensors.locator(".tapelab-failed", { hasText: "return g * x!;" }).waitFor();
  await work.save();
  await page.locator(".validate-button").first().click();
  await dialog(page).waitFor();
  const said = (await dialog(page).textContent()) ?? "";
  expect(said).toContain("The following cell failed:check.part");
  expect(said).toContain("Partial credit; passed some but not all of the tests");
  expect(said).not.toContain("mySoftmax");
  await picture(page, "validate");
  await dialog(page).locator("button").last().click();
  await tab(page, "Assignments").click();
  const check = fetched.locator("button", { hasText: "Validate" });
  await check.click();
  await dialog(page).waitFor();
  await dialog(page).locator("button").last().click();
  await expect.poll(() => check.getAttribute("class")).toContain("btn-danger");
  await fetched.locator("button", { hasText: "Submit" }).click();
  const submitted = page.locator("#submitted_assignments_list .list_item");
  await submitted.first().waitFor();

  // the instructor collects and grades it
  await tab(page, "Formgrader").click();
  await grader.open();
  await grader.act("collect");
  await grader.frame.locator("td.num-submissions a").click();
  await grader.act("autograde");
  const [status, score] = [grader.frame.locator("td.status"), grader.frame.locator("td.score")];
  await expect.poll(() => status.textContent()).toBe("needs manual grading");
  expect(await score.textContent()).toBe("4 / 11");
  await picture(page, "autograded");
  await grader.frame.locator("td.student-name a").click();
  await grader.frame.locator("td.name a").click();
  await grader.frame.getByText("return g * x!;").first().waitFor();
  await picture(page, "formgrade");
  const points = grader.frame.locator("input.score").last();
  const stored = page.waitForResponse(
    (r) => r.request().method() === "PUT" && r.url().includes("/formgrader/api/grade/"),
  );
  await points.fill("4");
  await points.press("Tab");
  await stored;
  await grader.open("manage_submissions/ps1");
  await expect.poll(() => status.textContent()).toBe("graded");
  expect(await score.textContent()).toBe("8 / 11");
  await grader.act("generate-feedback");
  await grader.act("release-feedback");

  // the student fetches the feedback and reads it
  await tab(page, "Assignments").click();
  await page.locator("#refresh_assignments_list").click();
  await submitted.locator("button", { hasText: "Fetch Feedback" }).click();
  await page.getByText("(view feedback)").waitFor();
  const folder = join(lab.folder, "ps1", "feedback");
  const [time = ""] = readdirSync(folder);
  const feedback = await browser.newPage();
  const errors: string[] = [];
  feedback.on("pageerror", (error) => errors.push(error.message));
  await feedback.goto(`${lab.url}/files/ps1/feedback/${encodeURIComponent(time)}/work.html?token=${lab.token}`);
  const text = (await feedback.locator("body").innerText()).replaceAll(/\s+/g, " ");
  for (const words of [
    "Score: 8.0 / 11.0",
    "gradients (0 of 2)",
    "the gradient of the input [2, 2] is wrong in 4 of 4 elements",
    "Square, gradient of x",
    "your line return g * x!; (cell 4 : line 9)",
    "Every element is 2 times too small",
    "▶ Square",
  ])
    expect(text).toContain(words);
  expect(text).not.toContain("secretReference");
  await picture(feedback, "feedback");
  await feedback.getByText("the gradient of the input").first().scrollIntoViewIfNeeded();
  await picture(feedback, "feedback-gradient");
  await feedback.close();
  expect(errors).toEqual([]);
});
