/** `npm run operators` writes docs/operators.md and docs/modules.md: PyTorch's operators, public functions and modules, each with its name here. `--check` says whether they are out of date. */
import { inRoot, toolEnvironment, venvNode } from "./lib/paths.mjs";
import { follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  setUp();
  return follow(venvNode(), [inRoot("scripts/docs/status-page.ts"), ...process.argv.slice(2)], {
    env: toolEnvironment(),
  });
});
