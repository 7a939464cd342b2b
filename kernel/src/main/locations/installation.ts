/** Where the kernel and the engine lie. A person's text names them, not their folders. */
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the kernel's own code. */
export const kernelFolder: string = fileURLToPath(new URL("../../", import.meta.url));

/** Folder of the engine's. */
export const engineFolder: string = dirname(fileURLToPath(import.meta.resolve("tapelab"))) + sep;

/** Folder of the kernel's package, with its declarations. */
export const packageFolder: string = dirname(kernelFolder) + sep;

/** Node's list of the modules that required a missing one. */
const requireStack = /\n?Require stack:(?:\n- .*)+/g;

const withoutKernel = (block: string): string => {
  const [head = "", ...files] = block.trimStart().split("\n");
  const others = files.filter((file) => !file.startsWith(`- ${kernelFolder}`));
  return others.length === 0 ? "" : ["", head, ...others].join("\n");
};

/** The text with names of packages in place of the folders that they are installed in. */
export function withoutInstallation(text: string): string {
  if (!text.includes(sep)) return text;
  return text
    .replace(requireStack, withoutKernel)
    .replaceAll(`${engineFolder}library`, "tapelab")
    .replaceAll(engineFolder, `tapelab${sep}`)
    .replaceAll(packageFolder, `@tapelab${sep}kernel${sep}`)
    .replace(/(?<=["'(])(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^"'()\n]*?[\\/]node_modules[\\/]/g, "");
}
