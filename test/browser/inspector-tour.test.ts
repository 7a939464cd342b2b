/** The guided tour of the inspector in JupyterLab: as a received file without trust and without a kernel, in every look; and run, with its stop, its annotations and its live training. */
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { checkLook, inEveryLook } from "../support/looks.ts";
import { type Notebook, useJupyterLab } from "../support/notebook.ts";
import { inRoot } from "../support/paths.ts";

const tour = inRoot("notebooks", "inspector.ipynb");
const workplace = useJupyterLab([
  { from: tour, to: "inspector.ipynb" },
  // copies that are not run: their outputs were made elsewhere, so they are not trusted
  { from: tour, to: "full.ipynb" },
  { from: tour, to: "contentVisibility.ipynb" },
]);

/** The views of the saved tour, with a part that each has drawn, in the order of the notebook. */
const views: readonly (readonly [cell: string, view: string, part: string])[] = [
  ["inspect.steps(error)", ".tapelab-steps", ".tapelab-pass-box"],
  ["await pause(300)", ".tapelab-steps", ".tapelab-pass-box"],
  ['breakWhen("notFinite"', ".tapelab-stop", "summary"],
  ["standardize(measured)", ".tapelab-tensor", ".tapelab-grid, td"],
  ["const calm = makeModel", ".tapelab-watch", "[data-chart=heat]"],
  ["const wild = makeModel", ".tapelab-watch", ".tapelab-watch-alarms li"],
  ["tape(score)", ".tapelab-tape", ".tapelab-line"],
  ["inspect.graph(score)", ".tapelab-graph", ".tapelab-graph-node"],
  ["gradients(net)", ".tapelab-gradients", "tbody tr"],
];

const cellWith = (page: Page, code: string): Locator =>
  page.locator(".jp-Notebook .jp-CodeCell").filter({ has: page.locator(".cm-line", { hasText: code }) });

/** Scrolls to a cell of the notebook, which may not be in the page, and returns its view. */
async function viewOf(notebook: Notebook, cell: string, view: string): Promise<Locator> {
  const { page } = notebook;
  const found = cellWith(page, cell).locator(view).first();
  const scroller = page.locator(".jp-WindowedPanel-outer").first();
  await expect
    .poll(
      async () => {
        // a list that is laid out anew may take the cell away between the look and the scroll
        const scroll = (): Promise<boolean> =>
          found.scrollIntoViewIfNeeded({ timeout: 1000 }).then(
            () => true,
            () => false,
          );
        if ((await found.count()) > 0 && (await scroll())) return true;
        await scroller.evaluate((node) => {
          const isAtEnd = node.scrollTop + node.clientHeight >= node.scrollHeight - 2;
          node.scrollTop = isAtEnd ? 0 : node.scrollTop + node.clientHeight / 2;
        });
        return false;
      },
      { interval: 100, message: cell },
    )
    .toBe(true);
  return found;
}

test.each(["full", "contentVisibility"] as const)(
  "a received file shows every view without trust and without a kernel; windowing mode %s",
  async (windowingMode) => {
    workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode });
    const notebook = await workplace.openFile(`${windowingMode}.ipynb`);
    const { page } = notebook;
    await notebook.idle();
    await workplace.lab.stopKernels();
    for (const [cell, name, part] of views) {
      const view = await viewOf(notebook, cell, name);
      await expect.poll(() => view.locator(part).count(), { message: cell }).toBeGreaterThan(0);
      await view.locator(part).first().waitFor();
    }
    // what a reader can do there: the stop opens, the tape of an alarm opens, the search finds
    const stop = await viewOf(notebook, 'breakWhen("notFinite"', ".tapelab-stop");
    await stop.locator("summary").click();
    await stop.getByText("log gave -Infinity").waitFor();
    const wild = await viewOf(notebook, "const wild = makeModel", ".tapelab-watch");
    await wild.locator(".tapelab-watch-alarms button", { hasText: /^step/ }).first().click();
    await wild.locator(".tapelab-watch-tape .tapelab-line").first().waitFor();
    const tape = await viewOf(notebook, "tape(score)", ".tapelab-tape");
    await tape.getByRole("searchbox").fill("value:inf");
    await expect.poll(() => tape.locator(".tapelab-line .tapelab-op").allTextContents()).toEqual(["log", "mean"]);
    expect(await violations(page, ".jp-Notebook .tapelab-view")).toEqual([]);
  },
);

test("every view in dark, in high contrast, narrow, and from right to left", async () => {
  workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode: "contentVisibility" });
  const notebook = await workplace.openFile("contentVisibility.ipynb");
  const { page } = notebook;
  await notebook.idle();
  await page.setViewportSize({ width: 1280, height: 1000 });
  await inEveryLook(notebook, async (look) => {
    for (const [i, [cell, name]] of views.entries()) {
      const view = await viewOf(notebook, cell, name);
      if (name === ".tapelab-stop") await view.locator("details").evaluate((d: HTMLDetailsElement) => (d.open = true));
      await checkLook(view, `tour-${i}-${look}`);
    }
  });
});

test("run from top to bottom, the tour stops at its breakpoint, goes on, and annotates its lines as its text says", async () => {
  // cells out of sight are not in the page
  workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode: "full" });
  const notebook = await workplace.openFile("inspector.ipynb");
  const { page } = notebook;
  await page.setViewportSize({ width: 1280, height: 1000 });
  await notebook.idle();
  await notebook.command("Run All Cells");
  const stop = await viewOf(notebook, 'breakWhen("notFinite"', ".tapelab-stop[role=region]");
  await stop.getByText("■ Stopped").waitFor();
  // away and back
  const scroller = page.locator(".jp-WindowedPanel-outer").first();
  for (const end of [1, 0]) {
    await scroller.evaluate((node, to) => node.scrollTo(0, to * node.scrollHeight), end);
    await page.waitForTimeout(300);
  }
  await viewOf(notebook, 'breakWhen("notFinite"', ".tapelab-stop[role=region]");
  const code = stop.getByLabel("expression");
  await code.fill("scores.min()");
  await code.press("Enter");
  await stop.getByRole("log").getByText("tensor(0., gradFn=<AminBackward>)").waitFor();
  await inEveryLook(notebook, async (look) => {
    await viewOf(notebook, 'breakWhen("notFinite"', ".tapelab-stop[role=region]");
    await checkLook(stop, `stop-${look}`);
  });
  await stop.getByRole("button", { name: "Continue", exact: true }).click();
  await notebook.idle();
  // the annotations are those that the next cell quotes
  await viewOf(notebook, "const energy = hidden", ".tapelab-note");
  const quoted = [...workplace.lab.read("full.ipynb").matchAll(/"const \w+ = [^;\n]*; +((?:▲ )?\[?[\d.][^"]*)\\n"/g)];
  const texts = quoted.map(([, text]) => text);
  expect(texts).toHaveLength(3);
  const cell = cellWith(page, "const energy = hidden");
  await expect.poll(() => cell.locator(".tapelab-note").allTextContents()).toEqual(expect.arrayContaining(texts));
  await inEveryLook(notebook, async (look) => {
    const line = await viewOf(notebook, "const energy = hidden", ".tapelab-note");
    await checkLook(line, `note-${look}`);
  });
});
