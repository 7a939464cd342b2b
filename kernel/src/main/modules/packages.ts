/** Packages of node_modules and Node's own modules, loaded by Node. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import type { Importing } from "../../shared/module-resolver.ts";

export type Require = (id: string) => unknown;

/** Error codes of `require` for a module that only `import` can load. */
const importOnly = new Set(["ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM"]);

export class Packages {
  /** Node's own, from the notebook's folder. */
  readonly require: Require;
  readonly #cache: NodeJS.Require["cache"];
  readonly #import: (id: string) => Promise<object>;
  /** Modules that `import` has loaded, as what `require` gives. */
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

  /** Makes Node's `require` load a file again. */
  forget(path: string): void {
    delete this.#cache[path];
  }

  /** Loads a file, or a module of Node, also one that awaits. */
  async import(path: string): Promise<unknown> {
    try {
      return this.require(path);
    } catch (error) {
      if (!importOnly.has((error as { readonly code?: string } | null)?.code ?? "")) throw error;
      const loaded = withMark(await this.#import(pathToFileURL(path).href));
      this.#imported.set(path, loaded);
      return loaded;
    }
  }
}

/** A namespace with the mark by which compiled code tells that its default export is not the whole. */
function withMark(namespace: object): object {
  const marked = Object.defineProperty({}, "__esModule", { value: true });
  for (const name of Object.keys(namespace))
    Object.defineProperty(marked, name, { enumerable: true, get: () => (namespace as Record<string, unknown>)[name] });
  return marked;
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

/** A `require` with the members of Node's. */
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

/** The error of a module that is not there. */
export function notFound(specifier: string, from: string, how: Importing): Error {
  const code = how === "import" ? "ERR_MODULE_NOT_FOUND" : "MODULE_NOT_FOUND";
  return Object.assign(new Error(`Cannot find module '${specifier}' from ${from}`), { code });
}

/** The error of a file of a kind that is no module. */
export const loadError = (path: string): Error =>
  new Error(
    `import: ${path} is neither TypeScript, JavaScript, JSON, WebAssembly nor a native addon; read it with fs.readFileSync`,
  );
