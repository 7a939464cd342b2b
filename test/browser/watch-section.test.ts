/** The panel's section of watched trainings: live, several runs, without a kernel, and its accessibility. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { type Notebook, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const setup = `import { existsSync } from "node:fs";
import { F, manualSeed, nn, optim, randint, randn, watch } from "tapelab";
manualSeed(1);
const makeModel = () => new nn.Sequential(new nn.Linear(16, 64), new nn.ReLU(), new nn.Linear(64, 4));
const x = randn([64, 16]);
const y = randint(0, 4, [64]);
function train(model: nn.Sequential, optimizer: optim.Optimizer, more: () => boolean) {
  while (more()) {
    optimizer.zeroGrad();
    F.crossEntropy(model(x), y).backward();
    optimizer.step();
  }
}`;
const live = `const model = makeModel();
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
const run = watch(model, { optimizer, name: "first" });
train(model, optimizer, () => !existsSync("enough"));`;
const broken = `const other = makeModel();
const sgd = new optim.SGD(other.parameters(), { lr: 1e4 });
const second = watch(other, { optimizer: sgd, name: "rate 1e4" });
train(other, sgd, () => second.steps < 60);`;

/** Writes a picture for a person to look at, where the environment names a folder. */
async function picture(target: Locator, name: string): Promise<void> {
  const folder = process.env["TAPELAB_PICTURES"];
  if (folder !== undefined) await target.screenshot({ path: join(folder, `${name}.png`) });
}

const panelOf = (page: Page): Locator => page.locator("#tapelab-inspector");

async function openSection(notebook: Notebook): Promise<Locator> {
  await notebook.command("Inspector: Watch");
  const panel = panelOf(notebook.page);
  await panel.waitFor();
  return panel;
}

async function stepsOf(panel: Locator): Promise<number> {
  const text = await panel.locator(".tapelab-watch .tapelab-title").textContent();
  return Number(text?.replace(/ steps?$/, "").replaceAll(",", ""));
}

test("the section follows the watch that runs, and shows those that ran", async () => {
  const notebook = await workplace.open("watch-section", [setup, live, broken], { run: false });
  const { page } = notebook;
  const panel = await openSection(notebook);
  await panel.getByText("No training of this notebook is watched").waitFor();
  await notebook.run(0);
  await notebook.done(0, 1);
  await notebook.run(1);
  const view = panel.locator(".tapelab-watch");
  await view.locator(".tapelab-watch-live").waitFor();
  const first = await stepsOf(panel);
  await view.locator("svg").evaluateAll((all) => all.forEach((svg) => svg.setAttribute("data-marked", "")));
  await expect.poll(() => stepsOf(panel)).toBeGreaterThan(Math.max(first, 60));
  expect(await view.locator("svg[data-marked]").count(), "elements stay").toBeGreaterThan(3);
  expect(await panel.locator(".tapelab-watch-choice").isVisible(), "no choice of one").toBe(false);
  await picture(panel, "watch-section-live");
  writeFileSync(join(workplace.lab.folder, "enough"), "");
  await notebook.done(1, 2);
  await expect.poll(() => view.locator(".tapelab-watch-live").isVisible()).toBe(false);

  // the next watch takes its place, with alarms by their titles
  await notebook.run(2);
  await notebook.done(2, 3);
  const alarms = view.locator(".tapelab-watch-alarms li");
  await expect.poll(() => alarms.allTextContents()).not.toEqual([]);
  expect(await alarms.first().textContent()).toContain("The learning rate is too large");
  await expect.poll(() => stepsOf(panel)).toBe(60);
  await alarms.first().getByRole("button", { name: /^step/ }).click();
  await view.locator(".tapelab-watch-tape .tapelab-line").first().waitFor();
  expect(await violations(page, "#tapelab-inspector")).toEqual([]);
  await picture(panel, "watch-section-alarms");

  // an earlier one is chosen, and stays
  const choice = panel.getByLabel("watched training");
  await expect
    .poll(() => choice.locator("option").allTextContents())
    .toEqual(["first (cell [2])", "rate 1e4 (cell [3])"]);
  await choice.selectOption({ label: "first (cell [2])" });
  await expect.poll(() => stepsOf(panel)).toBeGreaterThan(60);
  expect(await alarms.count()).toBe(0);

  // in the saved notebook, without a kernel, in the dark
  await page.keyboard.press("Escape");
  await notebook.command("Save Notebook");
  await expect
    .poll(() => workplace.lab.read("watch-section.ipynb").includes("The learning rate is too large"))
    .toBe(true);
  await page.close();
  workplace.lab.setTheme("dark");
  const saved = await workplace.openFile("watch-section.ipynb");
  workplace.lab.setTheme("light");
  await saved.idle();
  await workplace.lab.stopKernels();
  const dark = await openSection(saved);
  await dark.locator(".tapelab-watch-alarms li").first().waitFor();
  expect(await violations(saved.page, "#tapelab-inspector")).toEqual([]);
  await picture(dark, "watch-section-dark");
});
