/** Builds engine, kernel and extension where their sources changed. */
import { main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(() => {
  setUp();
  process.stdout.write("Built.\n");
});
