/** Finding a Python, and creating .venv. */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, venv, venvPython, windows } from "./paths.mjs";
import { Failure, step } from "./run.mjs";
import { digest, unlessDone } from "./stamps.mjs";

const probe = "import sys; print('%d.%d' % sys.version_info[:2])";

/** Returns the first Python on PATH that is 3.10 or newer; the environment variable PYTHON is tried first. */
function findPython() {
  const names = [process.env.PYTHON, "python3", "python", "python3.13", "python3.12", "python3.11", "python3.10", ...(windows ? ["py"] : [])];
  const tried = [];
  for (const name of names.filter(Boolean)) {
    const { status, stdout } = spawnSync(name, ["-c", probe], { encoding: "utf8" });
    if (status !== 0) continue;
    const version = stdout.trim();
    const [major, minor] = version.split(".").map(Number);
    if (major > 3 || (major === 3 && minor >= 10)) return name;
    tried.push(`${name} is ${version}`);
  }
  const found = tried.length > 0 ? ` (${tried.join(", ")})` : "";
  throw new Failure(
    `Python 3.10 or newer is needed and was not found on PATH${found}.\n` +
      "Install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python; Windows: winget install Python.Python.3.12), or set PYTHON to it.",
  );
}

/** Creates .venv and installs the packages of requirements.txt, at the versions of constraints.txt. */
export function setUpPython() {
  const lists = [inRoot("requirements.txt"), inRoot("constraints.txt")];
  unlessDone("python", digest(lists, venv), venvPython, () => {
    if (!existsSync(venvPython)) {
      rmSync(venv, { recursive: true, force: true });
      step("Making .venv", findPython(), ["-m", "venv", venv], {
        advice: "The venv module of Python is needed; Debian and Ubuntu have it in the package python3-venv (apt install python3-venv).",
      });
    }
    step(
      "Installing Python packages",
      venvPython,
      ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "-r", lists[0], "-c", lists[1]],
      { advice: "Check that the package index can be reached, then try again." },
    );
  });
  keepCommonJs();
}

/** Marks .venv as CommonJS: JupyterLab's scripts are, and by the `package.json` of this repository Node would read them as ES modules. */
function keepCommonJs() {
  const scope = join(venv, "package.json");
  if (!existsSync(scope)) writeFileSync(scope, `${JSON.stringify({ type: "commonjs" })}\n`);
}
