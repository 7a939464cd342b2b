/** What the compiler asks of its surroundings, where tslab's answers do not fit a kernel that lives for days. */
import { statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, extname, sep } from "node:path";
import { declarationsBeside, isLocal, ModuleResolver } from "../../shared/module-resolver.ts";
import type { Changes, Resolved, TypeResolver, Watch, WatchHost } from "./api.ts";
import { declarationsOfBinary, isBinary, isBinaryDeclaration } from "./binaries.ts";

const unwatched: Watch = () => ({ close: () => {} });

/** File of the kernel's types that declares the packages without types. */
const untypedFile = "/tapelab-notebook/untyped.d.ts";

/** TypeScript's names of what happens to a watched file. */
const events = { created: 0, changed: 1, deleted: 2 };

/** Packages without types: in a cell they are `any`, as who writes it can declare nothing for them. */
export class UntypedModules {
  readonly #names = new Set<string>();
  #notify: (() => void) | null = null;
  #changed = false;

  /** A package that was found: whether as JavaScript alone. */
  note(name: string, isUntyped: boolean): void {
    if (isUntyped === this.#names.has(name)) return;
    if (isUntyped) this.#names.add(name);
    else this.#names.delete(name);
    this.#changed = true;
  }

  get text(): string {
    return [...this.#names].map((name) => `declare module ${JSON.stringify(name)};\n`).join("");
  }

  watch(notify: () => void): void {
    this.#notify = notify;
  }

  /** Whether there are others than the compiler knows of; it then reads them with the next compilation. */
  refresh(): boolean {
    const was = this.#changed;
    this.#changed = false;
    if (was) this.#notify?.();
    return was;
  }
}

/** Time and size of a file; nothing where there is none. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeMs} ${stat.size}`;
}

/** The files of the program, which are looked at before each compilation: a watcher's news would come too late for the cell that follows an edit. */
export class ProgramFiles {
  readonly #watched = new Map<string, { stamp: string; readonly changes: Changes }>();

  watch(path: string, changes: Changes): { close(): void } {
    const entry = { stamp: stampOf(path), changes };
    this.#watched.set(path, entry);
    return {
      close: () => {
        if (this.#watched.get(path) === entry) this.#watched.delete(path);
      },
    };
  }

  /** Tells the compiler of the files that changed; returns whether one came or went. */
  refresh(): boolean {
    let moved = false;
    for (const [path, entry] of this.#watched) {
      const stamp = stampOf(path);
      if (stamp === entry.stamp) continue;
      const event = entry.stamp === "" ? events.created : stamp === "" ? events.deleted : events.changed;
      moved ||= event !== events.changed;
      entry.stamp = stamp;
      entry.changes(path, event);
    }
    return moved;
  }
}

/** The modules of the programs that are built. */
export interface ProgramModules {
  readonly untyped: UntypedModules;
  /** Looks for changed files. */
  refresh(): void;
}

/** TypeScript's words for a file that an import leads to. */
const found = (path: string, isExternalLibraryImport = false): Resolved => ({
  resolvedModule: {
    resolvedFileName: path,
    extension: /\.d\.[cm]?ts$/.exec(path)?.[0] ?? (/\.d\.\w+\.ts$/.test(path) ? ".d.ts" : extname(path)),
    isExternalLibraryImport,
  },
});

const isDeclarationFile = (path: string): boolean => /\.d\.(\w+\.)?[cm]?ts$/.test(path);

const isDeclaration = ({ resolvedModule }: Resolved): boolean =>
  resolvedModule !== undefined && isDeclarationFile(resolvedModule.resolvedFileName);

/** Texts of files that are not on the disk are given by `readFile`; files in the `fixed` folders are not watched. */
export function adjustHost(
  host: WatchHost,
  ts: TypeResolver,
  fixed: readonly string[],
  text: (path: string) => string | null,
): ProgramModules {
  const untyped = new UntypedModules();
  const files = new ProgramFiles();
  const resolver = new ModuleResolver(["tapelab"]);
  const { readFile, fileExists, watchFile } = host;
  host.readFile = (path, encoding) => {
    if (path.endsWith(untypedFile)) return untyped.text;
    return text(path) ?? readFile.call(host, path, encoding) ?? declarationsOfBinary(path) ?? undefined;
  };
  host.fileExists = (path) => fileExists.call(host, path) || isBinaryDeclaration(path);
  const isFixed = (path: string): boolean => fixed.some((folder) => path.startsWith(folder));
  host.watchFile = (path, changes, ...rest) => {
    if (path.endsWith(untypedFile)) untyped.watch(() => changes(path, events.changed));
    if (text(path) !== null || path.endsWith(earlierFile)) return watchFile.call(host, path, changes, ...rest);
    return isFixed(path) ? unwatched(path, changes) : files.watch(path, changes);
  };
  // tslab's timer breaks when TypeScript hears of a new folder; and many folders are never watched. So what was not found is looked for
  // again each time.
  host.watchDirectory = unwatched;
  /** Paths of files with an import that led nowhere. */
  const unresolved = new Set<string>();
  let moved = false;
  host.hasInvalidatedResolutions = (path) => unresolved.has(path) || (moved && !isFixed(path));
  const newCache = (): object => ts.createModuleResolutionCache(process.cwd(), (name) => name);
  let cache = newCache();
  host.getModuleResolutionCache = () => cache;
  /** A file of the person's own as the run time resolves it; a package by its types. */
  const resolve = (name: string, from: string, typed: () => Resolved): Resolved => {
    const target = resolver.resolve(name, dirname(from), "import");
    if (target === null) {
      const types = typed();
      return isDeclaration(types) ? types : {};
    }
    if (target.kind !== "file") return typed();
    // the compiler's paths have slashes, on Windows too
    const path = target.path.replaceAll(sep, "/");
    if (!isLocal(path)) {
      const types = typed();
      untyped.note(name, !isDeclaration(types) && !/\.[cm]?tsx?$/.test(types.resolvedModule?.extension ?? ""));
      return types;
    }
    if (/\.([cm]?ts|tsx)$/.test(path)) return found(path, path.includes("/node_modules/"));
    if (path.endsWith(".json")) return found(path);
    return found(declarationsBeside(path) ?? (isBinary(path) ? `${path}.d.ts` : path));
  };
  /** Where the imports of declaration files in packages lead, which stays as it is. */
  const ofPackages = new Map<string, Resolved>();
  host.resolveModuleNameLiterals = (names, from, redirect, options) => {
    const typed = (name: string): Resolved => ts.resolveModuleName(name, from, options, host, cache, redirect);
    if (isFixed(from) || (from.includes("/node_modules/") && isDeclarationFile(from)))
      return names.map(({ text: name }) => {
        const key = `${name} ${from}`;
        const known = ofPackages.get(key) ?? typed(name);
        if (isFixed(from) || known.resolvedModule !== undefined) ofPackages.set(key, known);
        return known;
      });
    const results = names.map(({ text: name }) => resolve(name, from, () => typed(name)));
    unresolved.delete(from);
    if (results.some((r, i) => r.resolvedModule === undefined && !isBuiltin(names[i]?.text ?? ""))) {
      cache = newCache();
      unresolved.add(from);
    }
    return results;
  };
  return {
    untyped,
    refresh: () => {
      resolver.refresh();
      moved = files.refresh();
    },
  };
}

/** File with the declarations of earlier cells. */
const earlierFile = "__prev__.d.ts";
