/** Views of tensors, confusion matrices and charts: numbers, sizes, contrast, keyboard, narrow windows, and changes of theme. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { arange, manualSeed, metrics, randn, type Tensor, tensor } from "tapelab";
import { confusionOutput, tensorOutput } from "tapelab/view";
import { beforeAll, expect, test } from "vitest";
import { type Notebook, notebookOfOutputs, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab([], { keepsPages: true });
let notebook: Notebook;
let page: Page;

const bundleOf = (x: object): object => (x as Record<symbol, () => object>)[Symbol.for("Jupyter.display")].call(x);

const chart = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  width: 200,
  height: 100,
  data: { values: [{ a: 1, b: 2 }] },
  mark: { type: "bar", color: "#2f7fd6" },
  encoding: { x: { field: "a", title: "axis" }, y: { field: "b", type: "quantitative" } },
  config: { background: "transparent" },
};

/** A vector of 50 elements as an earlier version stored it: five rows, six digits. */
const earlier = {
  [tensorOutput.mime]: {
    schema: 1,
    name: null,
    shape: [50],
    dtype: "float32",
    bytes: 200,
    requiresGrad: false,
    gradFn: null,
    summary: {
      count: 50,
      min: 0,
      max: 49,
      mean: 24.5,
      std: 14.4,
      norm: 201,
      zeros: 1,
      nan: 0,
      inf: 0,
      histogram: "z".repeat(16),
    },
    slices: [
      {
        index: [],
        grid: { rows: 5, columns: 10, scale: 49, data: Buffer.alloc(50, 128).toString("base64"), exact: true },
        values: Array.from({ length: 50 }, (_, i) => i),
      },
    ],
    sliceCount: 1,
  },
  "text/plain": "earlier",
};

const ints = (list: readonly number[]): Tensor => tensor([...list], { dtype: "int32" });
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

manualSeed(4);
const outputs: Readonly<Record<string, object>> = {
  gradient: bundleOf(tensor([2, 4, 6])),
  scalar: bundleOf(tensor(0.3184)),
  special: bundleOf(
    tensor([
      [Number.NaN, -0, Infinity],
      [-1.5, -Infinity, 2],
    ]),
  ),
  blocks: bundleOf(arange(0, 24).reshape([2, 3, 4])),
  tall: bundleOf(randn([64, 3])),
  wide: bundleOf(randn([3, 64])),
  square: bundleOf(randn([20, 20])),
  vector: bundleOf(arange(0, 1000).to("float32")),
  image: bundleOf(randn([3, 224, 224])),
  earlier,
  confusion: bundleOf(
    metrics.confusionMatrix(ints(range(60).map((i) => (i % 7 === 0 ? 0 : i % 3))), ints(range(60).map((i) => i % 3)), [
      "cat",
      "dog",
      "a bird with a long name",
    ]),
  ),
  classes: confusionOutput.bundle({
    schema: 1,
    names: range(100).map((i) => `class ${i}`),
    counts: range(10_000).map((i) => (i % 101 === 0 ? 9 : i === 5 ? 4 : 0)),
    normalize: null,
    title: null,
  }),
  chart: { "application/vnd.vegalite.v5+json": chart, "image/png": "iVBORw0KGgo=", "text/plain": "chart" },
};
const names = Object.keys(outputs);

beforeAll(async () => {
  // all outputs are in the page, so that they can be measured
  workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode: "none" });
  writeFileSync(join(workplace.lab.folder, "views.ipynb"), notebookOfOutputs(outputs));
  notebook = await workplace.openFile("views.ipynb", { width: 1000, height: 1000 });
  page = notebook.page;
  await output("classes").locator(".tapelab-heatmap").waitFor();
});

const output = (name: string): Locator =>
  page.locator(".jp-Notebook .jp-CodeCell").nth(names.indexOf(name)).locator(".jp-OutputArea-output");
const readout = (name: string): Promise<string | null> => output(name).locator(".tapelab-readout").textContent();

