/** Paths in the repository. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = resolve(fileURLToPath(new URL("../..", import.meta.url)));
export const inRoot = (...parts: string[]): string => resolve(root, ...parts);
export const venvTool = (name: string): string =>
  process.platform === "win32" ? inRoot(".venv", "Scripts", `${name}.exe`) : inRoot(".venv", "bin", name);
