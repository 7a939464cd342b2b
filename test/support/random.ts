/**
 * fast-check with a fixed seed, so that a test has the same random inputs in every run. `TAPELAB_SEED` gives another seed; `npm run poison` takes one from the clock.
 * A failure names the seed and the path to its smallest input.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.TAPELAB_SEED ?? 1) });

export { fc };
