/** Files that run as modules of the kernel: their records, and the functions by which their code is run. */
import { statSync } from "node:fs";
import Module from "node:module";
import { dirname } from "node:path";
import vm from "node:vm";
import type { Require } from "./packages.ts";

/** A file that was loaded, or is being loaded. */
export interface FileRecord {
  /** Path, with the query of the specifier. */
  readonly key: string;
  readonly path: string;
  /** Node's module object, which the code of CommonJS modules refers to. */
  readonly module: NodeJS.Module;
  /** Time stamp and size of the file when it was read. */
  readonly stamp: string;
  /** Keys of the files that import it; they are loaded again with it. */
  readonly importers: Set<string>;
  isLoaded: boolean;
  /** Settles when an import has loaded it. */
  done: Promise<void> | null;
}

/** `import.meta` of a file. */
export interface ImportMeta {
  readonly url: string;
  readonly filename: string;
  readonly dirname: string;
  readonly main: boolean;
  resolve(specifier: string): string;
}

/** The compiled code of a file. */
export type ModuleBody = (
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

/** Returns time stamp and size of a file; "" if there is none. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

/** Returns the record of a file that is about to be loaded. */
export function createRecord(key: string, path: string, importer: FileRecord | null): FileRecord {
  const module = new Module(path) as NodeJS.Module & { paths: string[] };
  module.filename = path;
  module.paths = (Module as unknown as { _nodeModulePaths(from: string): string[] })._nodeModulePaths(dirname(path));
  const importers = new Set(importer === null ? [] : [importer.key]);
  return { key, path, module, stamp: stampOf(path), importers, isLoaded: false, done: null };
}

/** Compiles the JavaScript of a file to a function. */
export function moduleBody(path: string, output: string, isAsync: boolean): ModuleBody {
  // a synchronous body cannot await its imports; blanks keep the columns
  const code = isAsync ? output : output.replaceAll("await $tapelab_require(", "      $tapelab_require(");
  // an inner function, because a file may declare the names of the parameters; newline and line offset keep the lines
  const wrapped = `(function (${parameters}) { return (${isAsync ? "async " : ""}function () {\n${code}\n}).call(exports); })`;
  return vm.runInThisContext(wrapped, {
    filename: path,
    lineOffset: -1,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as ModuleBody;
}
