/** Views of explanations: live with links to lines, and from a saved notebook that is not trusted, in both themes and in a narrow window. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { explain, F, full, manualSeed, nn, noGrad, randn, type Tensor } from "tapelab";
import { beforeAll, describe, expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { notebookOfOutputs, useJupyterLab } from "../support/notebook.ts";
import { inRoot } from "../support/paths.ts";

manualSeed(1);

const net = (activation: () => nn.ReLU | nn.Sigmoid, layers: number): nn.Sequential =>
  new nn.Sequential(
    ...Array.from({ length: layers }, () => [new nn.Linear(8, 8), activation()]).flat(),
    new nn.Linear(8, 1),
  );
const [x, y] = [randn([32, 8]), randn([32, 1])];
const explained = (model: nn.Sequential): object =>
  explain([...model.parameters()][0], { model, loss: () => F.mseLoss(model.forward(x), y) }).bundle();

const dead = net(() => new nn.ReLU(), 2);
noGrad(() => [...dead.parameters()][3].fill_(-50));
const w = full([3], 1, { requiresGrad: true }).named("w");
const v = full([3], 2, { requiresGrad: true });
const detached = (): Tensor => w.mul(2).tanh().detach().mul(v).sum();

const outputs: Readonly<Record<string, object>> = {
  dead: explained(dead),
  detached: explain(w, { loss: detached }).bundle(),
  vanishing: explained(net(() => new nn.Sigmoid(), 10)),
  several: explain(w, { loss: () => w.sub(3).relu().mul(3).sum().add(w.round().sum()) }).bundle(),
  sound: explained(net(() => new nn.ReLU(), 2)),
};
const names = Object.keys(outputs);
describe("in a saved notebook that is not trusted", () => {
  const workplace = useJupyterLab([], { keepsPages: true });
  const size = { width: 1000, height: 1500 };
  let page: Page;
  beforeAll(async () => {
    writeFileSync(join(workplace.lab.folder, "explanation.ipynb"), notebookOfOutputs(outputs));
    ({ page } = await workplace.openFile("explanation.ipynb", size));
    await page
      .locator(".tapelab-explanation")
      .nth(names.length - 1)
      .waitFor();
  });
  const view = (name: string): Locator => page.locator(".tapelab-explanation").nth(names.indexOf(name));

  test("the sentence comes first, then the path, the evidence and the remedy", async () => {
    const text = (await view("dead").textContent()) ?? "";
    const order = [
      "The gradient that backward would compute",
      "dead-relu",
      "linear[32, 8]",
      "relu[32, 8]",
      "inputs",
      "To do",
    ];
    const positions = order.map((part) => text.indexOf(part));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).not.toContain(-1);
    expect(await view("dead").locator(".tapelab-step").count()).toBe(4);
    expect(await view("dead").locator(".tapelab-step-last .tapelab-step-note").textContent()).toBe("stops 100 %");
    expect(await view("detached").textContent()).toContain("leaves the tape");
    expect(await view("vanishing").textContent()).toMatch(/× 0\.2\d+ per layer over 10 sigmoid layers/);
  });
  test("several causes are ranked with their shares, and a sound gradient says what was looked for", async () => {
    const heads = await view("several").locator(".tapelab-finding-head").allTextContents();
    expect(heads).toEqual(["dead-relu75 %", "rounding-step25 %"]);
    expect(await view("sound").locator(".tapelab-finding").count()).toBe(0);
    expect(await view("sound").textContent()).toMatch(/✓ sound.*is sound.*Looked for: Dead rectifier,/);
  });
  test("nothing is wider than a narrow window, and axe finds nothing in both themes", async () => {
    expect(await violations(page, ".tapelab-explanation")).toEqual([]);
    for (const width of [1000, 480]) {
      await page.setViewportSize({ width, height: 1500 });
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
    workplace.lab.setTheme("dark");
    ({ page } = await workplace.openFile("explanation.ipynb", size));
    await page
      .locator(".tapelab-explanation")
      .nth(names.length - 1)
      .waitFor();
    await picture("dark-1000");
    expect(await violations(page, ".tapelab-explanation")).toEqual([]);
  });
  test("nbconvert prints the sentence and the remedy, also with everything removed that could run", () => {
    const html = execFileSync(
      inRoot(".venv", "bin", "python"),
      [
        "-m",
        "nbconvert",
        "--to",
        "html",
        "--HTMLExporter.sanitize_html=True",
        "--log-level",
        "ERROR",
        "--stdout",
        join(workplace.lab.folder, "explanation.ipynb"),
      ],
      { encoding: "utf8", maxBuffer: 2 ** 26 },
    );
    expect(html).toContain("it stops at relu");
    expect(html).toContain("To do:");
  });

  /** Saves a picture, if a folder for pictures is given. */
  async function picture(name: string): Promise<void> {
    const folder = process.env["PICTURES"];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `explanation-${name}.png`) });
  }
});

describe("live", () => {
  const workplace = useJupyterLab();
  test("a cell names the line of the cause, without being given the loss, and the line is a link", async () => {
    const opened = await workplace.open("explanation-live", [
      'import { explain, full, nn, noGrad, randn } from "tapelab";\nconst model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 1));\nnoGrad(() => [...model.parameters()][1].fill_(-50));\nconst x = randn([16, 4]);',
      "const h = model(x);\nconst loss = h.square().mean();\nloss.backward();",
      "explain([...model.parameters()][0], { model })",
    ]);
    const area = opened.output(2);
    await area.locator(".tapelab-explanation .tapelab-step").first().waitFor();
    expect(await area.textContent()).toContain("The gradient of 0.weight is 0: it stops at relu");
    const link = area.locator("button.tapelab-link").first();
    expect(await link.textContent()).toBe("cell [2], line 1");
    await link.click();
    await expect.poll(() => opened.cell(1).evaluate((node) => node.classList.contains("jp-mod-active"))).toBe(true);
  });
});
