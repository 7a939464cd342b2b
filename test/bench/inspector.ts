/**
 * Prints how the inspector copes with a tape of 100,000 nodes in a headless browser, as a file, and live: in the panel beside a notebook whose kernel has it. It prints the time
 * to the first paint, frames a second while it scrolls, the times of searches, and the memory of the page. Usage: inspector.ts [NODES] [files|live]
 */
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { host, inspect, randn, scope, type Tensor, tensor } from "tapelab";
import { openBrowser, openNotebook } from "../support/browser.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { notebookOf, PanelPage } from "./inspector/page.ts";

const [count = "100000", only] = process.argv.slice(2);
const nodes = Number(count);

/** Programs of two shapes: with many scopes, and with none. The kernel runs their text. */
const programs: Readonly<Record<string, (nodes: number) => Tensor>> = {
  "nested scopes": (n) => {
    const w = randn([4, 4], { requiresGrad: true });
    let x = randn([2, 4]);
    for (let i = 0; i < n / 40; i++)
      x = scope(`block ${i}`, () => {
        let y = x;
        for (let k = 0; k < 10; k++) y = scope(`layer ${k}`, () => y.matmul(w).tanh().mul(1.01).add(x));
        return y;
      });
    return x.sum();
  },
  "no scopes": (n) => {
    let x: Tensor = tensor([1, 2], { requiresGrad: true });
    for (let i = 0; i < n; i++) x = i % 3 === 0 ? x.sin() : i % 3 === 1 ? x.mul(1.0001) : x.tanh();
    return x;
  },
};

const print = (...lines: readonly string[]): void => {
  process.stdout.write(`${lines.join("\n")}\n`);
};

/** Opens a file of a whole tape. */
async function measureFile(lab: Lab, name: string): Promise<void> {
  host.setWatch({ nodes: 10_000 });
  const result = programs[name](nodes);
  host.setWatch({ nodes: 0 });
  const file = `${name.replaceAll(" ", "-")}.tape.json.gz`;
  const began = performance.now();
  await inspect.saveTape(result, join(lab.folder, file));
  const saved = performance.now() - began;
  const size = statSync(join(lab.folder, file)).size;
  await inBrowser(async (context) => {
    const page = new PanelPage(await context.newPage(), ".tapelab-document");
    await page.page.goto(`${lab.url}/lab?token=${lab.token}&reset`);
    await page.page.locator(".jp-Launcher, .jp-FileBrowser").first().waitFor({ timeout: 60_000 });
    await page.page.waitForTimeout(4000);
    const before = await page.heap();
    await page.page.goto(`${lab.url}/lab/tree/${file}?token=${lab.token}`);
    await page.firstLine();
    print(
      `file, ${name}: ${nodes.toLocaleString("en")} nodes`,
      `  written in ${saved.toFixed(0)} ms, ${(size / 1e6).toFixed(1)} MB compressed`,
      `  first paint ${await page.lastPaint()} ms after the data was read`,
      ...(await page.figures(before)),
      "",
    );
  });
}

/** Shows a tape of a kernel in the panel: its latest rows, and then all. */
async function measureLive(lab: Lab, name: string): Promise<void> {
  const path = `${name.replaceAll(" ", "-")}.ipynb`;
  const code = `import { randn, scope, tensor } from "tapelab";
const make = ${programs[name].toString().replace(/^\(n\s*\)/, "(n: number)")};
const result = make(${nodes});`;
  writeFileSync(join(lab.folder, path), notebookOf(code));
  await inBrowser(async (context) => {
    const page = new PanelPage(await openNotebook(context, lab, path), "#tapelab-inspector");
    await page.openPanel();
    await page.page.waitForTimeout(2000);
    const before = await page.heap();
    const ran = await page.runCell();
    const shown = await page.firstLine();
    const latest = await page.lastPaint();
    const loaded = await page.loadAll();
    print(
      `live, ${name}: ${nodes.toLocaleString("en")} nodes`,
      `  cell ${ran.toFixed(0)} ms; in the panel ${shown.toFixed(0)} ms after it`,
      `  first paint ${latest} ms after the latest rows were received, ${await page.lastPaint()} ms for all rows`,
      `  all rows in ${(loaded / 1000).toFixed(1)} s, from the click on "Load all rows"`,
      ...(await page.figures(before)),
      "",
    );
  });
  await lab.stopKernels();
}

async function inBrowser(body: (context: BrowserContext) => Promise<void>): Promise<void> {
  const browser = await openBrowser({ width: 1400, height: 900 });
  try {
    await body(browser);
  } finally {
    await browser.close();
  }
}

const lab = await startLab([]);
try {
  for (const name of Object.keys(programs)) {
    if (only !== "live") await measureFile(lab, name);
    if (only !== "files") await measureLive(lab, name);
  }
} finally {
  await lab.stop();
}
