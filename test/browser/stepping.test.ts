/** Steps through passes: live while a cell takes them, in a saved notebook without a kernel and without trust, by keyboard, in both windowing modes. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { type Notebook, selectedLine, useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const cells = [
  `import { inspect, nn, crossEntropy, manualSeed, randn, tensor, type Tensor } from "tapelab";
const a = tensor(2, { requiresGrad: true });
const b = tensor(-3, { requiresGrad: true });
const c = tensor(6.5, { requiresGrad: true });
const d = a * b + c;
const loss = (d * a).tanh().add(d);
loss.backward();
inspect.steps(loss)`,
  `manualSeed(0);
const model = new nn.Sequential(...Array.from({ length: 20 }, () => [new nn.Linear(8, 8), new nn.Tanh()]).flat(), new nn.Linear(8, 3));
const large = crossEntropy(model(randn([16, 8])), tensor(Array.from({ length: 16 }, (_, i) => i % 3), { dtype: "int64" }));
large.backward();
inspect.steps(large)`,
];

/** A loop that stays in each of its steps until a file with the number of the step is there. */
const loop = `import { existsSync } from "node:fs";
const x = tensor([[1, 2], [3, 4]], { requiresGrad: true });
const y = x.relu().matmul(x).mul(x).sum();
const names: string[] = [];
for await (const step of y.backwardSteps()) {
  names.push(step.op);
  while (!existsSync(\`step \${names.length}\`)) await new Promise((done) => setTimeout(done, 20));
  console.log(\`\${step.op} ends\`);
}`;
/** Lets the loop leave a step. */
const leave = (step: number): void => writeFileSync(join(workplace.lab.folder, `step ${step}`), "");
/** Keeps the next loop in its steps. */
const hold = (): void => {
  for (const i of backward.keys()) rmSync(join(workplace.lab.folder, `step ${i + 1}`), { force: true });
};
const backward = ["sum", "mul", "matmul", "relu"].map((op, i) => `backward step ${i + 1} of 4: ${op}`);

const view = (notebook: Notebook, n: number): Locator => notebook.output(n).locator(".tapelab-steps");
const phase = (target: Locator): Promise<string | null> => target.locator(".tapelab-pass-phase").textContent();
const slider = (target: Locator): Locator => target.getByRole("slider", { name: "step" });
const button = (target: Locator, name: string): Locator => target.getByRole("button", { name, exact: true });

/** Returns the texts of the boxes of a graph: name, op, value and gradient. */
const boxes = (target: Locator): Promise<string[]> =>
  target.locator(".tapelab-pass-box").evaluateAll((all) =>
    all.map((box) =>
      [...box.querySelectorAll("tspan, .tapelab-pass-number")]
        .map((t) => t.textContent)
        .filter((t) => t !== "")
        .join(" "),
    ),
  );

/** Returns the captions of the tensors of the current step. */
const captions = (target: Locator): Promise<string[]> =>
  target
    .locator(".tapelab-pass-panel .tapelab-figure .tapelab-caption:not(.tapelab-pass-statistics)")
    .allTextContents();

/** Writes a picture for a person to look at, where the environment names a folder. */
async function picture(target: Locator, name: string): Promise<void> {
  const folder = process.env["TAPELAB_PICTURES"];
  if (folder !== undefined) await target.screenshot({ path: join(folder, `${name}.png`) });
}

/** Returns parts of a view that stick out of it, or that another part covers. */
const misplaced = (target: Locator): Promise<string[]> =>
  target.evaluate((node) => {
    const { right } = node.getBoundingClientRect();
    const isOut = (part: Element): boolean => part.getBoundingClientRect().right > right + 1;
    const parts = [
      ...node.querySelectorAll(".tapelab-pass-player > *, .tapelab-step figure, .tapelab-step p, .tapelab-header *"),
    ];
    const buttons = [...node.querySelectorAll(".tapelab-pass-player > *")].map((part) => part.getBoundingClientRect());
    const covered = buttons.some((p, i) =>
      buttons.some(
        (q, k) => i < k && p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1,
      ),
    );
    return [...parts.filter(isOut).map((part) => part.textContent), ...(covered ? ["overlapping controls"] : [])];
  });

