/**
 * The modules that a cell can import: the engine that this kernel brings, packages, and the files beside the notebook. Files are compiled one by one and run by the kernel
 * itself, so that one that changed is loaded anew; packages in node_modules are Node's.
 */
import { readFileSync, statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type { CompiledFile } from "../../shared/messages.ts";
import { type Importing, isLocal, isSource, ModuleResolver, type Resolution } from "../../shared/module-resolver.ts";
import { rememberFile } from "../locations/files.ts";
import { asNamespace, loadError, notFound, Packages, type Require, requireLike } from "./packages.ts";
import { instantiate } from "./wasm.ts";

/** A file that was loaded, or is being loaded. */
interface FileRecord {
  readonly key: string;
  readonly path: string;
  /** Node's kind of module, for the code of CommonJS modules. */
  readonly module: NodeJS.Module;
  /** Time and size of the file when it was read. */
  readonly stamp: string;
  /** Keys of the files that import it: they are loaded anew with it. */
  readonly importers: Set<string>;
  isLoaded: boolean;
  /** Settled when an import has loaded it. */
  done: Promise<void> | null;
}

/** One import, with all that it loads: the files that it is loading, each waiting for the next. */
type Loading = ReadonlySet<string>;

/** A file that imports others; `record` is null for the cells. */
interface Importer {
  readonly folder: string;
  readonly record: FileRecord | null;
  readonly loading: Loading;
}

/** `import.meta` of a file. */
export interface ImportMeta {
  readonly url: string;
  readonly filename: string;
  readonly dirname: string;
  readonly main: boolean;
  resolve(specifier: string): string;
}

type Body = (
  exports: object,
  require: Require,
  module: object,
  filename: string,
  dirname: string,
  load: (id: string) => unknown,
  dynamic: (id: string) => Promise<unknown>,
  meta: ImportMeta,
) => unknown;

const parameters = "exports, require, module, __filename, __dirname, $tapelab_require, $tapelab_import, $tapelab_meta";

/** Time and size of a file; nothing where there is none. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

export class CellModules {
  readonly #root: string;
  readonly #provided: ReadonlyMap<string, unknown>;
  readonly #compile: (path: string) => CompiledFile;
  readonly #resolver: ModuleResolver;
  readonly #packages: Packages;
  readonly #files = new Map<string, FileRecord>();
  readonly #cells: Importer;
  /** The `require` of the cells. */
  readonly require: Require;

  constructor(root: string, provided: ReadonlyMap<string, unknown>, compile: (path: string) => CompiledFile) {
    this.#root = root;
    this.#provided = provided;
    this.#compile = compile;
    this.#resolver = new ModuleResolver([...provided.keys()]);
    this.#packages = new Packages(root);
    this.#cells = { folder: root, record: null, loading: new Set() };
    this.require = this.#requireOf(this.#cells);
  }

  /** The notebook's folder. */
  get root(): string {
    return this.#root;
  }

  /** Loads the modules that a cell imports, in their order, so that its code finds them. */
  async prepare(specifiers: readonly string[]): Promise<void> {
    if (specifiers.length > 0) this.#refresh();
    for (const specifier of specifiers) await this.#load(specifier, this.#cells);
  }

  /** The exports of a module that `prepare` has loaded. */
  load = (specifier: string): unknown => this.#loadNow(this.#resolve(specifier, this.#root, "import"), this.#cells);

  /** The exports of a file that Node was asked for. */
  loadFile = (path: string): unknown => this.#loadNow({ kind: "file", path, query: "" }, this.#cells);

  /** URL of the file that a specifier leads to; null where it leads to none. */
  fileOf(specifier: string, folder: string, how: Importing): string | null {
    const found = this.#resolver.resolve(specifier, folder, how);
    return found?.kind === "file" ? pathToFileURL(found.path).href : null;
  }

  /** `import()` of the cells. */
  import = (specifier: unknown): Promise<unknown> => {
    this.#refresh();
    return this.#dynamic(specifier, this.#cells);
  };

  /** `import.meta` of the cells, or of a file. */
  metaOf(filename: string): ImportMeta {
    const folder = dirname(filename);
    return {
      url: pathToFileURL(filename).href,
      filename,
      dirname: folder,
      main: false,
      resolve: (specifier: unknown) => {
        const { kind, path, query } = this.#resolve(String(specifier), folder, "import");
        if (kind === "builtin") return path.startsWith("node:") ? path : `node:${path}`;
        return kind === "provided" ? import.meta.resolve(path) : pathToFileURL(path).href + query;
      },
    };
  }

  /** Forgets the files that an interrupt left half loaded. */
  dropUnfinished(): void {
    for (const [key, { isLoaded }] of this.#files) if (!isLoaded) this.#files.delete(key);
  }

  /** Forgets the files that changed since they were loaded, and those that import them. */
  #refresh(): void {
    this.#resolver.refresh();
    const drop = (key: string): void => {
      const record = this.#files.get(key);
      if (record === undefined) return;
      this.#files.delete(key);
      this.#packages.forget(record.path);
      for (const importer of record.importers) drop(importer);
    };
    for (const { key, path, stamp } of this.#files.values()) if (stampOf(path) !== stamp) drop(key);
  }

  #resolve(specifier: string, folder: string, how: Importing): Resolution {
    const found = this.#resolver.resolve(specifier, folder, how);
    if (found === null) throw notFound(specifier, relative(this.#root, folder) || ".", how);
    return found;
  }

  /** The exports of a module that is imported; what awaits is waited for. */
  async #load(specifier: string, importer: Importer): Promise<unknown> {
    const found = this.#resolve(specifier, importer.folder, "import");
    if (found.kind === "provided") return this.#provided.get(found.path);
    if (found.kind === "builtin" || !isLocal(found.path)) return this.#packages.import(found.path);
    const key = found.path + found.query;
    const known = this.#files.get(key);
    if (known !== undefined) {
      if (importer.record) known.importers.add(importer.record.key);
      // a file that is waiting for this one is seen as it is so far, as in any cycle
      if (!known.isLoaded && !importer.loading.has(key)) await known.done;
      return known.module.exports;
    }
    const record = this.#begin(key, found.path, importer);
    const loading = new Set(importer.loading).add(key);
    record.done = this.#run(record, { folder: dirname(found.path), record, loading }, true) as Promise<void>;
    record.done.catch(() => {});
    await record.done;
    return record.module.exports;
  }

  /** The exports of a module that is required. */
  #loadNow(found: Resolution, importer: Importer): unknown {
    if (found.kind === "provided") return this.#provided.get(found.path);
    if (found.kind === "builtin" || !isLocal(found.path)) return this.#packages.require(found.path);
    const key = found.path + found.query;
    const known = this.#files.get(key);
    if (known !== undefined && importer.record) known.importers.add(importer.record.key);
    if (known !== undefined) return known.module.exports;
    const record = this.#begin(key, found.path, importer);
    const loading = new Set(importer.loading).add(key);
    this.#run(record, { folder: dirname(found.path), record, loading }, false);
    return record.module.exports;
  }

  #begin(key: string, path: string, importer: Importer): FileRecord {
    const module = new Module(path) as NodeJS.Module & { paths: string[] };
    module.filename = path;
    module.paths = (Module as unknown as { _nodeModulePaths(from: string): string[] })._nodeModulePaths(dirname(path));
    const importers = new Set(importer.record === null ? [] : [importer.record.key]);
    const record: FileRecord = { key, path, module, stamp: stampOf(path), importers, isLoaded: false, done: null };
    this.#files.set(key, record);
    return record;
  }

  /** Runs a file; one that fails is loaded again when it is imported next. */
  #run(record: FileRecord, own: Importer, mayAwait: boolean): unknown {
    const finish = (): void => {
      record.isLoaded = true;
      record.module.loaded = true;
    };
    const fail = (error: unknown): never => {
      if (this.#files.get(record.key) === record) this.#files.delete(record.key);
      throw error;
    };
    if (mayAwait) return (async () => this.#evaluate(record, own, true))().then(finish, fail);
    try {
      this.#evaluate(record, own, false);
    } catch (error) {
      fail(error);
    }
    finish();
    return undefined;
  }

  #evaluate(record: FileRecord, own: Importer, mayAwait: boolean): unknown {
    const { path, module } = record;
    const text = (): string => readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    if (isSource(path)) return this.#evaluateCode(record, own, mayAwait);
    switch (extname(path)) {
      case ".json":
        try {
          module.exports = JSON.parse(text());
        } catch (error) {
          throw new SyntaxError(`${path}: ${(error as Error).message}`);
        }
        return undefined;
      case ".wasm":
        module.exports = instantiate(readFileSync(path), (id) =>
          this.#loadNow(this.#resolve(id, own.folder, "import"), own),
        );
        return undefined;
      case ".node":
        module.exports = this.#packages.require(path);
        return undefined;
      default:
        throw loadError(path);
    }
  }

  #evaluateCode({ path, module }: FileRecord, own: Importer, mayAwait: boolean): unknown {
    const compiled = this.#compile(path);
    const { output, awaits, imports, error } = compiled;
    if (error !== null) throw new SyntaxError(`${path}:${error.line}:${error.column}: ${error.message}`);
    if (awaits && !mayAwait)
      throw Object.assign(
        new Error(`require: ${path} awaits at its top level, so that only import and import() can load it`),
        { code: "ERR_REQUIRE_ASYNC_MODULE" },
      );
    rememberFile(path, compiled);
    const isAsync = mayAwait && (awaits || imports.length > 0);
    // imports wait for what they load; spaces keep the columns
    const code = isAsync ? output : output.replaceAll("await $tapelab_require(", "      $tapelab_require(");
    // a function within, as a file may declare the names of the parameters; newline and offset keep the lines as they are
    const wrapped = `(function (${parameters}) { return (${isAsync ? "async " : ""}function () {\n${code}\n}).call(exports); })`;
    const body = vm.runInThisContext(wrapped, {
      filename: path,
      lineOffset: -1,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as Body;
    const load = isAsync
      ? (id: string) => this.#load(id, own)
      : (id: string) => this.#loadNow(this.#resolve(id, own.folder, "import"), own);
    const dynamic = (id: unknown): Promise<unknown> => this.#dynamic(id, own);
    const require = this.#requireOf(own);
    return body(module.exports, require, module, path, own.folder, load, dynamic, this.metaOf(path));
  }

  #dynamic = async (specifier: unknown, importer: Importer): Promise<unknown> => {
    // its own file may have been loaded long since
    const loading: Loading = importer.record?.isLoaded === true ? new Set() : importer.loading;
    return asNamespace(await this.#load(String(specifier), { ...importer, loading }));
  };

  #requireOf(importer: Importer): Require {
    const { folder, record } = importer;
    return requireLike(
      createRequire(join(folder, "cell.js")),
      (id) => {
        if (record === null) this.#refresh();
        return this.#loadNow(this.#resolve(id, folder, "require"), importer);
      },
      (id, from) => {
        const { kind, path } = this.#resolve(id, from ?? folder, "require");
        return kind === "provided" ? createRequire(import.meta.url).resolve(path) : path;
      },
    );
  }
}
