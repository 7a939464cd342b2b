/** Failed checks of assignments: live, in every look, and from the saved file without trust and without a kernel. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { checkLook, inEveryLook } from "../support/looks.ts";
import { type Notebook, selectedLine, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const cells = [
  `import { autograd, manualSeed, randn, tensor, type Tensor } from "tapelab";
import { check } from "tapelab/check";
class Square extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor) {
    ctx.saveForBackward(x);
    return x * x;
  }
  static override backward(ctx: autograd.FunctionContext, g: Tensor) {
    const [x] = ctx.savedTensors;
    return g * x!;
  }
}
manualSeed(1);
const energy = (x: Tensor) => Square.apply(x).tanh().sum();`,
  "check.grad(energy, randn([4, 6]));",
  `const mean = (x: Tensor) => x.sum();
check.part("the mean", 2, () => check.close(mean(tensor([1, 2, 3, 4])), 2.5, { hint: ["Read the definition.", "Divide by n."] }));
check.part("the shape", 1, () => check.shape(tensor([1, 2]), [2]));`,
];

const views = (notebook: Notebook, n: number): Locator => notebook.output(n).locator(".tapelab-failed");

/** Checks the failure of the gradient, which looks alike whether the cell was run or the file was opened. */
async function checkFailure(notebook: Notebook): Promise<void> {
  const view = views(notebook, 1);
  await view.waitFor();
  const text = (await view.textContent()) ?? "";
  // text first, then pictures, table and tape
  const parts = [
    "✗ failed",
    "check.grad",
    "The gradient of the input [4, 6] is wrong in 24 of 24 elements",
    "expected",
    "the numeric gradient",
    "got",
    "failing node",
    "Square, gradient of x: Every element is half",
    "your line",
    "return g * x!;",
    "cell 1 : line 10",
    "Hint ",
    "a factor of 2 is missing",
    "yours",
    "numeric",
    "ratio 0.5",
    "worst element",
    "The tape: 3 ops, the failing one marked",
  ];
  const places = parts.map((part, i) => text.indexOf(part, i > 0 ? text.indexOf(parts[i - 1]) : 0));
  expect(parts.filter((_, i) => places[i] < 0)).toEqual([]);
  expect(places.toSorted((a, b) => a - b)).toEqual(places);
  expect(await view.locator(".tapelab-heatmap").count()).toBe(3);
  expect(await view.locator(".tapelab-failed-row").allTextContents()).toEqual([
    expect.stringMatching(/^▶ Square\[4, 6\].*cell 1 : line 14$/),
  ]);
  await view.locator("dd .tapelab-site").click();
  await expect.poll(() => selectedLine(notebook.page)).toBe("    return g * x!;");
}

test("a failed check shows text first, then pictures, table and the tape; a part shows its points and hints", async () => {
  const notebook = await workplace.open("checks", cells, { run: false });
  for (const n of [0, 1, 2]) {
    await notebook.run(n);
    await notebook.done(n, n + 1);
  }
  const { page } = notebook;
  await checkFailure(notebook);
  const outputs = notebook.output(1).locator(".jp-OutputArea-output");
  expect(await outputs.first().textContent()).toMatch(/^CheckError: check\.grad: the gradient of the input/);

  const [failed, passed] = [views(notebook, 2).nth(0), views(notebook, 2).nth(1)];
  expect(await passed.textContent()).toBe("✓ 1 of 1 pointthe shape");
  const part = (await failed.textContent()) ?? "";
  for (const words of ["✗ 0 of 2 points", "the mean", "Expected 2.5, but got 10", "Hint Read the definition."])
    expect(part).toContain(words);
  const second = failed.locator("details", { hasText: "Hint 2" });
  expect(await second.getByText("Divide by n.").isVisible()).toBe(false);
  await second.locator("summary").click();
  expect(await second.getByText("Divide by n.").isVisible()).toBe(true);

  await inEveryLook(notebook, async (look) => {
    await checkLook(views(notebook, 1), `check-${look}`);
    await checkLook(failed, `check-part-${look}`);
  });

  await page.keyboard.press("Escape");
  await notebook.save();
  const text = workplace.lab.read("checks.ipynb");
  await page.close();
  const saved = await workplace.openReceived("other.ipynb", text);
  await saved.idle();
  await workplace.lab.stopKernels();
  await checkFailure(saved);
  await checkLook(views(saved, 1), "check-saved");
});
