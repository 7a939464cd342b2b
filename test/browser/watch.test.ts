/** A watched training in JupyterLab: live in a loop that does not return, its alarms and tapes, and the saved file without trust and without a kernel. */
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
const makeModel = () => new nn.Sequential(new nn.Linear(16, 64), new nn.ReLU(), new nn.Linear(64, 64), new nn.ReLU(), new nn.Linear(64, 4));
const x = randn([64, 16]);
const y = randint(0, 4, [64]);
function train(model: nn.Sequential, optimizer: optim.Optimizer, more: () => boolean) {
  while (more()) {
    optimizer.zeroGrad();
    F.crossEntropy(model(x), y).backward();
    optimizer.step();
  }
}`;
/** A training that goes on while a condition holds. */
const live = (condition: string): string => `const model = makeModel();
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
const run = watch(model, { optimizer, name: "first" });
const began = Date.now();
train(model, optimizer, () => ${condition});
const milliseconds = Date.now() - began;`;
const short = live("run.steps < 200");
const broken = `const other = makeModel();
const sgd = new optim.SGD(other.parameters(), { lr: 1e4 });
const second = watch(other, { optimizer: sgd, name: "rate 1e4", compare: run });
train(other, sgd, () => second.steps < 60);`;

const view = (page: Page): Locator => page.locator(".tapelab-watch");

/** Returns the number of steps that the view of a cell shows. */
async function steps(notebook: Notebook, n: number): Promise<number> {
  const text = await notebook.output(n).locator(".tapelab-watch .tapelab-title").textContent();
  return Number(text?.replace(/ steps?$/, "").replaceAll(",", ""));
}

const setWindowing = (windowingMode: "full" | "contentVisibility"): void =>
  workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode });

test("a loop that does not return is shown live, without flicker, and ends as a picture and a table", async () => {
  const notebook = await workplace.open("live", [setup, live('!existsSync("enough")'), "milliseconds"]);
  const { page } = notebook;
  await notebook.output(1).locator(".tapelab-watch").waitFor();
  const first = await steps(notebook, 1);
  // elements that stay over updates show that nothing is drawn anew
  await notebook.output(1).evaluate((node) => {
    for (const svg of node.querySelectorAll(".tapelab-watch svg")) svg.setAttribute("data-marked", "");
    let updates = 0;
    new MutationObserver(() => {
      updates++;
      node.setAttribute("data-updates", String(updates));
    }).observe(node.querySelector(".tapelab-watch .tapelab-title") as Node, { childList: true });
  });
  expect(await notebook.prompt(1).textContent(), "the cell runs").toBe("[*]:");
  await expect.poll(() => steps(notebook, 1)).toBeGreaterThan(first);
  expect(await notebook.output(1).locator(".tapelab-watch-live").isVisible()).toBe(true);
  const updates = async (): Promise<number> => Number(await notebook.output(1).getAttribute("data-updates"));
  await expect.poll(updates).toBeGreaterThan(4);
  writeFileSync(join(workplace.lab.folder, "enough"), "");
  await notebook.done(2, 3);
  const milliseconds = Number(await notebook.output(2).locator(".jp-OutputArea-output").innerText());
  expect(milliseconds).toBeGreaterThan(0);
  expect(await updates(), "at most 4 updates a second, and the last").toBeLessThanOrEqual(milliseconds / 250 + 3);
  expect(await notebook.output(1).locator("svg[data-marked]").count()).toBeGreaterThan(3);
  expect(await notebook.output(1).locator(".tapelab-watch-live").isVisible()).toBe(false);
  // the table
  const table = notebook.output(1).locator(".jp-RenderedHTMLCommon table");
  expect(await table.locator("tbody th").allTextContents()).toEqual(["0 Linear", "2 Linear", "4 Linear"]);
  expect(await notebook.output(1).locator(".jp-OutputArea-child").count()).toBe(2);
  // the cursor of the heat map reads out, by pointer and by keys
  const heat = view(page).locator("[data-chart=heat]");
  await heat.scrollIntoViewIfNeeded();
  await heat.hover({ position: { x: 200, y: 20 } });
  const words = view(page).locator(".tapelab-watch-words");
  await expect.poll(() => words.textContent()).toMatch(/^2 Linear, steps? [\d to]+: /);
  await page.mouse.move(1, 1);
  await heat.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => words.textContent()).toMatch(/^2 Linear, step/);
  await view(page).getByLabel("quantity of the heat map").selectOption("update");
  await expect
    .poll(() => heat.getAttribute("aria-label"))
    .toMatch(/^heat map of the update \/ weight: 3 layers by [\d]+ steps/);
  expect(await violations(page, ".tapelab-watch")).toEqual([]);
});

test.each(["full", "contentVisibility"] as const)(
  "alarms open their tapes, runs overlay; windowing mode %s",
  async (mode) => {
    setWindowing(mode);
    const notebook = await workplace.open(`alarms-${mode}`, [
      setup,
      short,
      broken,
      ...Array.from({ length: 8 }, (_, i) => `// ${i}\n\n\n\n\n\n\n\n\n`),
    ]);
    const { page } = notebook;
    const scroller = page.locator(".jp-WindowedPanel-outer");
    const scrollTo = (end: 0 | 1): Promise<void> =>
      scroller.evaluate((node, to) => node.scrollTo(0, to * node.scrollHeight), end);
    // in the mode `full`, cells out of sight are not in the page
    const second = view(page).filter({ hasText: "rate 1e4" });
    const alarm = second.locator(".tapelab-watch-alarms li", { hasText: "The learning rate is too large" });
    await expect
      .poll(async () => {
        await scrollTo(0);
        return alarm.count();
      })
      .toBe(1);
    await second.scrollIntoViewIfNeeded();
    // the alarm is there before the training has ended
    await expect
      .poll(() => second.locator("[data-chart=legend]").getAttribute("aria-label"))
      .toMatch(/^rate 1e4: loss .* after 60 steps; first: loss .* after \d+ steps$/);
    await expect.poll(() => second.locator(".tapelab-watch-live").isVisible()).toBe(false);
    await alarm.getByRole("button", { name: /^step/ }).click();
    const tape = second.locator(".tapelab-watch-tape .tapelab-tape");
    await expect.poll(() => tape.locator(".tapelab-line", { hasText: "linear 0" }).count()).toBe(1);
    // away and back: detached in the mode `full`
    for (const end of [1, 0] as const) {
      await scrollTo(end);
      await page.waitForTimeout(300);
    }
    await second.scrollIntoViewIfNeeded();
    expect(await second.locator("[data-chart=loss] path").count()).toBeGreaterThan(3);
    expect(await second.locator("[data-chart=loss]").boundingBox()).toMatchObject({ height: expect.any(Number) });
    await second.getByRole("button", { name: "Close the tape" }).click();
    expect(await tape.count()).toBe(0);
    expect(await violations(page, ".tapelab-watch")).toEqual([]);
  },
);

