/**
 * The modules that a cell can import: the kernel's engine, packages, and files of the user. Files are compiled one by one and run by the kernel
 * itself, so that a file that has changed can be loaded again; packages in node_modules are loaded by Node.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { CompiledFile } from "../../shared/compilation.ts";
import { type Importing, isLocal, isSource, ModuleResolver, type Resolution } from "../../shared/module-resolver.ts";
import { rememberFile } from "../locations/file-sources.ts";
import { createRecord, type FileRecord, type ImportMeta, moduleBody, stampOf } from "./file-modules.ts";
import { asNamespace, loadError, notFound, Packages, type Require, requireLike } from "./packages.ts";
import { instantiate } from "./wasm-module.ts";

/** Keys of the files that one import is loading, each of which waits for the next. */
type Loading = ReadonlySet<string>;

/** The importing side of an import: a file, or the cells if `record` is `null`. */
interface Importer {
  readonly folder: string;
  readonly record: FileRecord | null;
  readonly loading: Loading;
}

/** Loads the modules of a notebook. */
export class CellModules {
  /** The notebook's folder. */
  readonly root: string;
  /** The `require` function of the cells. */
  readonly require: Require;
  readonly #provided: ReadonlyMap<string, unknown>;
  readonly #compile: (path: string) => CompiledFile;
  readonly #announceScript: (path: string) => void;
  readonly #resolver: ModuleResolver;
  readonly #packages: Packages;
  readonly #files = new Map<string, FileRecord>();
  readonly #cells: Importer;

  /**
   * @param provided Exports of the modules that the kernel provides, by name.
   * @param compile Compiles a file.
   * @param announceScript Called when a file was compiled, before it runs.
   */
  constructor(
    root: string,
    provided: ReadonlyMap<string, unknown>,
    compile: (path: string) => CompiledFile,
    announceScript: (path: string) => void,
  ) {
    this.root = root;
    this.#provided = provided;
    this.#compile = compile;
    this.#announceScript = announceScript;
    this.#resolver = new ModuleResolver([...provided.keys()]);
    this.#packages = new Packages(root);
    this.#cells = { folder: root, record: null, loading: new Set() };
    this.require = this.#requireOf(this.#cells);
  }

  /** Loads the modules that a cell imports, in source order, before it runs. */
  async prepare(specifiers: readonly string[]): Promise<void> {
    if (specifiers.length > 0) this.#refresh();
    for (const specifier of specifiers) await this.#load(specifier, this.#cells);
  }

  /** Returns the exports of a module that `prepare` has loaded. */
  load = (specifier: string): unknown => this.#loadSync(this.#resolve(specifier, this.root, "import"), this.#cells);

  /** Returns the exports of a file that Node was asked to load. */
  loadFile = (path: string): unknown => this.#loadSync({ kind: "file", path, query: "" }, this.#cells);

  /** Returns the URL of the file that a specifier resolves to; `null` if it is not a file. */
  fileOf(specifier: string, folder: string, how: Importing): string | null {
    const found = this.#resolver.resolve(specifier, folder, how);
    return found?.kind === "file" ? pathToFileURL(found.path).href : null;
  }

  /** Implements `import()` in cells. */
  import = (specifier: unknown): Promise<unknown> => {
    this.#refresh();
    return this.#dynamic(specifier, this.#cells);
  };

  /** Returns `import.meta` of a file; the cells have that of a file in the notebook's folder. */
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

