/**
 * Prints how the inspector copes with a tape of 100,000 nodes in a headless browser: the time to the first paint of a file, frames a second while it scrolls, the time of a
 * search, and the memory of the page. Usage: inspector.ts [NODES]
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { host, inspect, randn, scope, type Tensor, tensor } from "tapelab";
import { openBrowser } from "../support/browser.ts";
import { startLab } from "../support/lab.ts";

const nodes = Number(process.argv[2] ?? 100_000);
/** Files of two shapes: of many scopes, and of none. */
const shapes: Readonly<Record<string, () => Tensor>> = {
  "nested scopes": () => {
    const w = randn([4, 4], { requiresGrad: true });
    let x = randn([2, 4]);
    for (let i = 0; i < nodes / 40; i++)
      x = scope(`block ${i}`, () => {
        let y = x;
        for (let k = 0; k < 10; k++) y = scope(`layer ${k}`, () => y.matmul(w).tanh().mul(1.01).add(x));
        return y;
      });
    return x.sum();
  },
  "no scopes": () => {
    let x: Tensor = tensor([1, 2], { requiresGrad: true });
    for (let i = 0; i < nodes; i++) x = i % 3 === 0 ? x.sin() : i % 3 === 1 ? x.mul(1.0001) : x.tanh();
    return x;
  },
};

const lab = await startLab([]);
try {
  for (const [name, make] of Object.entries(shapes)) {
    host.setWatch({ nodes: 10_000 });
    const result = make();
    host.setWatch({ nodes: 0 });
    const file = `${name.replaceAll(" ", "-")}.tape.json.gz`;
    const began = performance.now();
    await inspect.saveTape(result, join(lab.folder, file));
    const saved = performance.now() - began;
    const size = statSync(join(lab.folder, file)).size;
    const browser = await openBrowser({ width: 1400, height: 900 });
    const page = await browser.newPage();
    const devtools = await page.context().newCDPSession(page);
    const heap = async (): Promise<number> => {
      await devtools.send("HeapProfiler.collectGarbage");
      const { usedSize } = (await devtools.send("Runtime.getHeapUsage")) as { usedSize: number };
      return usedSize / 1e6;
    };
    await page.goto(`${lab.url}/lab?token=${lab.token}&reset`);
    await page.locator(".jp-Launcher, .jp-FileBrowser").first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(4000);
    const before = await heap();
    await page.evaluate(() => performance.clearMeasures());
    await page.goto(`${lab.url}/lab/tree/${file}?token=${lab.token}`);
    const view = page.locator(".tapelab-document .tapelab-tape");
    await view.locator(".tapelab-line").first().waitFor({ timeout: 120_000 });
    // unfolded, so that all rows are lines
    const paint = await page.evaluate(() =>
      performance.getEntriesByName("tapelab:tape-drawn").map(({ duration }) => duration),
    );
    const scrolling = await page.evaluate(async () => {
      const box = document.querySelector<HTMLElement>(".tapelab-document .tapelab-scroller");
      if (box === null) throw new Error("there is no tape");
      const frames: number[] = [];
      let last = performance.now();
      for (let i = 0; i < 240; i++) {
        box.scrollTop += i < 120 ? 180 : 25_000;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      frames.shift();
      const mean = frames.reduce((a, b) => a + b, 0) / frames.length;
      return { mean: 1000 / mean, slow: frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? 0 };
    });
    const searches: string[] = [];
    for (const text of ["op:tanh", "tanh", "grad:nan", "value:>1e3", "row:50000-50010", "scope:*9 -op:mul", ""]) {
      const ms = await page.evaluate(async (query) => {
        const input = document.querySelector<HTMLInputElement>(".tapelab-document .tapelab-search-input");
        if (input === null) throw new Error("there is no search");
        const start = performance.now();
        input.value = query;
        input.dispatchEvent(new Event("input"));
        const done = performance.now() - start;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        return done;
      }, text);
      searches.push(`${text === "" ? "(none)" : text} ${ms.toFixed(0)} ms`);
    }
    const used = (await heap()) - before;
    const lines = await view.getByRole("treegrid").getAttribute("aria-rowcount");
    process.stdout.write(
      [
        `${name}: ${nodes.toLocaleString("en")} nodes, ${lines} lines`,
        `  written in ${saved.toFixed(0)} ms, ${(size / 1e6).toFixed(1)} MB compressed`,
        `  first paint ${paint.map((ms) => `${ms.toFixed(0)} ms`).join(", ")} after the data was read`,
        `  scrolling ${scrolling.mean.toFixed(0)} frames a second, 95 % of the frames below ${scrolling.slow.toFixed(0)} ms`,
        `  search: ${searches.join(", ")}`,
        `  memory of the page: ${used.toFixed(0)} MB more than JupyterLab alone`,
        "",
      ].join("\n"),
    );
    await browser.close();
  }
} finally {
  await lab.stop();
}
