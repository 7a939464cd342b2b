/** Prints timings: `npm run bench`, or with `-- kernel`, `-- engine`, or `-- soak` for ten thousand cells. */
import { inRoot, toolEnvironment, venvNode, venvPython } from "./lib/paths.mjs";
import { peerKernels } from "./lib/peers.mjs";
import { Failure, follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

const benches = {
  engine: () => follow(venvNode(), [inRoot("test", "bench", "engine.mjs")], { env: toolEnvironment() }),
  kernel: () =>
    follow(venvPython, [inRoot("test", "bench", "kernel.py")], {
      env: { ...toolEnvironment(), JUPYTER_PATH: peerKernels() },
    }),
  soak: () => follow(venvPython, ["-u", inRoot("test", "bench", "soak.py")], { env: toolEnvironment() }),
};

await main(async () => {
  setUp();
  const names = process.argv.length > 2 ? process.argv.slice(2) : ["engine", "kernel"];
  for (const name of names) {
    if (!(name in benches))
      throw new Failure(`There is no benchmark "${name}"; there are ${Object.keys(benches).join(", ")}.`);
    const status = await benches[name]();
    if (status !== 0) return status;
  }
  return 0;
});
