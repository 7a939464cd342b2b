/** What a cell can import: the engine that this kernel brings, the folder's packages, and TypeScript files beside the notebook. */
import Module, { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import vm from "node:vm";

interface LoadedModule {
  readonly exports: unknown;
}

/** Node's CommonJS module, with the members that its types leave out. */
interface ModuleInternals extends LoadedModule {
  filename: string;
  paths: string[];
  require: (id: string) => unknown;
  _compile(code: string, filename: string): void;
}

type Require = (id: string) => unknown;

/** What `require` says of a package that only `import` can load. */
const importOnly = new Set(["ERR_PACKAGE_PATH_NOT_EXPORTED", "ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM"]);

export class CellModules {
  readonly #root: string;
  /** Node's own, from the notebook's folder. */
  readonly #base: Require;
  readonly #provided: ReadonlyMap<string, unknown>;
  readonly #sources = new Map<string, string>();
  readonly #loaded = new Map<string, LoadedModule>();
  /** Packages that were imported, as what `require` gives. */
  readonly #imported = new Map<string, unknown>();
  /** Node's own import, from the notebook's folder. */
  readonly #import: (id: string) => Promise<object>;

  constructor(root: string, provided: ReadonlyMap<string, unknown>) {
    this.#root = root;
    this.#base = createRequire(join(root, "cell.js"));
    this.#provided = provided;
    this.#import = vm.runInThisContext("(id) => import(id)", {
      filename: join(root, "cell.js"),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as (id: string) => Promise<object>;
  }

  /** The notebook's folder. */
  get root(): string {
    return this.#root;
  }

  /** Imports the packages that compiled code requires and that only `import` can load. */
  async prepare(output: string): Promise<void> {
    const ids = new Set([...output.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id = ""]) => id));
    for (const id of ids) {
      if (this.#provided.has(id) || this.#imported.has(id) || id.startsWith(".")) continue;
      try {
        this.#base(id);
      } catch (error) {
        if (!importOnly.has((error as { readonly code?: string }).code ?? "")) continue;
        // marked, so that the default export is not mistaken for the whole
        this.#imported.set(id, { ...(await this.#import(id)), __esModule: true });
      }
    }
  }

  /** Takes in compiled TypeScript files; one that changed is loaded anew when it is imported next. */
  update(files: readonly { readonly path: string; readonly data: string }[]): void {
    for (const { path, data } of files) {
      this.#sources.set(path, data);
      this.#loaded.clear();
    }
  }

  /** The `require` of the cells. */
  require: Require = (id) => this.#wrap(this.#base, this.#root)(id);

  #wrap(base: Require, folder: string): Require {
    return (id) =>
      this.#provided.get(id) ?? this.#imported.get(id) ?? this.#fromSource(folder, id)?.exports ?? base(id);
  }

  #fromSource(folder: string, id: string): LoadedModule | null {
    if (!id.startsWith(".")) return null;
    const plain = join(folder, id);
    const path = extname(plain) === "" ? `${plain}.js` : plain;
    const known = this.#loaded.get(path);
    if (known) return known;
    const code = this.#sources.get(path);
    if (code === undefined) return null;
    const module = new Module(path) as unknown as ModuleInternals;
    module.filename = path;
    module.paths = (Module as unknown as { _nodeModulePaths(from: string): string[] })._nodeModulePaths(dirname(path));
    module.require = this.#wrap(createRequire(path), dirname(path));
    this.#loaded.set(path, module);
    module._compile(code, path);
    return module;
  }
}
