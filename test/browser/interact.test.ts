/** The inputs of `interact` over errors, reloads of the page, restarts of the kernel and saved notebooks. */
import { expect, test } from "vitest";
import { useJupyterLab } from "../support/notebook.ts";

const workplace = useJupyterLab();

const source = `interact(({ rate }) => {
  if (rate > 6) throw new RangeError(\`\${rate} is too high\`);
  print(\`rate \${rate}\`);
  if (rate < 4) print("low");
}, { rate: slider(0, 10) });`;

test("interact shows errors, works in a reopened page, and says when the kernel no longer has its inputs", async () => {
  const notebook = await workplace.open("controls", [source, "1"]);
  const { page } = notebook;
  const area = notebook.output(0);
  const slider = area.getByLabel("rate");
  const error = area.locator('[data-mime-type="application/vnd.jupyter.stderr"]');
  const move = async (key: string, times: number): Promise<void> => {
    await slider.focus();
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await area.getByText("rate 5").waitFor();
  await move("ArrowRight", 2);
  await error.getByText("RangeError: 7 is too high").waitFor();
  expect(await error.textContent()).toContain("2 |   if (rate > 6) throw");
  await error.getByRole("link", { name: "cell[1]:2:23" }).waitFor();
  await move("ArrowLeft", 1);
  await area.getByText("rate 6").waitFor();
  expect(await error.count()).toBe(0);
  // the values are stored with their output
  await notebook.prompt(1).click();
  await expect
    .poll(async () => {
      await notebook.save();
      return workplace.lab.read("controls.ipynb");
    })
    .toMatch(/"values": \{\s*"rate": 6/);

  await page.reload();
  await area.getByText("rate 6").waitFor();
  await expect.poll(() => slider.isEnabled()).toBe(true);
  await move("ArrowLeft", 1);
  await area.getByText("rate 5").waitFor();
  expect(await area.getByText(/^rate /).count()).toBe(1);
  // also outputs that the run before did not have
  await move("ArrowLeft", 2);
  await area.getByText("low").waitFor();

  // keys that are pressed in an input are not commands
  await notebook.prompt(1).click();
  await notebook.restartKernel();
  await area.getByText("the kernel has been restarted since the cell ran").waitFor();
  expect(await slider.isDisabled()).toBe(true);
  await notebook.run(0);
  await area.getByText("rate 5").waitFor();
  await expect.poll(() => slider.isEnabled()).toBe(true);
  await move("ArrowRight", 1);
  await area.getByText("rate 6").waitFor();
  await notebook.prompt(1).click();
  await notebook.save();

  await workplace.lab.stopKernels();
  const anew = await workplace.openFile("controls.ipynb");
  await anew.output(0).getByText("Run the cell again.").waitFor();
  expect(await anew.output(0).getByLabel("rate").isDisabled()).toBe(true);
  expect(await anew.output(0).textContent()).not.toContain("Error displaying widget");
});
