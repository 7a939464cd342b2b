/** Runs the quick checks: format, lint, types, unit tests. `npm run ok -- --fix` formats the files first. */
import { join } from "node:path";
import { inRoot, windows } from "./lib/paths.mjs";
import { follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  setUp();
  if (process.argv.includes("--fix"))
    await follow(join(inRoot("node_modules", ".bin"), windows ? "biome.cmd" : "biome"), ["check", "--write", inRoot()]);
  const { quick, runSuites } = await import("./lib/suites.mjs");
  return runSuites(quick);
});
