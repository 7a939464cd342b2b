/** Builds those of the engine, the kernel and the extension whose sources have changed. */
import { main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(() => {
  setUp();
  process.stdout.write("Built.\n");
});
