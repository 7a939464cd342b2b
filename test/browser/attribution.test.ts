/** Views of attributions in a saved notebook: images, texts and features, by pointer and keyboard, in both themes and in a narrow window. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { inspect, manualSeed, nn, randn, type Tensor, tensor } from "tapelab";
import { beforeAll, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { notebookOfOutputs, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab([], { keepsPages: true });
let page: Page;

const bundleOf = (x: object): object => (x as Record<symbol, () => object>)[Symbol.for("Jupyter.display")].call(x);

/** A bright disc on a dark ground, with a gradient of brightness. */
const disc = (size: number, channels: number): Tensor =>
  tensor([
    Array.from({ length: channels }, (_, c) =>
      Array.from({ length: size }, (_row, i) =>
        Array.from({ length: size }, (_column, j) =>
          Math.hypot(i - size * 0.4, j - size * 0.6) < size / 4 ? 1 - c * 0.3 : (0.3 * j) / size,
        ),
      ),
    ),
  ]);

manualSeed(2);
const conv = new nn.Conv2d(3, 6, 5, { stride: 2 });
const colored = new nn.Sequential(conv, new nn.ReLU(), new nn.Flatten(), new nn.Linear(6 * 22 * 22, 4));
const grey = new nn.Sequential(new nn.Flatten(), new nn.Linear(256, 3));
const embedding = new nn.Embedding(20, 6);
const head = new nn.Linear(6, 2);
class Texts extends nn.Module {
  embedding = embedding;
  head = head;
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.embedding.forward(x).mean(1));
  }
}
const words = "this film is not as good as its many admirers say but it is never dull".split(" ");
const tokens = tensor([words.map((_, i) => (i * 7) % 20)], { dtype: "int64" });
const features = ["alcohol", "malic acid", "ash", "magnesium", "phenols", "hue"];

const outputs: Readonly<Record<string, object>> = {
  cam: bundleOf(inspect.gradCam(colored, disc(48, 3), conv)),
  grey: bundleOf(
    inspect.integratedGradients(
      grey,
      disc(16, 1)
        .expand([3, 1, 16, 16])
        .add(randn([3, 1, 16, 16]).mul(0.05)),
    ),
  ),
  text: bundleOf(
    inspect.inputXGradient(new Texts(), tokens, { layer: embedding, tokens: words, classes: ["bad", "good"] }),
  ),
  features: bundleOf(inspect.occlusion(new nn.Linear(6, 3), randn([1, 6]), { features })),
};
const names = Object.keys(outputs);
beforeAll(async () => {
  writeFileSync(join(workplace.lab.folder, "attribution.ipynb"), notebookOfOutputs(outputs));
  ({ page } = await workplace.openFile("attribution.ipynb", { width: 1000, height: 1400 }));
  await page.locator(".tapelab-contributions").waitFor();
});

const output = (name: string): Locator =>
  page.locator(".jp-Notebook .jp-CodeCell").nth(names.indexOf(name)).locator(".jp-OutputArea-output");
const readout = (name: string): Promise<string | null> => output(name).locator(".tapelab-readout").textContent();

test("an image is shown beside its contributions, which the pointer and the keyboard read out", async () => {
  await expect.poll(() => output("cam").locator("canvas").count()).toBe(2);
  const map = output("cam").locator(".tapelab-heatmap");
  await map.hover({ position: { x: 1, y: 1 } });
  expect(await readout("cam")).toMatch(/^\[0, 0\] ≈ .*, input /);
  await page.mouse.move(0, 0);
  await map.focus();
  for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  expect(await readout("cam")).toMatch(/^\[0, 2\] ≈ /);
  const boxes = await output("cam")
    .locator(".tapelab-attribution-image")
    .evaluateAll((nodes) => nodes.map((n) => n.getBoundingClientRect().width));
  expect(boxes[0]).toBeGreaterThan(150);
  expect(boxes[0]).toBeCloseTo(boxes[1], 0);
});

test("each example of a batch has its title", async () => {
  expect(await output("grey").locator(".tapelab-attribution-title").allTextContents()).toHaveLength(3);
});

test("tokens are in their order, with their contributions on hover and focus", async () => {
  const shown = output("text").locator(".tapelab-token");
  expect(await shown.allTextContents()).toEqual(words);
  expect(await shown.nth(5).getAttribute("title")).toMatch(/^good: [+−]?[\d.]+/);
  await shown.first().focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("film");
});

test("features are a table, the strongest first", async () => {
  const cells = await output("features").locator(".tapelab-contribution-value").allTextContents();
  const sizes = cells.map((text) => Math.abs(Number(text.replace("−", "-"))));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect((await output("features").locator("tbody th").allTextContents()).sort()).toEqual([...features].sort());
});

test("nothing is wider than a narrow window, and axe finds nothing in both themes", async () => {
  expect(await violations(page, ".tapelab-attribution")).toEqual([]);
  for (const width of [1000, 520]) {
    await page.setViewportSize({ width, height: 1400 });
    for (const name of names) {
      const beyond = (): Promise<number> =>
        output(name).evaluate((node) => {
          const limit = node.closest(".jp-OutputArea")?.getBoundingClientRect().right ?? 0;
          const ends = [node, ...node.querySelectorAll("*")].map((part) => part.getBoundingClientRect().right);
          return Math.max(...ends) - limit;
        });
      await expect.poll(beyond, { message: `${name} at ${width}` }).toBeLessThanOrEqual(1);
    }
  }
  await page.setViewportSize({ width: 1000, height: 1400 });
  await page.evaluate(() => document.body.setAttribute("data-jp-theme-light", "false"));
  expect(await violations(page, ".tapelab-attribution")).toEqual([]);
});
