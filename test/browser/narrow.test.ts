/** The views in narrow windows: nothing overlaps or is cut off, and headings explain themselves. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const code = `import { gradients, nn, randn, tape, type Tensor } from "tapelab";
class NormalizedFeedForwardBlock extends nn.Module {
  normalizationBeforeTheLayer = new nn.LayerNorm([16]);
  feedForwardContraction = new nn.Linear(16, 16);
  override forward(x: Tensor): Tensor {
    return this.feedForwardContraction(this.normalizationBeforeTheLayer(x)).add(x);
  }
}
const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new NormalizedFeedForwardBlock(), new nn.Linear(16, 1));
const x = randn([8, 4]);
const loss = model(x).square().mean();
loss.backward();
tape(loss)`;
const bars = `const rest = () => new Promise((done) => setTimeout(done, 300));
for (const a of progress(100, { label: "a long name" })) for (const b of progress(30, { label: "b" })) await rest();`;

/** Returns descriptions of elements that overlap a neighbour or stick out of the view. */
const misplaced = (view: Locator): Promise<string[]> =>
  view.evaluate((node) => {
    const right = node.getBoundingClientRect().right;
    return [...node.querySelectorAll(".tapelab-row, tr")].flatMap((row) => {
      const cells = [...row.children].filter((cell) => cell.getBoundingClientRect().width > 0);
      return cells.flatMap((cell, i) => {
        const box = cell.getBoundingClientRect();
        const next = cells[i + 1]?.getBoundingClientRect();
        const inside = [...cell.querySelectorAll("*")].every(
          (part) => getComputedStyle(cell).overflow === "hidden" || part.getBoundingClientRect().right <= box.right + 1,
        );
        const isFine = inside && box.right <= right + 1 && (next === undefined || box.right <= next.left + 1);
        return isFine ? [] : [cell.textContent];
      });
    });
  });

test("tapes and gradients fit windows of 1,000 and 700 pixels", async () => {
  const notebook = await workplace.open("narrow", [code, "gradients(model)", bars], { width: 1000 });
  const { page } = notebook;
  const tape = page.locator(".tapelab-tape");
  const table = page.locator(".tapelab-gradients");
  await table.locator("tbody tr").first().waitFor();
  // modules of a Sequential have their numbers as names, in both views
  const names = (): Promise<string[]> => tape.locator(".tapelab-line .tapelab-name").allTextContents();
  expect((await names()).map((name) => name.trim().replace(/^[▸▾] /, ""))).toEqual([
    "Sequential",
    "linear 0",
    "relu 1",
    "2",
    "layerNorm normalizationBeforeTheLayer",
    "linear feedForwardContraction",
    "add",
    "linear 3",
    "square",
    "mean",
  ]);
  const chips = tape.locator(".tapelab-line").nth(1).locator(".tapelab-chip");
  expect(await chips.allTextContents()).toEqual(["x", "0.weight", "0.bias"]);
  expect((await table.locator("tbody th").allTextContents()).map((name) => name.replace("▲", ""))).toContain(
    "0.weight",
  );
  const cut = chips.evaluateAll((all) => all.filter((c) => c.scrollWidth > c.clientWidth).map((c) => c.textContent));
  expect(await cut, "chips with room around them").toEqual([]);
  for (const width of [1000, 700]) {
    await page.setViewportSize({ width, height: 1000 });
    for (const view of [tape, table]) {
      await view.scrollIntoViewIfNeeded();
      await expect.poll(() => misplaced(view), { message: `${width} pixels` }).toEqual([]);
    }
  }
  // progress bars of nested loops are below each other
  const drawn = notebook.output(2).locator("progress");
  await expect.poll(() => drawn.count()).toBe(2);
  const [outer, inner] = [await drawn.nth(0).boundingBox(), await drawn.nth(1).boundingBox()];
  expect(inner?.x).toBe(outer?.x);

  for (const view of [tape, table]) {
    const heads = view.locator("[role=columnheader][tabindex], th button");
    for (const head of await heads.all()) expect(await head.getAttribute("title")).toMatch(/^[A-Z].{15,}\.$/);
    await heads.first().focus();
    // the focus of the keyboard, not that of a click
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+Tab");
    await page.locator(".tapelab-tip").waitFor();
    expect(await page.locator(".tapelab-tip").textContent()).toBe(await heads.first().getAttribute("title"));
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".tapelab-tip").count()).toBe(0);
  }
});
