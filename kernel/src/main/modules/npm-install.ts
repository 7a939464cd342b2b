/** The directive `//! npm install PACKAGE…`, which installs packages from within a notebook. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { directivesOf } from "../../shared/directives.ts";

const packageName = /^((?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*)(@[\w.^~<>=*|-]+)?$/i;

/** Returns the command for the npm that belongs to the running Node, else for the one in PATH. */
function npmCommand(): readonly [command: string, ...args: string[]] {
  const bin = dirname(process.execPath);
  for (const folder of [join(bin, "..", "lib"), bin]) {
    const script = join(folder, "node_modules", "npm", "bin", "npm-cli.js");
    if (existsSync(script)) return [process.execPath, script];
  }
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/** Whether a package is installed, in any version. */
const isInstalled = (name: string, folder: string): boolean =>
  (createRequire(join(folder, "cell.js")).resolve.paths(name) ?? []).some((base) =>
    existsSync(join(base, name, "package.json")),
  );

/** Returns the packages that the directives of a cell name and that are not installed; for those with a version, npm decides. */
export function wantedPackages(code: string, folder: string): readonly string[] {
  const named = directivesOf(code).flatMap((d) => (d.kind === "install" ? d.packages : []));
  return named.filter((name) => {
    const [, plain = "", version] = packageName.exec(name) ?? [];
    if (plain === "") throw new SyntaxError(`npm install: "${name}" is not the name of a package`);
    return version !== undefined || !isInstalled(plain, folder);
  });
}

/** Runs `npm install` in a folder, and passes its output to `write`. */
export function installPackages(
  names: readonly string[],
  folder: string,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const [command, ...args] = npmCommand();
  const options = ["install", "--no-audit", "--no-fund", "--no-update-notifier", ...names];
  const npm = spawn(command, [...args, ...options], { cwd: folder, signal, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding("utf8").on("data", write);
  return new Promise((resolve, reject) => {
    npm.on("error", reject);
    npm.on("close", (status) =>
      status === 0 ? resolve() : reject(new Error(`npm install ${names.join(" ")} ended with status ${status}`)),
    );
  });
}