async function runAll(notebook: Notebook, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await notebook.run(n);
    await notebook.done(n, n + 1);
  }
}

/** Steps through the small tape, by the keyboard alone. */
async function stepByKeys(notebook: Notebook): Promise<void> {
  const shown = view(notebook, 0);
  const { page } = notebook;
  await shown.locator(".tapelab-pass-graph").focus();
  await page.keyboard.press("Home");
  expect(await phase(shown)).toBe("before the first step");
  // a gradient that has not been computed does not look like zero
  expect(await boxes(shown)).toEqual([
    "a 2 not yet",
    "b −3 not yet",
    "mul not yet not yet",
    "c 6.50 not yet",
    "d add not yet not yet",
    "mul not yet not yet",
    "tanh not yet not yet",
    "loss add not yet not yet",
  ]);
  for (let i = 0; i < 5; i++) await page.keyboard.press("]");
  expect(await phase(shown)).toBe("forward step 5 of 5: add");
  expect((await boxes(shown)).at(-1)).toMatch(/^loss add [\d.]+ not yet$/);
  await page.keyboard.press("]");
  expect(await phase(shown)).toBe("backward step 1 of 5: add");
  expect(await captions(shown)).toEqual([
    "upstream gradient ȳ",
    "local derivative by x (tanh)",
    "contribution to x (tanh)",
    "local derivative by d",
    "contribution to d",
  ]);
  expect(await boxes(shown)).toContain("d add 0.500 1 (1 of 2)");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  expect(await phase(shown)).toBe("backward step 1 of 5: add");
  await page.keyboard.press("End");
  expect(await phase(shown)).toBe("backward step 5 of 5: mul");
  expect((await captions(shown)).some((text) => text === "sum, 2 of 2 consumers of a")).toBe(true);
  expect((await boxes(shown)).some((text) => text.includes("not yet"))).toBe(false);
}

