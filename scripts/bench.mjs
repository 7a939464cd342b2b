/**
 * Prints timings: `npm run bench` runs `compute` (beside PyTorch, tfjs and jax-js), `import`, `autograd` and `kernel`; `-- compute` and so on runs one benchmark, and `-- ops`, `-- soak`, `-- inspector`, `-- inspect`, `-- steps`, `-- watch`, `-- loader`, `-- grading`,
 * `-- overheads` and `-- interrupts` run only by name. Further arguments are passed to the benchmark: `-- compute cnn --threads 2 --json`, `-- compute --busy 0,1,2` (one thread and two, beside busy
 * processes), `-- compute --write` (writes docs/performance.md), `-- ops sort topk`
 * (every op, or some, beside PyTorch; `--transposed` inputs, `--write` for docs/operators-speed.md).
 */
import { inRoot, toolEnvironment, venvNode, venvPython } from "./lib/paths.mjs";
import { peerKernels, peerLibraries, torchPython } from "./lib/peers.mjs";
import { Failure, follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

const bench = (...path) => inRoot("test", "bench", ...path);
const benches = {
  compute: (rest) => {
    const torch = torchPython();
    const peers = peerLibraries() ? ["--peers"] : [];
    return follow(venvNode(), [bench("compute", "compare.mjs"), "--torch", torch, ...peers, ...rest], {
      env: toolEnvironment(),
    });
  },
  ops: (rest) =>
    follow(venvNode(), [bench("ops", "compare.mjs"), "--torch", torchPython(), ...rest], { env: toolEnvironment() }),
  import: () => follow(venvNode(), [bench("import.mjs")], { env: toolEnvironment() }),
  autograd: () => follow(venvNode(), [bench("autograd.mjs")], { env: toolEnvironment() }),
  watch: (rest) => follow(venvNode(), [bench("watch.mjs"), ...rest], { env: toolEnvironment() }),
  overheads: (rest) => follow(venvPython, ["-u", bench("overheads.py"), ...rest], { env: toolEnvironment() }),
  inspect: (rest) => follow(venvNode(), [bench("inspect.mjs"), ...rest], { env: toolEnvironment() }),
  steps: (rest) => follow(venvNode(), [bench("steps.mjs"), ...rest], { env: toolEnvironment() }),
  loader: () => follow(venvNode(), [bench("loader.mjs")], { env: toolEnvironment() }),
  kernel: (rest) =>
    follow(venvPython, [bench("kernel.py"), ...rest], { env: { ...toolEnvironment(), JUPYTER_PATH: peerKernels() } }),
  interrupts: (rest) => follow(venvPython, ["-u", bench("interrupts.py"), ...rest], { env: toolEnvironment() }),
  inspector: (rest) => follow(venvNode(), [bench("inspector.ts"), ...rest], { env: toolEnvironment() }),
  grading: (rest) => follow(venvPython, ["-u", bench("grading.py"), ...rest], { env: toolEnvironment() }),
  soak: () => follow(venvPython, ["-u", bench("soak.py")], { env: toolEnvironment() }),
};

await main(async () => {
  const [name, ...rest] = process.argv.slice(2);
  if (name !== undefined && !(name in benches))
    throw new Failure(`There is no benchmark "${name}"; there are ${Object.keys(benches).join(", ")}.`);
  setUp();
  for (const each of name === undefined ? ["compute", "import", "autograd", "kernel"] : [name]) {
    const status = await benches[each](rest);
    if (status !== 0) return status;
  }
  return 0;
});
