/** Everything that has to be installed and built before a command; steps whose inputs have not changed are skipped. */
import { installIntoVenv } from "./install.mjs";
import { build, setUpNodeModules } from "./packages.mjs";
import { setUpPython } from "./python.mjs";
import { Failure } from "./run.mjs";

const oldestNode = 20;

export function setUp() {
  if (Number(process.versions.node.split(".")[0]) < oldestNode)
    throw new Failure(
      `Node.js ${oldestNode} or newer is needed, and this is ${process.versions.node}. Get one from https://nodejs.org or your package manager.`,
    );
  setUpPython();
  setUpNodeModules();
  build();
  installIntoVenv();
}