  /** Returns the paths of all loaded files: those of the user, and those of packages that Node has loaded. */
  paths = (): string[] => [
    ...new Set([...[...this.#files.values()].map(({ path }) => path), ...this.#packages.paths()]),
  ];

  /** Returns the exports of a file of the user; `null` if it is not loaded. */
  exportsOf = (path: string): object | null =>
    ([...this.#files.values()].findLast((record) => record.path === path)?.module.exports as object | undefined) ??
    null;

  /** Returns the exports of a module that a file imports. */
  importedBy = (path: string, specifier: string): unknown => {
    const record = [...this.#files.values()].findLast((each) => each.path === path) ?? null;
    const folder = dirname(path);
    return this.#loadSync(this.#resolve(specifier, folder, "import"), { folder, record, loading: new Set() });
  };

  /** Removes the files that an interrupt has left half loaded. */
  dropUnfinished(): void {
    for (const [key, { isLoaded }] of this.#files) if (!isLoaded) this.#files.delete(key);
  }

  /** Removes the files that have changed since they were loaded, and those that import them. */
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
    if (found === null) throw notFound(specifier, relative(this.root, folder) || ".", how);
    return found;
  }

  /** Loads a module for an import, and waits for its top-level awaits. */
  async #load(specifier: string, importer: Importer): Promise<unknown> {
    const found = this.#resolve(specifier, importer.folder, "import");
    if (found.kind === "provided") return this.#provided.get(found.path);
    if (found.kind === "builtin" || !isLocal(found.path)) return this.#packages.import(found.path);
    const key = found.path + found.query;
    const known = this.#files.get(key);
    if (known !== undefined) {
      if (importer.record) known.importers.add(importer.record.key);
      // in a cycle, the importer sees the exports that the file has so far
      if (!known.isLoaded && !importer.loading.has(key)) await known.done;
      return known.module.exports;
    }
    const { record, own } = this.#begin(key, found.path, importer);
    record.done = this.#run(record, own, true) as Promise<void>;
    record.done.catch(() => {});
    await record.done;
    return record.module.exports;
  }

  /** Loads a module for `require`. */
  #loadSync(found: Resolution, importer: Importer): unknown {
    if (found.kind === "provided") return this.#provided.get(found.path);
    if (found.kind === "builtin" || !isLocal(found.path)) return this.#packages.require(found.path);
    const key = found.path + found.query;
    const known = this.#files.get(key);
    if (known !== undefined && importer.record) known.importers.add(importer.record.key);
    if (known !== undefined) return known.module.exports;
    const { record, own } = this.#begin(key, found.path, importer);
    this.#run(record, own, false);
    return record.module.exports;
  }

  /** Adds the record of a file, and returns it with the file as an importer of others. */
  #begin(key: string, path: string, importer: Importer): { readonly record: FileRecord; readonly own: Importer } {
    const record = createRecord(key, path, importer.record);
    this.#files.set(key, record);
    return { record, own: { folder: dirname(path), record, loading: new Set(importer.loading).add(key) } };
  }

  /** Runs a file. One that throws is removed, so that the next import loads it again. */
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
          this.#loadSync(this.#resolve(id, own.folder, "import"), own),
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
    const body = moduleBody(path, output, isAsync);
    this.#announceScript(path);
    const load = isAsync
      ? (id: string) => this.#load(id, own)
      : (id: string) => this.#loadSync(this.#resolve(id, own.folder, "import"), own);
    const dynamic = (id: unknown): Promise<unknown> => this.#dynamic(id, own);
    const require = this.#requireOf(own);
    return body(module.exports, require, module, path, own.folder, load, dynamic, this.metaOf(path));
  }

  #dynamic = async (specifier: unknown, importer: Importer): Promise<unknown> => {
    // a file that is loaded waits for no other, so its `import()` is in no cycle
    const loading: Loading = importer.record?.isLoaded === true ? new Set() : importer.loading;
    return asNamespace(await this.#load(String(specifier), { ...importer, loading }));
  };

  #requireOf(importer: Importer): Require {
    const { folder, record } = importer;
    return requireLike(
      createRequire(join(folder, "cell.js")),
      (id) => {
        if (record === null) this.#refresh();
        return this.#loadSync(this.#resolve(id, folder, "require"), importer);
      },
      (id, from) => {
        const { kind, path } = this.#resolve(id, from ?? folder, "require");
        return kind === "provided" ? createRequire(import.meta.url).resolve(path) : path;
      },
    );
  }
}