test("a pass that has run is stepped through and played, as a graph and as rows", async () => {
  const notebook = await workplace.open("stepping", cells, { run: false });
  await runAll(notebook, 2);
  const { page } = notebook;
  const shown = view(notebook, 0);
  await shown.waitFor();
  // it opens at the end, where everything is known
  expect(await phase(shown)).toBe("backward step 5 of 5: mul");
  await stepByKeys(notebook);
  await picture(shown, "steps-light");

  // playing from the end begins anew, and a press of space pauses
  await shown.getByLabel("steps a second").selectOption("20");
  await shown.locator(".tapelab-pass-graph").focus();
  await page.keyboard.press("Space");
  await button(shown, "❚❚ Pause").waitFor();
  await button(shown, "▶ Play").waitFor();
  expect(await slider(shown).inputValue()).toBe("10");
  await shown.getByLabel("steps a second").selectOption("0.5");
  await button(shown, "▶ Play").click();
  expect(await phase(shown)).toBe("before the first step");
  await page.keyboard.press("Space");
  await button(shown, "▶ Play").waitFor();

  // the slider, the buttons and a click on a box
  await slider(shown).fill("7");
  expect(await phase(shown)).toBe("backward step 2 of 5: tanh");
  expect(await slider(shown).getAttribute("aria-valuetext")).toBe("backward, step 2 of 5: tanh");
  await button(shown, "a step back ([)").click();
  expect(await phase(shown)).toBe("backward step 1 of 5: add");
  await shown.locator('.tapelab-pass-box:has(.tapelab-pass-name:text-is("d"))').click();
  expect(await phase(shown)).toBe("backward step 4 of 5: add");
  expect(await shown.getByRole("status").textContent()).toMatch(/^backward, step 4 of 5: add\. .* 1 = .* to x \(mul\)/);
  // the rule is typeset, and the line leads to the code
  await shown.locator(".tapelab-rule mjx-container, .tapelab-rule .MathJax").first().waitFor();
  await shown.locator(".tapelab-pass-words .tapelab-site").click();
  const line = (): Promise<string | null> => selectedLine(page);
  await expect.poll(line).toBe("const d = a * b + c;");
  expect(await notebook.cell(0).count()).toBe(1);

  const rows = view(notebook, 1);
  await rows.scrollIntoViewIfNeeded();
  expect(await rows.locator(".tapelab-pass-graph").count()).toBe(0);
  await rows.locator(".tapelab-pass-rows").focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 3; i++) await page.keyboard.press("]");
  expect(await phase(rows)).toMatch(/^forward step 3 of 4\d: linear/);
  expect(await rows.locator("tr.tapelab-pass-row-now th").textContent()).toMatch(/^linear/);
  expect(await rows.locator("tr").last().textContent()).toContain("not yet");
  await page.keyboard.press("End");
  for (let i = 0; i < 2; i++) await page.keyboard.press("[");
  expect(await rows.locator(".tapelab-pass-inputs > *").count()).toBe(3);
  // the upstream gradient and the contribution to the activations have 128 elements, those to weight and bias at most 64
  expect(await rows.locator(".tapelab-pass-panel .tapelab-heatmap").count()).toBe(2);
  expect(await rows.locator(".tapelab-pass-panel .tapelab-pass-numbers").count()).toBe(2);
  await rows.locator(".tapelab-pass-rows tbody tr").nth(8).click();
  expect(await rows.locator("tr.tapelab-pass-row-now").count()).toBe(1);
  await rows.locator("summary").click();
  // the table is made when it is opened
  await expect
    .poll(() => rows.locator(".tapelab-pass-lines thead th").allTextContents())
    .toEqual(["step", "op", "upstream", "× local", "= contribution", "to", "rule"]);
  expect(await rows.locator(".tapelab-pass-lines tbody tr").count()).toBeGreaterThan(60);

  expect(await violations(page, ".tapelab-steps")).toEqual([]);
  await picture(rows, "steps-rows-light");
  for (const width of [1000, 560]) {
    await page.setViewportSize({ width, height: 1000 });
    for (const target of [shown, rows]) {
      await target.scrollIntoViewIfNeeded();
      await expect.poll(() => misplaced(target), { message: `${width} pixels` }).toEqual([]);
    }
  }
  await picture(shown, "steps-narrow");
  await page.setViewportSize({ width: 1280, height: 1000 });
  await notebook.setTheme("Dark");
  expect(await violations(page, ".tapelab-steps")).toEqual([]);
  await picture(shown, "steps-dark");
  await picture(rows, "steps-rows-dark");
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moving = await shown
    .locator(".tapelab-pass-box rect")
    .first()
    .evaluate((rect) => getComputedStyle(rect).transitionDuration);
  expect(moving).toMatch(/^0s/);
  await notebook.setTheme("Light");
});

/** The text of a notebook with the outputs of its cells, after a test has made it. */
let saved: string | null = null;

/** Makes a notebook that is longer than the window, runs its cells, and returns the text of the saved file. */
async function makeSaved(): Promise<string> {
  const filler = Array.from({ length: 12 }, (_, i) => `// ${i}\n${"\n".repeat(12)}`);
  const notebook = await workplace.open("saved", [...cells, ...filler], { run: false });
  await runAll(notebook, 2);
  await view(notebook, 1).waitFor();
  await notebook.save();
  await expect.poll(() => workplace.lab.read("saved.ipynb")).toContain("vnd.tapelab.steps.v1+json");
  await notebook.page.close();
  return workplace.lab.read("saved.ipynb");
}

