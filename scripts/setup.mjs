/** Makes everything that start and test need, and nothing that is there already. */
import { pathToFileURL } from "node:url";
import { installIntoVenv } from "./lib/install.mjs";
import { build, setUpNodeModules } from "./lib/packages.mjs";
import { setUpPython } from "./lib/python.mjs";
import { Failure, main } from "./lib/run.mjs";

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

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(() => {
    setUp();
    process.stdout.write("Everything is set up.\n");
  });
