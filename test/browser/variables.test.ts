/** The panel of variables. */
import { expect, test } from "vitest";
import { useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const source = `import { nn, tensor } from "tapelab";
const weights = tensor([[1, 2, 3]]);
const loss = tensor(0.318);
const model = new nn.Linear(3, 2);
const names = ["a", "b"];
const isDone = true;
const story = "👩‍👩‍👧‍👦".repeat(200);
const f = () => 1;`;

test("the panel of variables fits its first width, filters, opens by keyboard, and follows cells and kernels", async () => {
  const notebook = await workplace.open("variables", [source, "const later = 4;"]);
  const { page } = notebook;
  await notebook.done(1, 2);
  const tab = page.locator('.lm-TabBar-tab[data-id="tapelab-variables"]');
  await tab.click();
  const panel = page.locator("#tapelab-variables");
  const body = panel.getByRole("region");
  const rows = (): Promise<string[][]> =>
    panel
      .locator("tbody tr:not(.tapelab-variable-details)")
      .evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent ?? "")));
  await panel.locator("tbody tr").first().waitFor();
  const first = await rows();
  expect(first.filter(([name]) => name !== "story")).toEqual([
    ["weights", "Tensor", "[1, 3] float32"],
    ["loss", "Tensor", "0.318"],
    ["model", "Linear", "8 parameters"],
    ["names", "Array", "[2] [ 'a', 'b' ]"],
    ["isDone", "boolean", "true"],
    ["later", "number", "4"],
  ]);
  // a text is cut between characters
  expect(first.find(([name]) => name === "story")?.[2]).toMatch(/^'(👩‍👩‍👧‍👦)+…' length 2,200$/u);
  expect(await body.evaluate((node) => node.scrollWidth <= node.clientWidth)).toBe(true);
  expect(await panel.getByRole("heading").textContent()).toBe("Variables 7");

  await panel.getByRole("searchbox").fill("tensor");
  expect((await rows()).map(([name]) => name)).toEqual(["weights", "loss"]);
  await panel.getByRole("searchbox").fill("nothing like it");
  await panel.getByText("No variable matches the filter.").waitFor();
  await panel.getByRole("searchbox").fill("");

  await panel.getByRole("button", { name: "weights" }).focus();
  await page.keyboard.press("Enter");
  expect(await panel.locator(".tapelab-variable-details dd").allTextContents()).toEqual([
    "Tensor float32",
    "[1, 3]",
    "12 B",
  ]);
  await notebook.run(1, " const more = 'text';");
  await expect.poll(async () => (await rows()).at(-1)).toEqual(["more", "string", "'text'"]);
  // opened variables stay open
  expect(await panel.locator(".tapelab-variable-details").count()).toBe(1);

  await notebook.restartKernel();
  await panel.getByText("There are no variables yet").waitFor();
  await notebook.run(1);
  await expect.poll(async () => (await rows()).map(([name]) => name)).toEqual(["later", "more"]);
  await workplace.lab.stopKernels();
  await panel.getByText("No kernel is running.").waitFor();
  expect(await rows()).toEqual([]);
});
