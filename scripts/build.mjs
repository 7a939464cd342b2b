/** Builds engine, kernel and extension where their sources changed. */
import { main } from "./lib/run.mjs";
import { setUp } from "./setup.mjs";

await main(() => {
  setUp();
  process.stdout.write("Built.\n");
});
