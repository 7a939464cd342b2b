/** Sets up, runs every test, and ends with the plain line `N passed, N failed`. */
import { main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  setUp();
  // only now are the packages there that these need
  const { findBrowser } = await import("./lib/browser.mjs");
  const { quick, runSuites, whole } = await import("./lib/suites.mjs");
  const browser = await findBrowser();
  return runSuites([...quick, ...whole(browser)]);
});