test.each(["full", "contentVisibility"])(
  "saved notebooks step without a kernel and without trust: windowing %s",
  async (windowingMode) => {
    workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode });
    saved ??= await makeSaved();
    const received = await workplace.openReceived(`received-${windowingMode}.ipynb`, saved);
    await received.page.setViewportSize({ width: 1280, height: 1000 });
    await received.idle();
    await workplace.lab.stopKernels();
    expect(await workplace.lab.kernels()).toEqual([]);
    await view(received, 0).waitFor();
    await stepByKeys(received);
    await slider(view(received, 0)).fill("7");
    const before = await boxes(view(received, 0));
    // out of sight and back: the view is at its step, and draws it
    const scroller = received.page.locator(".jp-WindowedPanel-outer").first();
    const scrollTo = (share: number): Promise<void> =>
      scroller.evaluate((node, at) => {
        node.scrollTop = at * node.scrollHeight;
      }, share);
    // the height of cells that have not been in sight is a guess, so that the end moves
    await expect
      .poll(async () => {
        await scrollTo(1);
        return view(received, 0).evaluateAll(([node]) => {
          const box = node?.getBoundingClientRect();
          return box === undefined || box.height === 0 || box.top < -200 ? "out of sight" : `at ${box.top}`;
        });
      })
      .toBe("out of sight");
    await scrollTo(0);
    await view(received, 0).waitFor();
    expect(await phase(view(received, 0))).toBe("backward step 2 of 5: tanh");
    expect(await boxes(view(received, 0))).toEqual(before);
    await button(view(received, 0), "a step on (])").click();
    expect(await phase(view(received, 0))).toBe("backward step 3 of 5: mul");
    expect(await violations(received.page, ".tapelab-steps")).toEqual([]);
  },
);

test("the step in the page advances with a loop, and stays where a person goes back", async () => {
  workplace.lab.setSetting("@jupyterlab/notebook-extension/tracker", { windowingMode: "contentVisibility" });
  hold();
  const notebook = await workplace.open("live-steps", [cells[0] ?? "", loop], { run: false });
  await runAll(notebook, 1);
  await notebook.run(1);
  const shown = view(notebook, 1);
  await shown.waitFor();
  for (const [i, step] of backward.entries()) {
    await expect.poll(() => phase(shown)).toBe(step);
    expect(await notebook.prompt(1).textContent()).toBe("[*]:");
    leave(i + 1);
  }
  await notebook.done(1, 2);
  expect(await phase(shown)).toBe(backward[3]);
  expect((await boxes(shown)).some((text) => text.includes("not yet"))).toBe(false);

  // a person who goes back while the loop runs stays there, with the keyboard focus
  hold();
  await notebook.run(1);
  await expect.poll(() => phase(shown)).toBe(backward[0]);
  await shown.locator(".tapelab-pass-graph").focus();
  await notebook.page.keyboard.press("Home");
  await notebook.page.keyboard.press("]");
  for (const i of backward.keys()) leave(i + 1);
  await notebook.done(1, 3);
  expect(await phase(shown)).toBe("forward step 1 of 4: relu");
  await notebook.page.keyboard.press("]");
  expect(await phase(shown)).toBe("forward step 2 of 4: matmul");
});

test("buttons in the page pause the loop in the kernel, let it take a step, and have it go on", async () => {
  hold();
  const notebook = await workplace.open("paused-steps", [cells[0] ?? "", loop], { run: false });
  await runAll(notebook, 1);
  await notebook.run(1);
  const shown = view(notebook, 1);
  const controls = shown.getByRole("group", { name: "the loop in the kernel" });
  await controls.waitFor();
  await controls.getByRole("button", { name: "Pause the loop" }).click();
  await controls.getByText("The loop waits before its next step").waitFor();
  // the step that ran when the button was pressed ends, and no other begins
  for (const i of backward.keys()) leave(i + 1);
  await notebook.output(1).getByText("sum ends").waitFor();
  await notebook.page.waitForTimeout(500);
  expect(await notebook.output(1).textContent()).not.toContain("mul ends");
  expect(await phase(shown)).toBe(backward[0]);
  expect(await notebook.prompt(1).textContent()).toBe("[*]:");
  expect(await violations(notebook.page, ".tapelab-steps")).toEqual([]);
  await picture(shown, "steps-paused");
  await controls.getByRole("button", { name: "Next step" }).click();
  await notebook.output(1).getByText("mul ends").waitFor();
  await expect.poll(() => phase(shown)).toBe(backward[1]);
  // by keys
  await shown.locator(".tapelab-pass-graph").focus();
  await notebook.page.keyboard.press("p");
  await notebook.done(1, 2);
  await expect.poll(() => controls.isVisible()).toBe(false);
  await expect.poll(() => phase(shown)).toBe(backward[3]);
});
