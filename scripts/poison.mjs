/**
 * Runs the engine's tests and 10,000 random programs in poison mode: freed memory is filled with NaN and not reused, so that a use after free fails. `-- 500` runs 500
 * programs.
 */
import { Failure, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(async () => {
  const programs = Number(process.argv[2] ?? 10_000);
  if (!Number.isInteger(programs) || programs < 1)
    throw new Failure(`The number of programs must be a positive integer, not "${process.argv[2]}".`);
  setUp();
  const { poison, runSuites } = await import("./lib/suites.mjs");
  return runSuites(poison(programs));
});
