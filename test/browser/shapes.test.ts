/** Explained errors: below the traceback live, in a saved notebook that is not trusted, in narrow windows, in both themes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { type Notebook, selectedLine, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const cells = [
  `import { nn, randn, type Tensor } from "tapelab";
class Net extends nn.Module {
  conv = new nn.Conv2d(3, 16, 3);
  fc = new nn.Linear(2704, 10);
  forward(x: Tensor): Tensor {
    const h = this.conv(x).relu();
    return this.fc(h);
  }
}
const net = new Net();`,
  "net(randn([8, 3, 15, 15]));",
  `const x = randn([128, 64]);
const w = randn([128, 10]);
x.matmul(w);`,
];

const view = (notebook: Notebook, n: number): Locator => notebook.output(n).locator(".tapelab-shapes");

/** Writes a picture for a person to look at, where the environment names a folder. */
async function picture(target: Locator, name: string): Promise<void> {
  const folder = process.env["TAPELAB_PICTURES"];
  if (folder !== undefined) await target.screenshot({ path: join(folder, `${name}.png`) });
}

async function runAll(notebook: Notebook): Promise<void> {
  for (const n of [0, 1, 2]) {
    await notebook.run(n);
    await notebook.done(n, n + 1);
  }
}

/** Returns the parts of a view that stick out of it. */
const sticksOut = (target: Locator): Promise<string[]> =>
  target.evaluate((node) => {
    const { right } = node.getBoundingClientRect();
    return [...node.querySelectorAll("p, li, code, .tapelab-header *, summary")]
      .filter((part) => part.getBoundingClientRect().right > right + 1)
      .map((part) => part.textContent ?? "");
  });

test("an error of shapes has its traceback first, and below it the operands, the reason, fixes and the tape", async () => {
  const notebook = await workplace.open("shapes", cells, { run: false });
  await runAll(notebook);
  const { page } = notebook;
  const shown = view(notebook, 1);
  await shown.waitFor();
  const outputs = notebook.output(1).locator(".jp-OutputArea-output");
  expect(await outputs.count()).toBe(2);
  const traceback = (await outputs.nth(0).textContent()) ?? "";
  expect(traceback.startsWith("ShapeError: linear: the input's last size must be the weight's")).toBe(true);
  expect(traceback).toContain("h has 13 features (dim 3), fc.weight has 2704 features (dim 1)");
  const text = (await shown.textContent()) ?? "";
  for (const part of [
    "cell 1 : line 7",
    "2704 features",
    "Each example of h has 16 · 13 · 13 = 2704 elements",
    "this.fc(h.flatten(1))",
    "✓ fits, [8, 10]",
    "in fc, Linear(2704, 10, bias=true)",
    "The tape up to here is kept: 2 ops.",
  ])
    expect(text).toContain(part);
  // the boxes are to scale: both clashing sizes are marked by a sign, not by colour alone
  expect(await shown.locator(".tapelab-operands .tapelab-operand-clash").allTextContents()).toEqual([
    "13 features",
    "2704 features",
    "≠",
  ]);
  const boxes = await view(notebook, 2)
    .locator(".tapelab-operand")
    .evaluateAll((all) => all.map((box) => [box.getBoundingClientRect().width, box.getBoundingClientRect().height]));
  expect(boxes.map(([w, h]) => (h ?? 0) / (w ?? 1))).toEqual([expect.closeTo(2, 1), expect.closeTo(12.8, 0)]);
  // the tape opens by keyboard, and its lines lead to the code
  await shown.locator("summary").focus();
  await page.keyboard.press("Enter");
  expect(await shown.locator("details tbody th").allTextContents()).toEqual(["conv2d", "relu"]);
  await shown.locator("details tbody .tapelab-site").first().click();
  const line = (): Promise<string | null> => selectedLine(page);
  await expect.poll(line).toBe("    const h = this.conv(x).relu();");
  expect(await violations(page, ".tapelab-shapes")).toEqual([]);
  await picture(shown, "shapes-light");
  await picture(view(notebook, 2), "shapes-matmul-light");
  for (const width of [1000, 560]) {
    await page.setViewportSize({ width, height: 1000 });
    for (const n of [1, 2]) {
      await view(notebook, n).scrollIntoViewIfNeeded();
      await expect.poll(() => sticksOut(view(notebook, n)), { message: `${width} pixels` }).toEqual([]);
    }
  }
  await picture(shown, "shapes-narrow");
  await page.setViewportSize({ width: 1280, height: 1000 });
  await notebook.setTheme("Dark");
  expect(await violations(page, ".tapelab-shapes")).toEqual([]);
  await picture(shown, "shapes-dark");
  await picture(view(notebook, 2), "shapes-matmul-dark");
  await notebook.setTheme("Light");
  await notebook.save();
  await expect
    .poll(() => readFileSync(join(workplace.lab.folder, "shapes.ipynb"), "utf8"))
    .toContain("vnd.tapelab.shapes.v1+json");

  const received = await workplace.openReceived("received.ipynb", workplace.lab.read("shapes.ipynb"));
  await view(received, 1).waitFor();
  expect(await view(received, 1).textContent()).toContain("this.fc(h.flatten(1))");
  expect(await view(received, 1).locator(".tapelab-operand").count()).toBeGreaterThan(1);
  await view(received, 1).locator("summary").click();
  expect(await view(received, 1).locator("details tbody th").allTextContents()).toEqual(["conv2d", "relu"]);
});
