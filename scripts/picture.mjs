/** Takes the screenshot in the README: the tour in JupyterLab, with a row of the tape open. */
import { inRoot, toolEnvironment, venvNode } from "./lib/paths.mjs";
import { follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  setUp();
  const { findBrowser } = await import("./lib/browser.mjs");
  const env = { ...toolEnvironment(), TAPELAB_BROWSER: await findBrowser() };
  return follow(venvNode(), [inRoot("test", "browser", "picture.ts"), inRoot("notebooks", "tour.png")], { env });
});
