/** Installs, builds, and opens JupyterLab on the tour. Arguments are passed to JupyterLab, as in `npm start -- --no-browser --port 9000`. */
import { join } from "node:path";
import { root, toolEnvironment, venvBin, windows } from "./lib/paths.mjs";
import { follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

await main(() => {
  setUp();
  const jupyter = join(venvBin, windows ? "jupyter-lab.exe" : "jupyter-lab");
  // JupyterLab refuses to run as root, as in a container, without this flag
  const allowRoot = process.getuid?.() === 0 ? ["--allow-root"] : [];
  return follow(
    jupyter,
    [
      `--ServerApp.root_dir=${root}`,
      "--LabApp.default_url=/lab/tree/notebooks/tour.ipynb",
      ...allowRoot,
      ...process.argv.slice(2),
    ],
    {
      env: toolEnvironment(),
    },
  );
});
