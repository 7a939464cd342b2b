/** The tour in JupyterLab: run, and opened again without a kernel and without trust. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { codeOf, selectedLine, useJupyterLab } from "../support/notebook.ts";
import { inRoot } from "../support/paths.ts";

const workplace = useJupyterLab(
  [
    { from: inRoot("notebooks"), to: "notebooks" },
    // a copy that is not run: its outputs were made elsewhere, so it is not trusted
    { from: inRoot("notebooks/tour.ipynb"), to: "saved.ipynb" },
  ],
  { keepsPages: true },
);

const tape = (page: Page, n: number) => page.locator(".tapelab-tape").nth(n);
const names = (page: Page, n: number): Promise<string[]> =>
  tape(page, n).locator(".tapelab-line .tapelab-name").allTextContents();

/** Checks the views of the tour, which look alike whether the cells were run or the file was opened. */
async function checkViews(page: Page): Promise<void> {
  await tape(page, 1).scrollIntoViewIfNeeded();
  expect((await names(page, 1)).map((t) => t.trim())).toEqual([
    "▾ Net",
    "linear fc1",
    "relu",
    "linear fc2",
    "relu",
    "maskedScale drop",
    "add",
    "linear out",
    "▸ crossEntropy",
  ]);
  // the heading of a scope has what its rows have saved together
  const saved = await tape(page, 1).locator(".tapelab-line").first().locator(".tapelab-bytes").textContent();
  expect(saved).toMatch(/^[\d.]+ k?B$/);
  const header = await tape(page, 1).locator(".tapelab-header").textContent();
  expect(header).toMatch(/^loss \d.*10 ops.*6 parameters/);
  // the skip connection has its own lane
  expect(await tape(page, 1).locator(".tapelab-lane-skip").count()).toBe(1);
  expect(await tape(page, 1).locator(".tapelab-bar-fill").count()).toBe(8);

  await tape(page, 1).locator(".tapelab-line").nth(2).click();
  const detail = tape(page, 1).locator(".tapelab-detail");
  await detail.waitFor();
  expect(await detail.locator(".tapelab-heatmap").count()).toBe(4);
  expect(await detail.locator(".tapelab-histogram").count()).toBe(2);
  expect(await detail.textContent()).toContain("saves");
  await detail.locator("mjx-container").first().waitFor();
  await tape(page, 1).locator(".tapelab-line").nth(2).click();
  expect(await detail.count()).toBe(0);

  const table = page.locator(".tapelab-gradients").first();
  await table.scrollIntoViewIfNeeded();
  expect(await table.locator("tbody tr").count()).toBe(6);
  expect(await table.locator("tbody th").allTextContents()).toEqual([
    "fc1.weight",
    "fc1.bias",
    "fc2.weight",
    "fc2.bias",
    "out.weight",
    "out.bias",
  ]);

  const matrix = page.locator(".tapelab-confusion");
  await matrix.scrollIntoViewIfNeeded();
  expect(await matrix.locator(".tapelab-header").textContent()).toMatch(
    /^2\d\d of 269 right9\d\.\d %most confused: \d taken for \d/,
  );
  expect(await matrix.locator("tbody tr").count()).toBe(10);
}

