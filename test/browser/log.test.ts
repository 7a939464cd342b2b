/** The server's log while a page is opened. */
import { expect, test } from "vitest";
import { useJupyterLab } from "../support/notebook.ts";
import { venvTool } from "../support/paths.ts";

// a server of its own, whose log has no messages of other tests
const workplace = useJupyterLab([], { prepare: () => ({ program: venvTool("jupyter-lab"), env: {} }) });

test("opening a notebook writes no stack trace to the server's log", async () => {
  const { page } = await workplace.open("log", ["1 + 1"]);
  // the page asks whether JupyterLab has to be built, which runs one of its scripts
  await expect.poll(() => workplace.lab.log()).toContain("Build is up to date");
  const log = workplace.lab.log();
  expect(log).not.toMatch(/Traceback|^\s+at /m);
  expect(log).not.toMatch(/\w*Error\b/);
  expect(log).not.toContain("Fail to get yarn configuration");
  await page.close();
});
