/**
 * Hooks for the modules that Node loads by itself, in packages and by `createRequire`: they get the kernel's instance of the engine, and the
 * instances of the user's files that the cells import.
 */
import { registerHooks } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Importing, isSource } from "../../shared/module-resolver.ts";
import { packageFolder } from "../locations/installation.ts";
import type { CellModules } from "./cell-modules.ts";

/** Key of the global function by which the generated source of a module gets the exports of a file. */
const key = "tapelab.modules";

/** Whether the kernel compiles and loads a file: those of the user, but not those of the kernel itself. */
const isLoadedByKernel = (path: string): boolean => isSource(path) && !path.startsWith(packageFolder);

const isUserFile = (url: string | undefined): url is string =>
  url?.startsWith("file:") === true && !url.includes("/node_modules/") && !fileURLToPath(url).startsWith(packageFolder);

/** Returns the source of an ES module that exports the properties of an object. */
function moduleSource(path: string, exports: unknown): string {
  const names = typeof exports === "object" && exports !== null ? Object.keys(exports) : [];
  const isCommonJS = typeof exports !== "object" || exports === null || !("__esModule" in exports);
  const named = names
    .filter((name) => name !== "default")
    .map((name, i) => `const e${i} = m[${JSON.stringify(name)}]; export { e${i} as ${JSON.stringify(name)} };`);
  const whole = isCommonJS ? "m" : "m.default";
  return `const m = globalThis[Symbol.for("${key}")](${JSON.stringify(path)}); ${named.join(" ")} export default ${whole};`;
}

/** Installs the hooks. `provided`: URLs of the modules that the kernel provides. */
export function hookModules(modules: CellModules, provided: ReadonlyMap<string, string>): void {
  Object.defineProperty(globalThis, Symbol.for(key), { value: modules.loadFile });
  registerHooks({
    resolve(specifier, context, next) {
      const url = provided.get(specifier);
      if (url !== undefined) return { url, format: "module", shortCircuit: true };
      if (isUserFile(context.parentURL)) {
        const how: Importing = context.conditions.includes("require") ? "require" : "import";
        const file = modules.fileOf(specifier, dirname(fileURLToPath(context.parentURL)), how);
        if (file !== null && isLoadedByKernel(fileURLToPath(file))) return { url: file, shortCircuit: true };
      }
      return next(specifier, context);
    },
    load(url, context, next) {
      if (!url.startsWith("file:") || !isLoadedByKernel(fileURLToPath(url))) return next(url, context);
      const path = fileURLToPath(url);
      if (!context.conditions.includes("require"))
        return { format: "module", source: moduleSource(path, modules.loadFile(path)), shortCircuit: true };
      const source = `module.exports = globalThis[Symbol.for("${key}")](${JSON.stringify(path)});`;
      return { format: "commonjs", source, shortCircuit: true };
    },
  });
}
