/** The folders in which kernel and engine are installed. In messages, package names stand in for them. */
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as folders from "../../shared/folders.ts";

/** Folder of the kernel's compiled code. */
export const kernelFolder: string = fileURLToPath(folders.codeFolder);

/** Folder of the engine's code. */
export const engineFolder: string = dirname(fileURLToPath(import.meta.resolve("tapelab"))) + sep;

/** Folder of the kernel's package. */
export const packageFolder: string = fileURLToPath(folders.packageFolder);

/** Matches the list with which Node names the modules that required a missing one. */
const requireStack = /\n?Require stack:(?:\n- .*)+/g;

const withoutKernelFiles = (block: string): string => {
  const [head = "", ...files] = block.trimStart().split("\n");
  const others = files.filter((file) => !file.startsWith(`- ${kernelFolder}`));
  return others.length === 0 ? "" : ["", head, ...others].join("\n");
};

/** Replaces the folders of installed packages in a text by names of the packages. */
export function withoutInstallation(text: string): string {
  if (!text.includes(sep)) return text;
  return text
    .replace(requireStack, withoutKernelFiles)
    .replaceAll(`${engineFolder}library`, "tapelab")
    .replaceAll(engineFolder, `tapelab${sep}`)
    .replaceAll(packageFolder, `@tapelab${sep}kernel${sep}`)
    .replace(/(?<=["'(])(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^"'()\n]*?[\\/]node_modules[\\/]/g, "");
}
