/**
 * Resolution of imports. The type checker and the running cells use the same resolver, so that the module that is checked is the one that is loaded. It
 * follows Node's rules for packages (exports, imports, self reference) and TypeScript's rules for files (omitted and rewritten extensions, `paths` and
 * `baseUrl` of a tsconfig.json).
 */
import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { basename, dirname, extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Resolver as FileResolver } from "enhanced-resolve";

/** The way a module is imported, which selects the conditions of a package's exports. */
export type Importing = "import" | "require";

/** The result of a resolution. */
export interface Resolution {
  /** Whether the module is provided by the kernel, built into Node, or a file. */
  readonly kind: "provided" | "builtin" | "file";
  /** Path of the file, or name of the module. */
  readonly path: string;
  /** Query of the specifier; each query has its own instance of the module. */
  readonly query: string;
}

/** The modules of the engine, which the kernel provides to every folder. */
export const engineModules: readonly string[] = ["tapelab", "tapelab/check"];

/** Extensions that may be omitted, in order of precedence. */
export const extensions: readonly string[] = [
  ".ts",
  ".tsx",
  ".js",
  ".jsx",
  ".mts",
  ".cts",
  ".mjs",
  ".cjs",
  ".json",
  ".node",
  ".wasm",
];

/** Extensions of the source files that an extension in a specifier may refer to. */
const sourcesOf = {
  ".js": [".ts", ".tsx", ".js", ".jsx"],
  ".jsx": [".tsx", ".jsx"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};

const inPackages = (path: string): boolean => /[\\/]node_modules[\\/]/.test(path);

/** Whether the kernel compiles a file itself: TypeScript and JSX anywhere, JavaScript outside of node_modules. */
export const isSource = (path: string): boolean =>
  /\.(?:[cm]?ts|[tj]sx)$/.test(path) || (/\.[cm]?js$/.test(path) && !inPackages(path));

/** Whether a file is one of the user, which may be edited while the kernel runs. */
export const isLocal = (path: string): boolean => isSource(path) || !inPackages(path);

const require = createRequire(import.meta.url);

/** Creates a resolver of paths; its library is loaded at the first use. */
const createFileResolver = (how: Importing, tsconfig: string | null, typescript = true): FileResolver =>
  (require("enhanced-resolve") as typeof import("enhanced-resolve")).ResolverFactory.createResolver({
    fileSystem: fs,
    useSyncFileSystemCalls: true,
    extensions: typescript ? [...extensions] : extensions.filter((extension) => !/ts|x$/.test(extension)),
    ...(typescript ? { extensionAlias: sourcesOf, extensionAliasForExports: true } : {}),
    conditionNames: ["node", how, "module-sync", "node-addons"],
    mainFields: ["main", "module"],
    preferAbsolute: true,
    ...(tsconfig === null ? {} : { tsconfig: { configFile: tsconfig, references: "auto" } }),
  });

/** Returns the nearest tsconfig.json at or above a folder; the packages in node_modules have none. */
export function tsconfigOf(folder: string): string | null {
  if (inPackages(join(folder, sep))) return null;
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "tsconfig.json");
    if (fs.existsSync(path)) return path;
    if (dirname(at) === at) return null;
  }
}

/** Resolves specifiers. */
export class ModuleResolver {
  readonly #provided: ReadonlySet<string>;
  readonly #resolvers = new Map<string, FileResolver>();
  readonly #configs = new Map<string, string | null>();

  /** `provided`: names of the modules that the kernel provides. */
  constructor(provided: readonly string[]) {
    this.#provided = new Set(provided);
  }

  /** Looks for tsconfig.json files again. */
  refresh(): void {
    this.#configs.clear();
  }

  /** Resolves a specifier in a file of a folder; returns `null` if nothing is found. */
  resolve(specifier: string, folder: string, how: Importing): Resolution | null {
    if (this.#provided.has(specifier)) return { kind: "provided", path: specifier, query: "" };
    if (isBuiltin(specifier)) return { kind: "builtin", path: specifier, query: "" };
    if (specifier === "") return null;
    const [, plain = "", query = ""] = /^([^?]*)(\?.*)?$/s.exec(specifier) ?? [];
    try {
      const found = this.#resolverFor(folder, how).resolveSync({}, folder, asPath(plain));
      if (found === false) return null;
      // enhanced-resolve marks a # or ? that is part of a file name by a null character
      const path = found.replaceAll("\0", "");
      return { kind: "file", path: inPackages(path) ? compiledBeside(path, plain, folder, how) : path, query };
    } catch {
      return null;
    }
  }

  #resolverFor(folder: string, how: Importing): FileResolver {
    const known = this.#configs.get(folder);
    const config = known === undefined ? tsconfigOf(folder) : known;
    this.#configs.set(folder, config);
    const changed = config === null ? 0 : fs.statSync(config).mtimeMs;
    const key = `${how} ${config} ${changed}`;
    const resolver = this.#resolvers.get(key) ?? checkedResolver(how, config);
    this.#resolvers.set(key, resolver);
    return resolver;
  }
}

/** Returns the JavaScript file of a package that also contains its TypeScript. */
function compiledBeside(path: string, specifier: string, folder: string, how: Importing): string {
  if (!isSource(path)) return path;
  try {
    return createFileResolver(how, null, false).resolveSync({}, folder, specifier) || path;
  } catch {
    return path;
  }
}

/** Creates a resolver that ignores a tsconfig.json which cannot be read. */
function checkedResolver(how: Importing, config: string | null): FileResolver {
  const resolver = createFileResolver(how, config);
  if (config === null) return resolver;
  try {
    resolver.resolveSync({}, dirname(config), `./${basename(config)}`);
    return resolver;
  } catch {
    return createFileResolver(how, null);
  }
}

/** Returns a specifier in the form of enhanced-resolve: a URL as a path, and the folder itself with a slash. */
function asPath(specifier: string): string {
  if (specifier.startsWith("file:")) return fileURLToPath(specifier);
  return specifier === "." || specifier === ".." ? `${specifier}/` : specifier;
}

/** Returns the declaration file beside a JavaScript file, if there is one. */
export function declarationsBeside(path: string): string | null {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const kinds: Readonly<Record<string, string>> = {
    ".js": ".d.ts",
    ".jsx": ".d.ts",
    ".mjs": ".d.mts",
    ".cjs": ".d.cts",
  };
  const beside = `${stem}${kinds[extension] ?? `.d${extension}.ts`}`;
  return fs.existsSync(beside) ? beside : null;
}
