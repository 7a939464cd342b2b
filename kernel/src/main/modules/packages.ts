/** Loads packages of node_modules and built-in modules, by Node. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import type { Importing } from "../../shared/module-resolver.ts";

/** A `require` function. */
export type Require = (id: string) => unknown;

/** Error codes of `require` for a module that only `import` can load. */
const importOnly = new Set(["ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM"]);

/** The packages that can be loaded from the notebook's folder. */
export class Packages {
  /** Loads a module synchronously. */
  readonly require: Require;
  readonly #cache: NodeJS.Require["cache"];
  readonly #import: (id: string) => Promise<object>;
  /** Results of `require` for modules that only `import` could load. */
  readonly #imported = new Map<string, unknown>();

  constructor(root: string) {
    const base = createRequire(join(root, "cell.js"));
    this.#cache = base.cache;
    this.require = (path) => this.#imported.get(path) ?? base(path);
    this.#import = vm.runInThisContext("(id) => import(id)", {
      filename: join(root, "cell.js"),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as (id: string) => Promise<object>;
  }

  /** Returns the paths of the files that Node has loaded by `require`. */
  paths(): string[] {
    return Object.keys(this.#cache);
  }

  /** Removes a file from Node's cache, so that `require` loads it again. */
  forget(path: string): void {
    delete this.#cache[path];
  }

  /** Loads a file or a built-in module, also one that uses top-level await. */
  async import(path: string): Promise<unknown> {
    try {
      return this.require(path);
    } catch (error) {
      if (!importOnly.has((error as { readonly code?: string } | null)?.code ?? "")) throw error;
      const loaded = withEsModuleMark(await this.#import(pathToFileURL(path).href));
      this.#imported.set(path, loaded);
      return loaded;
    }
  }
}

/** Returns a namespace with `__esModule`, by which compiled code tells an ES module from a CommonJS module, whose default export is the whole. */
function withEsModuleMark(namespace: object): object {
  const excerptOf = Object.defineProperty({}, "__esModule", { value: true });
  for (const name of Object.keys(namespace))
    Object.defineProperty(excerptOf, name, {
      enumerable: true,
      get: () => (namespace as Record<string, unknown>)[name],
    });
  return excerptOf;
}

/** Returns the namespace object that `import()` gives for a module's exports. */
export function asNamespace(exports: unknown): unknown {
  if (types.isModuleNamespaceObject(exports)) return exports;
  const isObject = (typeof exports === "object" && exports !== null) || typeof exports === "function";
  if (isObject && "__esModule" in exports) return exports;
  const namespace: Record<string, unknown> = { default: exports };
  if (isObject)
    for (const name of Object.keys(exports))
      if (name !== "default")
        Object.defineProperty(namespace, name, {
          enumerable: true,
          get: () => (exports as Record<string, unknown>)[name],
        });
  return namespace;
}

/** Returns a `require` function with the properties of Node's. */
export function requireLike(
  base: NodeJS.Require,
  load: (id: string) => unknown,
  resolve: (id: string, folder: string | null) => string,
): Require {
  const resolveFrom = (id: string, options?: { readonly paths?: readonly string[] }): string => {
    const folders = options?.paths ?? [null];
    for (const [i, folder] of folders.entries())
      try {
        return resolve(id, folder);
      } catch (error) {
        if (i === folders.length - 1) throw error;
      }
    throw notFound(id, "no folder", "require");
  };
  const require = (id: string): unknown => load(id);
  return Object.assign(require, {
    resolve: Object.assign(resolveFrom, { paths: base.resolve.paths }),
    cache: base.cache,
    extensions: base.extensions,
    main: undefined,
  });
}

/** Returns the error of a module that was not found. */
export function notFound(specifier: string, from: string, how: Importing): Error {
  const code = how === "import" ? "ERR_MODULE_NOT_FOUND" : "MODULE_NOT_FOUND";
  return Object.assign(new Error(`Cannot find module '${specifier}' from ${from}`), { code });
}

/** Returns the error of a file that is not a module. */
export const loadError = (path: string): Error =>
  new Error(
    `import: ${path} is neither TypeScript, JavaScript, JSON, WebAssembly nor a native addon; read it with fs.readFileSync`,
  );
