/** Numeric checks of gradient rules: live, saved and not trusted, narrow, dark, by axe. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { selectedLine, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const cells = [
  `import { autograd, inspect, manualSeed, randn, type Tensor } from "tapelab";
manualSeed(1);
const w = randn([5, 5]).requiresGrad_();
const product = autograd.customGradient((x: Tensor, w: Tensor) => [
  x.matmul(w),
  (g: Tensor) => [g.matmul(w), x.t().matmul(g)],
]);`,
  `const x = randn([4, 5]).requiresGrad_();
const loss = product(x, w).tanh().sum();
inspect.checkTape(loss)`,
];

test("a wrong rule is shown first, with both gradients, their ratio and a link to its line", async () => {
  const notebook = await workplace.open("numerics", cells, { run: false });
  for (const n of [0, 1]) {
    await notebook.run(n);
    await notebook.done(n, n + 1);
  }
  const { page } = notebook;
  const view = notebook.output(1).locator(".tapelab-numerics");
  await view.waitFor();
  const text = (await view.textContent()) ?? "";
  for (const part of [
    "3 ops, 1 wrong, 2 agree",
    "✗ wrong",
    "A transpose is missing or too much",
    "the gradient is ȳ wᵀ",
  ])
    expect(text).toContain(part);
  expect(await view.locator("section").count()).toBe(1);
  expect(await view.locator(".tapelab-heatmap").count()).toBe(3);
  expect(await view.locator("tbody tr").count()).toBe(4);
  await view.locator("section .tapelab-site").click();
  const line = (): Promise<string | null> => selectedLine(page);
  await expect.poll(line).toBe("const loss = product(x, w).tanh().sum();");
  expect(await violations(page, ".tapelab-numerics")).toEqual([]);
  const folder = process.env["TAPELAB_PICTURES"];
  if (folder !== undefined) await view.screenshot({ path: join(folder, "numerics-light.png") });
  await page.setViewportSize({ width: 560, height: 1000 });
  await view.scrollIntoViewIfNeeded();
  const wide = (): Promise<number> =>
    view.evaluate(
      (node) =>
        [...node.querySelectorAll("p, figure")].filter(
          (part) => part.getBoundingClientRect().right > node.getBoundingClientRect().right + 1,
        ).length,
    );
  await expect.poll(wide).toBe(0);
  if (folder !== undefined) await view.screenshot({ path: join(folder, "numerics-narrow.png") });
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.evaluate(() => document.body.setAttribute("data-jp-theme-light", "false"));
  await notebook.save();
  await expect.poll(() => workplace.lab.read("numerics.ipynb")).toContain("vnd.tapelab.numerics");
  workplace.lab.setTheme("dark");
  const received = await workplace.openReceived("received.ipynb", workplace.lab.read("numerics.ipynb"));
  const still = received.output(1).locator(".tapelab-numerics");
  await still.waitFor();
  expect(await still.textContent()).toContain("A transpose is missing or too much");
  expect(await violations(received.page, ".tapelab-numerics")).toEqual([]);
  if (folder !== undefined) await still.screenshot({ path: join(folder, "numerics-dark.png") });
});
