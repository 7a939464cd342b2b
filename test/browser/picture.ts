/** Opens the tour in JupyterLab, opens a row of the tape, and saves what is on screen. Usage: picture.ts FILE */
import { openBrowser, openNotebook } from "../support/browser.ts";
import { startLab } from "../support/lab.ts";
import { inRoot } from "../support/paths.ts";

const [, , file = "picture.png"] = process.argv;
const lab = await startLab([{ from: inRoot("notebooks"), to: "notebooks" }]);
try {
  const browser = await openBrowser({ width: 1240, height: 980 });
  const page = await openNotebook(browser, lab, "notebooks/tour.ipynb");
  await page.getByText("TypeScript (Tapelab) | Idle").waitFor({ timeout: 30_000 });
  const tape = page.locator(".tapelab-tape").nth(1);
  await tape.scrollIntoViewIfNeeded();
  await tape.locator(".tapelab-line").nth(4).click();
  await tape.locator("mjx-container").first().waitFor();
  // the cell that made it, at the top
  await tape.evaluate((node) => node.closest(".jp-Cell")?.scrollIntoView({ block: "start" }));
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path: file });
  await browser.close();
} finally {
  await lab.stop();
}
