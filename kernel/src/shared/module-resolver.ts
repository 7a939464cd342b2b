/**
 * Where an import leads. The type checker and the running cells ask the same function, so that what type-checks is what is loaded: Node's rules for
 * packages (exports, imports, self reference), TypeScript's for files (left out and rewritten extensions, `paths` and `baseUrl` of a tsconfig.json).
 */
import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { basename, dirname, extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Resolver as FileResolver } from "enhanced-resolve";

/** How a module is asked for: the conditions of a package's exports depend on it. */
export type Importing = "import" | "require";

export interface Resolution {
  /** `provided` by the kernel, part of Node, or a file. */
  readonly kind: "provided" | "builtin" | "file";
  /** Path of the file, else the name. */
  readonly path: string;
  /** Query of the specifier: each has an instance of its own. */
  readonly query: string;
}

/** Extensions that may be left out, by precedence. */
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

/** Extensions of the files that an emitted extension may stand for. */
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

/** Whether a file is a person's own, which may be edited while the kernel runs. */
export const isLocal = (path: string): boolean => isSource(path) || !inPackages(path);

const require = createRequire(import.meta.url);

/** The resolver of paths, loaded with the first import that needs it. */
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

export class ModuleResolver {
  readonly #provided: ReadonlySet<string>;
  readonly #resolvers = new Map<string, FileResolver>();
  readonly #configs = new Map<string, string | null>();

  /** `provided`: names of the modules that the kernel brings. */
  constructor(provided: readonly string[]) {
    this.#provided = new Set(provided);
  }

  /** Looks for tsconfig.json files anew. */
  refresh(): void {
    this.#configs.clear();
  }

  /** Returns what a specifier in a file of the folder leads to; null where there is nothing. */
  resolve(specifier: string, folder: string, how: Importing): Resolution | null {
    if (this.#provided.has(specifier)) return { kind: "provided", path: specifier, query: "" };
    if (isBuiltin(specifier)) return { kind: "builtin", path: specifier, query: "" };
    if (specifier === "") return null;
    const [, plain = "", query = ""] = /^([^?]*)(\?.*)?$/s.exec(specifier) ?? [];
    try {
      const found = this.#resolverFor(folder, how).resolveSync({}, folder, asPath(plain));
      if (found === false) return null;
      // the file resolver keeps a # or ? of a name apart from a fragment and a query by a null character
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
    const made = this.#resolvers.get(key) ?? checkedResolver(how, config);
    this.#resolvers.set(key, made);
    return made;
  }
}

/** Returns the JavaScript of a package that ships its TypeScript too. */
function compiledBeside(path: string, specifier: string, folder: string, how: Importing): string {
  if (!isSource(path)) return path;
  try {
    return createFileResolver(how, null, false).resolveSync({}, folder, specifier) || path;
  } catch {
    return path;
  }
}

/** A tsconfig.json that cannot be read counts as none. */
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

/** A specifier as the file resolver takes it: a URL as a path, and the folder itself with a slash. */
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
