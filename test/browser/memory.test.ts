/** Reports on memory in JupyterLab: from a running kernel, and in the saved file. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { checkLook, inEveryLook } from "../support/looks.ts";
import { type Notebook, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const cells = [
  `import { inspect, nn, ones, optim, scope, type Tensor } from "tapelab";
const model = new nn.Sequential(new nn.Linear(400, 800), new nn.ReLU(), new nn.Linear(800, 400));
const optimizer = new optim.Adam(model.parameters());
const kept: Tensor[] = [];
const out = model(ones([256, 400]));
kept.push(scope("statistics", () => out.exp().mean(0, { keepdim: true }).mul(ones([100, 400]))));
const step = (() => { const cache = ones([300, 300]); return () => cache; })();
out.sum().backward({ retainGraph: true });
optimizer.step();`,
  "inspect.memory.usage()",
  `inspect.memory.peak(() => model(ones([512, 400])).square().sum().backward()).report`,
  `const before = inspect.memory.usage();
kept.push(ones([500, 400]));
inspect.memory.compare(before)`,
];

const ways = (area: Locator): Promise<string[]> => area.locator(".tapelab-memory-way").allTextContents();

/** Returns by how many pixels the views of the cells are wider than the notebook. */
const excess = (notebook: Notebook, cell: number): Promise<number> =>
  notebook.output(cell).evaluate((area) => {
    const parts = [...area.querySelectorAll(".tapelab-view, .tapelab-memory-scroll, .tapelab-flame-part")];
    return Math.max(...parts.map((part) => part.getBoundingClientRect().right)) - area.getBoundingClientRect().right;
  });

test("reports name what holds the memory, what made the peak, and what has grown, also in the saved file", async () => {
  const notebook = await workplace.open("memory", cells, { width: 1000 });
  const { page } = notebook;
  await notebook.output(3).locator(".tapelab-memory").waitFor();

  const found = await ways(notebook.output(1));
  for (const way of ["kept[0]", "step (captures cache)"]) expect(found).toContain(way);
  for (const pattern of [/^model/, /^optimizer\.state/, / → (linear|relu|exp|mul)$/])
    expect(
      found.some((way) => pattern.test(way)),
      String(pattern),
    ).toBe(true);
  const words = await notebook.output(1).locator("td").allTextContents();
  for (const kind of ["parameter", "optimizer", "closure", "gradient"]) expect(words).toContain(kind);

  const line = notebook.output(1).locator("tr", { hasText: "step (captures cache)" }).locator(".tapelab-link");
  expect(await line.textContent(), "the line that declared the variable").toContain("line 7");

  // a click zooms into a scope, Enter on the top zooms out, and arrows move
  const parts = notebook.output(2).locator(".tapelab-flame-part");
  await parts.nth(1).click();
  expect(await parts.first().textContent()).not.toContain("alive at the peak");
  expect(await parts.first().evaluate((node) => node.getBoundingClientRect().width)).toBeGreaterThan(400);
  await page.keyboard.press("Enter");
  await expect.poll(() => parts.first().textContent()).toContain("alive at the peak");
  await page.keyboard.press("ArrowRight");
  expect(await parts.nth(1).evaluate((node) => node === document.activeElement)).toBe(true);

  const growth = notebook.output(3);
  expect(await growth.locator(".tapelab-title").textContent()).toContain("more");
  const [first] = await growth.locator("tbody tr").allTextContents();
  expect(first).toContain("+800 kB");
  expect(first).toContain("kept[…]");

  for (const width of [1000, 560]) {
    await page.setViewportSize({ width, height: 1000 });
    for (const cell of [1, 2, 3]) await expect.poll(() => excess(notebook, cell)).toBeLessThanOrEqual(1);
  }
  await page.setViewportSize({ width: 1280, height: 1000 });
  await inEveryLook(notebook, async (look) => {
    for (const cell of [1, 2, 3])
      await checkLook(notebook.output(cell).locator(".tapelab-memory"), `memory-${cell}-${look}`);
  });

  // the saved file shows the same without running anything
  const before = await ways(notebook.output(1));
  await notebook.save();
  await page.close();
  await workplace.lab.stopKernels();
  const again = await workplace.openFile("memory.ipynb");
  await again.output(1).locator(".tapelab-memory").waitFor();
  expect(await ways(again.output(1))).toEqual(before);
});