test("the saved file, not trusted, dark, narrow and without a kernel", async () => {
  setWindowing("contentVisibility");
  const notebook = await workplace.open("kept", [setup, short, broken]);
  await notebook.done(2, 3);
  await notebook.page.keyboard.press("Escape");
  await notebook.save();
  await expect.poll(() => workplace.lab.read("kept.ipynb").includes("learning-rate-too-large")).toBe(true);
  await notebook.page.close();
  const text = workplace.lab.read("kept.ipynb");
  const { cells } = JSON.parse(text) as { cells: { outputs: { data: Record<string, unknown> }[] }[] };
  for (const { outputs } of cells.slice(1)) {
    expect(outputs.map((o) => Object.keys(o.data).sort())).toEqual([
      ["application/vnd.tapelab.watch.v1+json", "image/png", "image/svg+xml", "text/plain"],
      ["text/html", "text/plain"],
    ]);
    for (const { data } of outputs) expect(JSON.stringify(data).length).toBeLessThan(500_000);
  }
  workplace.lab.setTheme("dark");
  const saved = await workplace.openReceived("other.ipynb", text);
  workplace.lab.setTheme("light");
  await saved.idle();
  await workplace.lab.stopKernels();
  const { page } = saved;
  await page.setViewportSize({ width: 640, height: 900 });
  const second = saved.output(2).locator(".tapelab-watch");
  await second.scrollIntoViewIfNeeded();
  const sticking = (): Promise<string[]> =>
    second.evaluate((node) =>
      [...node.querySelectorAll("svg, li, select")].flatMap((part) =>
        part.getBoundingClientRect().right > node.getBoundingClientRect().right + 1
          ? [part.outerHTML.slice(0, 80)]
          : [],
      ),
    );
  await expect.poll(sticking).toEqual([]);
  // the tape is in the file
  await second.locator(".tapelab-watch-alarms button", { hasText: /^step/ }).first().click();
  await second.locator(".tapelab-watch-tape .tapelab-line").first().waitFor();
  expect(await violations(page, ".tapelab-watch")).toEqual([]);
});
