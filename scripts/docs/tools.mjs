/** The tools that build the docs site: Sphinx in a Python environment of its own, TypeDoc and KaTeX in docs/site/node_modules. */
import { existsSync } from "node:fs";
import { inRoot, venvPython, windows } from "../lib/paths.mjs";
import { step } from "../lib/run.mjs";
import { digest, unlessDone } from "../lib/stamps.mjs";

const folder = inRoot("docs", "site");
const environment = inRoot(".cache", "docs", "python");

/** Python with Sphinx. */
export const docsPython = `${environment}/${windows ? "Scripts/python.exe" : "bin/python"}`;

/** Returns a path inside an npm package of docs/site. */
export const npmPackage = (...parts) => inRoot("docs", "site", "node_modules", ...parts);

/** Installs the tools where they are missing or their versions have changed. */
export function installDocsTools() {
  const requirements = inRoot("docs", "site", "requirements.txt");
  unlessDone("docs-python", digest([requirements]), docsPython, () => {
    if (!existsSync(docsPython)) step("Making an environment for the docs", venvPython, ["-m", "venv", environment]);
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "-r", requirements];
    step("Installing Sphinx", docsPython, pip, {
      advice: "Sphinx needs Python 3.11 or newer, and a package index that can be reached.",
    });
  });
  unlessDone("docs-npm", digest([inRoot("docs", "site", "package-lock.json")]), npmPackage("typedoc"), () =>
    step("Installing TypeDoc", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder }),
  );
}
