/** Resolution of imports for the compiler: files of the user as the running cells resolve them, packages by their types. */
import { isBuiltin } from "node:module";
import { dirname, extname, sep } from "node:path";
import { declarationsBeside, engineModules, isLocal, ModuleResolver } from "../../shared/module-resolver.ts";
import { isBinary } from "./binaries.ts";
import type { ModuleName, Resolved, TypeResolver, WatchHost } from "./host-api.ts";
import type { UntypedModules } from "./untyped-modules.ts";

const isDeclarationFile = (path: string): boolean => /\.d\.(\w+\.)?[cm]?ts$/.test(path);

const isDeclaration = ({ resolvedModule }: Resolved): boolean =>
  resolvedModule !== undefined && isDeclarationFile(resolvedModule.resolvedFileName);

/** Returns a path in the compiler's form of a resolution. */
const resolvedTo = (path: string, isExternalLibraryImport = false): Resolved => ({
  resolvedModule: {
    resolvedFileName: path,
    extension: /\.d\.[cm]?ts$/.exec(path)?.[0] ?? (/\.d\.\w+\.ts$/.test(path) ? ".d.ts" : extname(path)),
    isExternalLibraryImport,
  },
});

/** Resolves the imports of the program's files. */
export class ProgramResolver {
  readonly #resolver = new ModuleResolver(engineModules);
  readonly #ts: TypeResolver;
  readonly #host: WatchHost;
  readonly #untyped: UntypedModules;
  readonly #isFixed: (path: string) => boolean;
  /** Files with an import that was not found. */
  readonly #unresolved = new Set<string>();
  /** Resolutions of the imports of declaration files in packages, which do not change. */
  readonly #ofPackages = new Map<string, Resolved>();

  /** The cache of TypeScript's resolver. */
  cache: object;

  /** `isFixed` tells whether a file does not change while the kernel runs. */
  constructor(ts: TypeResolver, host: WatchHost, untyped: UntypedModules, isFixed: (path: string) => boolean) {
    this.#ts = ts;
    this.#host = host;
    this.#untyped = untyped;
    this.#isFixed = isFixed;
    this.cache = this.#newCache();
  }

  #newCache(): object {
    return this.#ts.createModuleResolutionCache(process.cwd(), (name) => name);
  }

  /** Looks for tsconfig.json files again. */
  refresh(): void {
    this.#resolver.refresh();
  }

  /** Whether a file has an import that was not found. */
  isUnresolved(path: string): boolean {
    return this.#unresolved.has(path);
  }

  /** Resolves the imports of a file. */
  resolveAll(names: readonly ModuleName[], from: string, redirect: unknown, options: object): readonly Resolved[] {
    const byTypes = (name: string): Resolved =>
      this.#ts.resolveModuleName(name, from, options, this.#host, this.cache, redirect);
    if (this.#isFixed(from) || (from.includes("/node_modules/") && isDeclarationFile(from)))
      return names.map(({ text }) => this.#resolveInPackage(text, from, byTypes));
    const results = names.map(({ text }) => this.#resolve(text, from, byTypes));
    this.#unresolved.delete(from);
    if (results.some((r, i) => r.resolvedModule === undefined && !isBuiltin(names[i]?.text ?? ""))) {
      this.cache = this.#newCache();
      this.#unresolved.add(from);
    }
    return results;
  }

  #resolveInPackage(name: string, from: string, byTypes: (name: string) => Resolved): Resolved {
    const key = `${name} ${from}`;
    const known = this.#ofPackages.get(key) ?? byTypes(name);
    if (this.#isFixed(from) || known.resolvedModule !== undefined) this.#ofPackages.set(key, known);
    return known;
  }

  #resolve(name: string, from: string, byTypes: (name: string) => Resolved): Resolved {
    const target = this.#resolver.resolve(name, dirname(from), "import");
    if (target === null) {
      const types = byTypes(name);
      return isDeclaration(types) ? types : {};
    }
    if (target.kind !== "file") return byTypes(name);
    // the compiler's paths have slashes, on Windows too
    const path = target.path.replaceAll(sep, "/");
    if (!isLocal(path)) {
      const types = byTypes(name);
      const isUntyped = !isDeclaration(types) && !/\.[cm]?tsx?$/.test(types.resolvedModule?.extension ?? "");
      this.#untyped.record(name, isUntyped);
      return types;
    }
    if (/\.([cm]?ts|tsx)$/.test(path)) return resolvedTo(path, path.includes("/node_modules/"));
    if (path.endsWith(".json")) return resolvedTo(path);
    return resolvedTo(declarationsBeside(path) ?? (isBinary(path) ? `${path}.d.ts` : path));
  }
}