describe("the tour after its cells have run", () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await workplace.openFile("notebooks/tour.ipynb"));
    await page.getByText("TypeScript (Tapelab) | Idle").waitFor();
    await page.getByRole("menuitem", { name: "Edit", exact: true }).click();
    await page.getByRole("menuitem", { name: "Clear Outputs of All Cells" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".tapelab-view").length === 0);
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll(".tapelab-gradients").length === 2, null, {
      timeout: 90_000,
    });
  });

  test("draws tapes, gradients and tensors below the cells", () => checkViews(page));

  test("names the cell and line of each row, and a click goes there", async () => {
    const site = tape(page, 1).locator(".tapelab-line").nth(2).locator(".tapelab-site");
    await site.scrollIntoViewIfNeeded();
    expect(await site.textContent()).toMatch(/^5:8$/);
    await site.click();
    await page.locator(".jp-Cell.jp-mod-active .tapelab-flash").waitFor();
    await page.waitForFunction(() => document.activeElement?.classList.contains("cm-content"));
    // typed text is inserted in that line
    await page.keyboard.press("End");
    await page.keyboard.type(" // here");
    expect(await page.locator(".jp-Cell.jp-mod-active .cm-line").nth(7).evaluate(codeOf)).toBe(
      "    const h = this.fc1(images).relu(); // here",
    );
    await page.keyboard.press("Control+z");
  });

  test("works by keyboard", async () => {
    const grid = tape(page, 1).getByRole("treegrid");
    await grid.scrollIntoViewIfNeeded();
    await grid.focus();
    await page.keyboard.press("End");
    expect(await grid.locator('[aria-selected="true"] .tapelab-name').textContent()).toContain("crossEntropy");
    await page.keyboard.press("ArrowRight");
    expect((await names(page, 1)).map((t) => t.trim())).toContain("logSoftmax");
    await page.keyboard.press("ArrowLeft");
    expect((await names(page, 1)).length).toBe(9);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await tape(page, 1).locator(".tapelab-detail").waitFor();
    await page.keyboard.press("Enter");
    expect(await tape(page, 1).locator(".tapelab-detail").count()).toBe(0);
  });

  test("counts findings, and n goes to the next one", async () => {
    const broken = tape(page, 2);
    await broken.scrollIntoViewIfNeeded();
    expect(await broken.locator(".tapelab-header").textContent()).toMatch(/▲ \d finding/);
    const grid = broken.getByRole("treegrid");
    await grid.focus();
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    await page.keyboard.press("Enter");
    expect(await broken.locator(".tapelab-detail").textContent()).toContain(
      "Dead rectifier: 100 % of these units are 0, so 100 % of the gradient stops here.",
    );
    await page.keyboard.press("Enter");
  });

  test("the gradient table sorts, filters and copies", async () => {
    const table = page.locator(".tapelab-gradients").nth(1);
    await table.scrollIntoViewIfNeeded();
    await table.getByRole("button", { name: "norm" }).click();
    const order = await table.locator("tbody th").allTextContents();
    expect(
      order
        .slice(-2)
        .map((t) => t.replace("▲", ""))
        .toSorted(),
    ).toEqual(["fc2.bias", "fc2.weight"]);
    expect(await table.locator("th[aria-sort=descending]").textContent()).toContain("norm");
    await table.getByRole("button", { name: "norm" }).click();
    expect((await table.locator("tbody th").first().textContent())?.replace("▲", "")).toMatch(/^fc2/);
    await table.getByRole("searchbox").fill("bias");
    expect(await table.locator("tbody tr").count()).toBe(3);
    await table.getByRole("button", { name: "Copy as TSV" }).click();
    await table.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split("\n").length).toBe(4);
    expect(copied.split("\n")[0].split("\t")).toContain("gradient / weight");
  });

  test("the first output shows its numbers", async () => {
    const first = page.locator(".tapelab-tensor").first();
    await first.scrollIntoViewIfNeeded();
    expect(await first.locator("td").allTextContents()).toEqual(["2", "4", "6"]);
    expect(await first.locator(".tapelab-title").textContent()).toMatch(/\[3\]$/);
  });

  test("a tensor of three dimensions shows its matrices, as numbers or as heat maps", async () => {
    const images = page.locator(".tapelab-tensor").filter({ hasText: "[6, 8, 8]" });
    await images.scrollIntoViewIfNeeded();
    expect(await images.locator("td").count()).toBe(384);
    expect(await images.locator(".tapelab-index").allTextContents()).toEqual([
      "[0]",
      "[1]",
      "[2]",
      "[3]",
      "[4]",
      "[5]",
    ]);
    await images.getByRole("button", { name: "heat map" }).click();
    await images
      .locator(".tapelab-heatmap")
      .nth(1)
      .hover({ position: { x: 5, y: 5 } });
    expect(await images.locator(".tapelab-readout").textContent()).toBe("[1, 0, 0] = 0");
    await images.getByRole("button", { name: "numbers" }).click();
    expect(await images.locator("td").count()).toBe(384);
  });
});

describe("the tour opened from a file, not trusted, without a kernel", () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await workplace.openFile("saved.ipynb"));
    await page.waitForFunction(() => document.querySelectorAll(".tapelab-view").length > 0);
    await page.getByText("TypeScript (Tapelab) | Idle").waitFor();
    await workplace.lab.stopKernels();
    expect(await workplace.lab.kernels()).toEqual([]);
  });

  test("it is not trusted", async () => {
    const status = page.locator(".jp-StatusItem-trust");
    await status.waitFor();
    expect(await status.getAttribute("title")).toMatch(/^Notebook not trusted: 0 of \d+ code cells trusted/);
  });

  test("draws tapes, gradients and tensors", () => checkViews(page));

  test("goes to a line, by the execution count of the cell", async () => {
    const site = tape(page, 1).locator(".tapelab-line").nth(2).locator(".tapelab-site");
    await site.click();
    await page.locator(".jp-Cell.jp-mod-active .tapelab-flash").waitFor();
    expect(await selectedLine(page)).toContain("this.fc1(images)");
  });
});

describe("the tour in the dark theme", () => {
  test("text is light on dark", async () => {
    workplace.lab.setTheme("dark");
    const { page } = await workplace.openFile("saved.ipynb");
    await tape(page, 0).waitFor();
    await page.waitForFunction(() => document.body.dataset["jpThemeLight"] === "false");
    const [ink, paper] = await tape(page, 0).evaluate((node) => {
      const brightness = (c: string): number => (c.match(/\d+/g) ?? []).slice(0, 3).reduce((a, v) => a + Number(v), 0);
      const style = getComputedStyle(node);
      return [brightness(style.color), brightness(style.backgroundColor)];
    });
    expect(ink).toBeGreaterThan(paper + 200);
    workplace.lab.setTheme("light");
  });
});
