/** Views of diagnoses: live with links to lines, and from a saved notebook that is not trusted, in both themes and in a narrow window. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { type Diagnosis, diagnose, F, Generator, manualSeed, nn, optim, tensor } from "tapelab";
import { diagnosisOutput } from "tapelab/view";
import { beforeAll, describe, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { notebookOfOutputs, useJupyterLab } from "../support/notebook.ts";

manualSeed(1);
const g = new Generator(1);
const labels = Array.from({ length: 60 }, (_, i) => i % 3);
const x = tensor(labels.map((c) => [200 * Math.cos(2 * c) + g.normal(), 150 + 90 * Math.sin(2 * c) + g.normal()]));
const y = tensor(labels, { dtype: "int64" });

/** A training with several faults; with `tame`, without any. */
function report(tame: boolean): Diagnosis {
  const layers: nn.Module[] = [
    new nn.Linear(2, 16),
    new nn.Tanh(),
    new nn.Dropout(tame ? 0.1 : 0.9),
    new nn.Linear(16, 3),
  ];
  if (!tame) layers.push(new nn.Softmax(1));
  const model = new nn.Sequential(...(layers as nn.Linear[]));
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
  const data = tame ? x.sub(x.mean(0)).div(x.std(0)) : x;
  return diagnose(model, {
    optimizer,
    step() {
      if (tame) optimizer.zeroGrad();
      const loss = F.crossEntropy(model.forward(data), y);
      loss.backward();
      optimizer.step();
      return loss;
    },
  });
}

const outputs: Readonly<Record<string, object>> = {
  faults: report(false).bundle(),
  sound: report(true).bundle(),
  broken: diagnosisOutput.bundle({ ...report(true).data, losses: [1, 0.5, 4, "NaN"], error: "the data ran out" }),
};
const names = Object.keys(outputs);
describe("in a saved notebook that is not trusted", () => {
  const workplace = useJupyterLab([], { keepsPages: true });
  const size = { width: 1000, height: 1200 };
  let page: Page;
  beforeAll(async () => {
    writeFileSync(join(workplace.lab.folder, "diagnosis.ipynb"), notebookOfOutputs(outputs));
    ({ page } = await workplace.openFile("diagnosis.ipynb", size));
    await page.locator(".tapelab-diagnosis").nth(2).waitFor();
  });
  const view = (name: string): Locator => page.locator(".tapelab-diagnosis").nth(names.indexOf(name));

  test("findings are rows of a table, with kind, sentence, remedy, evidence and line", async () => {
    const rows = view("faults").locator("tbody tr");
    const count = await rows.count();
    expect(count).toBeGreaterThan(2);
    const kinds = await view("faults").locator(".tapelab-finding-kind").allTextContents();
    expect(kinds.slice(0, 2)).toEqual(["▲ fault", "▲ fault"]);
    expect(await rows.first().locator(".tapelab-fix").textContent()).toMatch(/^To do /);
    expect(await view("faults").getByText("softmax-twice").count()).toBe(1);
    expect(await view("faults").locator(".tapelab-finding-places").first().textContent()).toContain(
      "diagnosis.test.ts:",
    );
    expect(await view("faults").locator("th[scope=row]").count()).toBe(count);
  });
  test("the curve of the loss has a name, and ends where it is not finite", async () => {
    expect(await view("broken").locator("svg").getAttribute("aria-label")).toBe("loss from 1 to NaN in 4 steps");
    expect(await view("broken").locator(".tapelab-loss-broken").count()).toBe(1);
    expect(await view("broken").textContent()).toContain("the steps ended with: the data ran out");
  });
  test("a sound training is one line", async () => {
    expect(await view("sound").locator("table").count()).toBe(0);
    expect(await view("sound").textContent()).toMatch(
      /^Nothing found in 20 steps: \d+ causes were checked\..*✓ sound$/,
    );
  });
  test("nothing is wider than a narrow window, and axe finds nothing in both themes", async () => {
    expect(await violations(page, ".tapelab-diagnosis")).toEqual([]);
    for (const width of [1000, 480]) {
      await page.setViewportSize({ width, height: 1200 });
      for (const name of names) {
        const beyond = (): Promise<number> =>
          view(name).evaluate((node) => {
            const limit = node.closest(".jp-OutputArea")?.getBoundingClientRect().right ?? 0;
            const ends = [node, ...node.querySelectorAll("*")].map((part) => part.getBoundingClientRect().right);
            return Math.max(...ends) - limit;
          });
        await expect.poll(beyond, { message: `${name} at ${width}` }).toBeLessThanOrEqual(1);
      }
      await picture(`light-${width}`);
    }
    await page.setViewportSize(size);
    await page.evaluate(() => document.body.setAttribute("data-jp-theme-light", "false"));
    expect(await violations(page, ".tapelab-diagnosis")).toEqual([]);
    workplace.lab.setTheme("dark");
    ({ page } = await workplace.openFile("diagnosis.ipynb", size));
    await page.locator(".tapelab-diagnosis").nth(2).waitFor();
    await picture("dark-1000");
    expect(await violations(page, ".tapelab-diagnosis")).toEqual([]);
  });

  /** Saves a picture, if a folder for pictures is given. */
  async function picture(name: string): Promise<void> {
    const folder = process.env["PICTURES"];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `diagnosis-${name}.png`) });
  }
});

describe("live", () => {
  const workplace = useJupyterLab();
  test("a cell shows the table, and a line is a link to its cell", async () => {
    const opened = await workplace.open("diagnosis-live", [
      'import { diagnose, F, manualSeed, nn, optim, randn, randint } from "tapelab";\nmanualSeed(2);\nconst x = randn([30, 2]);\nconst y = randint(0, 3, [30]);',
      "const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 3), new nn.Softmax(1));\nconst optimizer = new optim.Adam(model.parameters());\nconst loss = () =>\n  F.crossEntropy(model(x), y);",
      "diagnose(model, { optimizer, loss, steps: 4 })",
    ]);
    const area = opened.output(2);
    await area.locator(".tapelab-diagnosis tbody tr").first().waitFor();
    const link = area.locator("button.tapelab-link").first();
    expect(await link.textContent()).toBe("cell [2], line 4");
    await link.click();
    await expect.poll(() => opened.cell(1).evaluate((node) => node.classList.contains("jp-mod-active"))).toBe(true);
  });
});
