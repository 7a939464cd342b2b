/** A training by `fit` in JupyterLab: live, interrupted by the button, and the saved file without trust and without a kernel. */
import { expect, test } from "vitest";
import { violations } from "../support/axe.ts";
import { useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const setup = `import { data, F, findLearningRate, fit, manualSeed, nn, optim, randn } from "tapelab";
manualSeed(1);
const x = randn([400, 2]);
const y = x.square().sum(1).gt(1.5).to("int64");
const model = new nn.Sequential(new nn.Linear(2, 32), new nn.ReLU(), new nn.Linear(32, 2));
const loader = new data.DataLoader(new data.TensorDataset(x, y), { batchSize: 32, shuffle: true, seed: 1 });
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
const pause = { onBatchEnd: () => new Promise<void>((resolve) => setTimeout(resolve, 20)) };`;
const train = (epochs: number): string => `await fit(model, loader, {
  loss: F.crossEntropy, optimizer, epochs: ${epochs}, validation: [[x, y]], metrics: ["accuracy", "f1"], keepBest: true,
  scheduler: new optim.lrScheduler.CosineAnnealingLR(optimizer, 12), callbacks: pause,
})`;

test("a training is shown live, without flicker, and the button stops it with its best weights", async () => {
  const notebook = await workplace.open("fit", [setup, train(100_000)]);
  const { page } = notebook;
  const view = notebook.output(1).locator(".tapelab-training");
  await view.waitFor();
  // elements that stay over updates show that nothing is drawn anew
  const chart = view.locator("svg[data-chart=loss]");
  await chart.evaluate((node) => node.setAttribute("data-marked", ""));
  const epoch = async (): Promise<number> =>
    Number(
      /^epoch ([\d,]+) of/.exec((await view.locator(".tapelab-title").textContent()) ?? "")?.[1]?.replaceAll(",", "") ??
        0,
    );
  await expect.poll(epoch).toBeGreaterThan(3);
  expect(await chart.getAttribute("data-marked")).toBe("");
  expect(await view.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("0");
  expect(
    await view.locator("svg[data-chart]").evaluateAll((all) => all.map((n) => n.getAttribute("data-chart"))),
  ).toEqual(["loss", "legend", "accuracy", "f1", "lr"]);
  expect(await violations(page, ".tapelab-training")).toEqual([]);
  await page.locator('.jp-Toolbar [data-jp-item-name="interrupt"]').click();
  await expect
    .poll(() => view.locator(".tapelab-title").textContent())
    .toMatch(/^interrupted after \d+ of 100,000 epochs$/);
  await expect
    .poll(() => view.locator(".tapelab-fact").textContent())
    .toMatch(/best valLoss [\d.]+ in epoch \d+, restored/);
  await expect.poll(() => view.locator(".tapelab-watch-live").isVisible()).toBe(false);
});

test("the saved file, not trusted, dark, narrow and without a kernel", async () => {
  const search = `await findLearningRate(model, loader, { loss: F.crossEntropy, optimizer })`;
  const notebook = await workplace.open("fitted", [setup, train(12), search]);
  await notebook.done(2, 3);
  await notebook.page.keyboard.press("Escape");
  await notebook.save();
  await expect.poll(() => workplace.lab.read("fitted.ipynb").includes("tapelab.rates")).toBe(true);
  await notebook.page.close();
  const text = workplace.lab.read("fitted.ipynb");
  const { cells } = JSON.parse(text) as { cells: { outputs: { data: Record<string, unknown> }[] }[] };
  expect(cells.slice(1).map(({ outputs }) => outputs.map((o) => Object.keys(o.data).sort()))).toEqual(
    ["training", "rates"].map((kind) => [
      [`application/vnd.tapelab.${kind}.v1+json`, "image/png", "image/svg+xml", "text/plain"],
    ]),
  );
  workplace.lab.setTheme("dark");
  const saved = await workplace.openReceived("other-fit.ipynb", text);
  workplace.lab.setTheme("light");
  await saved.idle();
  await workplace.lab.stopKernels();
  const { page } = saved;
  await page.setViewportSize({ width: 640, height: 900 });
  for (const [n, kind] of [
    [1, "training"],
    [2, "rates"],
  ] as const) {
    const view = saved.output(n).locator(`.tapelab-${kind}`);
    await view.scrollIntoViewIfNeeded();
    const sticking = (): Promise<string[]> =>
      view.evaluate((node) =>
        [...node.querySelectorAll("svg, table")].flatMap((part) =>
          part.getBoundingClientRect().right > node.getBoundingClientRect().right + 1
            ? [part.outerHTML.slice(0, 80)]
            : [],
        ),
      );
    await expect.poll(sticking).toEqual([]);
    expect(await violations(page, `.tapelab-${kind}`)).toEqual([]);
  }
});