test("small tensors show their numbers", async () => {
  expect(await output("gradient").locator("td").allTextContents()).toEqual(["2", "4", "6"]);
  expect(await output("gradient").locator(".tapelab-title").textContent()).toBe("[3]");
  const box = await output("gradient").boundingBox();
  expect(box?.width, "a view is as wide as what it shows").toBeLessThan(400);
  expect(await output("scalar").locator(".tapelab-scalar").textContent()).toBe("0.3184");
  expect(await output("special").locator("td").allTextContents()).toEqual([
    "NaN",
    "-0.0",
    "inf",
    "-1.5",
    "-inf",
    "2.0",
  ]);
  expect(await output("blocks").locator(".tapelab-index").allTextContents()).toEqual(["[0]", "[1]"]);
  expect(await output("blocks").locator("td").allTextContents()).toEqual(range(24).map(String));
});

test("outputs of earlier versions are drawn, a vector by its indices", async () => {
  expect(await output("earlier").locator("td").allTextContents()).toEqual(range(50).map(String));
  expect(await output("earlier").locator("td").nth(23).getAttribute("title")).toBe("[23] = 23");
});

/** Checks that no two cells overlap, and that all are within the view. */
async function checkTidy(name: string): Promise<void> {
  const problems = await output(name).evaluate((node) => {
    const view = node.getBoundingClientRect();
    const boxes = [...node.querySelectorAll("td, th:not(:empty)")].map((cell) => cell.getBoundingClientRect());
    const found: string[] = [];
    for (const a of boxes) {
      if (a.left < view.left - 1 || a.right > view.right + 1) found.push(`outside at ${a.right} of ${view.right}`);
      for (const b of boxes)
        if (a !== b && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
          found.push(`overlap at ${a.left}, ${a.top}`);
    }
    const clipped = [...node.querySelectorAll("td")].filter((cell) => cell.scrollWidth > cell.clientWidth + 1);
    return [...found, ...clipped.map((cell) => `clipped: ${cell.textContent}`)].slice(0, 5);
  });
  expect(problems, name).toEqual([]);
}

test.each([1000, 700])("numbers are wrapped into a window %i pixels wide, and none overlap", async (width) => {
  await page.setViewportSize({ width, height: 1000 });
  for (const name of ["tall", "wide", "square", "blocks", "confusion"]) {
    await output(name).scrollIntoViewIfNeeded();
    await expect
      .poll(() => output(name).evaluate((node) => node.scrollWidth - node.clientWidth))
      .toBeLessThanOrEqual(1);
    await checkTidy(name);
  }
  expect(await output("tall").locator("td").count()).toBe(192);
  const box = await output("tall").boundingBox();
  expect(box?.height, "64 rows are not one strip").toBeLessThan(800);
  await page.setViewportSize({ width: 1000, height: 1000 });
});

test("larger tensors are heat maps that fill the width, read by pointer and keyboard", async () => {
  const view = await output("vector").boundingBox();
  const map = output("vector").locator(".tapelab-heatmap");
  const box = await map.boundingBox();
  expect((box?.width ?? 0) / (view?.width ?? 1)).toBeGreaterThan(0.9);
  expect(box?.height).toBeGreaterThan(150);
  expect(await output("vector").textContent()).toContain("wrapped: 40 a line");
  await map.hover({ position: { x: 2, y: 2 } });
  expect(await readout("vector")).toBe("[0] = 0");
  await page.mouse.move(0, 0);
  await map.focus();
  for (const key of ["ArrowRight", "End", "ArrowLeft"]) await page.keyboard.press(key);
  expect(await readout("vector")).toBe("[998] = 998");
  const slices = output("image").locator(".tapelab-heatmap");
  expect(await slices.count()).toBe(3);
  const sizes = await slices.evaluateAll((nodes) =>
    nodes.map((n) => n.getBoundingClientRect().width / n.getBoundingClientRect().height),
  );
  for (const ratio of sizes) expect(ratio).toBeCloseTo(1, 1);
  await slices.nth(1).focus();
  await page.keyboard.press("ArrowDown");
  expect(await readout("image")).toMatch(/^\[1, 0…2, 0…2\] mean ≈ -?\d/);
});

test("numbers are read exactly, by pointer and keyboard", async () => {
  const cell = output("tall").locator("td").nth(4);
  await cell.hover();
  expect(await readout("tall")).toBe(await cell.getAttribute("title"));
  await page.mouse.move(0, 0);
  await output("tall").locator(".tapelab-panels").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  expect(await readout("tall")).toMatch(/^\[1, 1\] = -?\d\.\d{5,}$/);
  await output("tall").getByRole("button", { name: "heat map" }).click();
  expect(await output("tall").locator(".tapelab-heatmap").count()).toBe(1);
  const box = await output("tall").locator(".tapelab-heatmap").boundingBox();
  expect(box?.width, "a [64, 3] tensor is no strip").toBeGreaterThan(300);
  await output("tall").getByRole("button", { name: "numbers" }).click();
});

test("a confusion matrix has counts, names and headings, and reads out its cells", async () => {
  const view = output("confusion");
  const heads = await view.locator("th").allTextContents();
  for (const text of ["true", "predicted", "cat", "dog", "a bird with a long name", "recall"])
    expect(heads).toContain(text);
  await view.locator("td").nth(4).hover();
  expect(await readout("confusion")).toMatch(/^dog taken for cat: \d+$/);
  await output("classes").locator(".tapelab-heatmap").focus();
  for (const key of ["ArrowRight", ...range(5).map(() => "ArrowRight")]) await page.keyboard.press(key);
  expect(await readout("classes")).toBe("class 0 taken for class 5: 4");
  expect(await output("classes").locator(".tapelab-mistakes").textContent()).toContain("class 0 taken for class 5 (4)");
});

/** Returns the least contrast of the text in an element to its background, which is composed of all half transparent backgrounds. */
const textContrast = (target: Locator): Promise<{ readonly text: string; readonly ratio: number }> =>
  target.evaluate((root) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (canvas === null) throw new Error("there is no canvas");
    canvas.canvas.width = canvas.canvas.height = 1;
    const mixed = (colors: readonly string[]): readonly number[] => {
      canvas.clearRect(0, 0, 1, 1);
      for (const color of colors) {
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb: readonly number[]): number =>
      rgb.reduce((sum, v, i) => {
        const c = v / 255;
        return sum + [0.2126, 0.7152, 0.0722][i] * (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      }, 0);
    let least = { text: "", ratio: 99 };
    for (const node of [root, ...root.querySelectorAll("*")]) {
      const text = [...node.childNodes]
        .filter((n) => n.nodeType === 3)
        .map((n) => n.textContent?.trim())
        .join("");
      if (text === "" || node.closest("svg, mjx-container") !== null) continue;
      const behind: string[] = [];
      for (let at: Element | null = node; at !== null; at = at.parentElement)
        behind.unshift(getComputedStyle(at).backgroundColor);
      const [a, b] = [light(mixed([...behind, getComputedStyle(node).color])), light(mixed(behind))].toSorted(
        (x, y) => y - x,
      );
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < least.ratio) least = { text, ratio };
    }
    return least;
  });

async function checkContrast(): Promise<void> {
  for (const name of names.filter((n) => n !== "chart")) {
    const { text, ratio } = await textContrast(output(name));
    expect(ratio, `"${text}" in ${name}`).toBeGreaterThanOrEqual(4.5);
  }
}

/** Reads the colours of a chart's axis title and of its bar from the canvas. */
const chartColors = (): Promise<{ readonly title: number; readonly bars: number }> =>
  output("chart").evaluate((node) => {
    const canvas = node.querySelector("canvas");
    const { data } = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? {
      data: new Uint8ClampedArray(),
    };
    const count = (fits: (r: number, g: number, b: number) => boolean): number => {
      let n = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 250 && fits(data[i], data[i + 1], data[i + 2])) n++;
      return n;
    };
    return {
      title: count((r, g, b) => r > 230 && g > 230 && b > 230) - count((r, g, b) => r < 40 && g < 40 && b < 40),
      bars: count((r, g, b) => r === 0x2f && g === 0x7f && b === 0xd6),
    };
  });

test("text has a contrast of 4.5 to 1 in both themes, and charts follow a change of theme", async () => {
  await output("chart").locator("canvas").waitFor();
  await checkContrast();
  expect((await chartColors()).title, "text is dark on a light page").toBeLessThan(0);
  await notebook.setTheme("Dark");
  await expect.poll(async () => (await chartColors()).title).toBeGreaterThan(0);
  expect((await chartColors()).bars).toBeGreaterThan(1000);
  await checkContrast();
  await notebook.setTheme("Light");
  await expect.poll(async () => (await chartColors()).title).toBeLessThan(0);
});
