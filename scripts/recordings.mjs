/** Records a short film of each capability of the inspector in JupyterLab, into build/recordings, whose index.html plays them. Names of films record these alone: `npm run recordings -- watch`. */
import { inRoot, toolEnvironment, venvNode } from "./lib/paths.mjs";
import { follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  setUp();
  const { findBrowser } = await import("./lib/browser.mjs");
  const env = { ...toolEnvironment(), TAPELAB_BROWSER: await findBrowser() };
  const films = [inRoot("test", "browser", "recordings.ts"), inRoot("build", "recordings"), ...process.argv.slice(2)];
  return follow(venvNode(), films, { env });
});
