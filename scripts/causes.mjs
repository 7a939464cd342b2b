/** `npm run causes` writes docs/causes.md: all causes that explain and diagnose look for. `--check` says whether it is out of date. */
import { inRoot, toolEnvironment, venvNode } from "./lib/paths.mjs";
import { follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  setUp();
  return follow(venvNode(), [inRoot("scripts/docs/causes-page.ts"), ...process.argv.slice(2)], {
    env: toolEnvironment(),
  });
});
