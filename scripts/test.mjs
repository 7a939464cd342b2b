/** Installs, builds, and runs every test. The last line of the output is `N passed, N failed`. */
import { main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  setUp();
  // these import packages that the set-up installs
  const { findBrowser } = await import("./lib/browser.mjs");
  const { quick, runSuites, whole } = await import("./lib/suites.mjs");
  const browser = await findBrowser();
  return runSuites([...quick, ...whole(browser)]);
});
