/**
 * Hooks of the modules that Node loads by itself, in packages and by `createRequire`: the engine is the kernel's own instance there too, and a person's files are those that the
 * cells import.
 */
import { registerHooks } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Importing, isSource } from "../../shared/module-resolver.ts";
import { packageFolder } from "../locations/installation.ts";
import type { CellModules } from "./cell-modules.ts";

/** Name under which the text that stands for a file finds what the file exports. */
const key = "tapelab.modules";

/** The kernel's own files are none of a person's. */
const isOwn = (path: string): boolean => isSource(path) && !path.startsWith(packageFolder);

const isPersons = (url: string | undefined): url is string =>
  url?.startsWith("file:") === true && !url.includes("/node_modules/") && !fileURLToPath(url).startsWith(packageFolder);

/** An ES module with the exports of an object. */
function asModule(path: string, exports: unknown): string {
  const names = typeof exports === "object" && exports !== null ? Object.keys(exports) : [];
  const isCommonJS = typeof exports !== "object" || exports === null || !("__esModule" in exports);
  const named = names
    .filter((name) => name !== "default")
    .map((name, i) => `const e${i} = m[${JSON.stringify(name)}]; export { e${i} as ${JSON.stringify(name)} };`);
  const whole = isCommonJS ? "m" : "m.default";
  return `const m = globalThis[Symbol.for("${key}")](${JSON.stringify(path)}); ${named.join(" ")} export default ${whole};`;
}

/** `provided`: URLs of the modules that the kernel brings. */
export function hookModules(modules: CellModules, provided: ReadonlyMap<string, string>): void {
  Object.defineProperty(globalThis, Symbol.for(key), { value: modules.loadFile });
  registerHooks({
    resolve(specifier, context, next) {
      const url = provided.get(specifier);
      if (url !== undefined) return { url, format: "module", shortCircuit: true };
      if (isPersons(context.parentURL)) {
        const how: Importing = context.conditions.includes("require") ? "require" : "import";
        const file = modules.fileOf(specifier, dirname(fileURLToPath(context.parentURL)), how);
        if (file !== null && isOwn(fileURLToPath(file))) return { url: file, shortCircuit: true };
      }
      return next(specifier, context);
    },
    load(url, context, next) {
      if (!url.startsWith("file:") || !isOwn(fileURLToPath(url))) return next(url, context);
      const path = fileURLToPath(url);
      if (!context.conditions.includes("require"))
        return { format: "module", source: asModule(path, modules.loadFile(path)), shortCircuit: true };
      const source = `module.exports = globalThis[Symbol.for("${key}")](${JSON.stringify(path)});`;
      return { format: "commonjs", source, shortCircuit: true };
    },
  });
}
