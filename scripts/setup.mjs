/** Installs packages and builds what has changed, as every other command does first. */
import { main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(() => {
  setUp();
  process.stdout.write("Everything is set up.\n");
});
