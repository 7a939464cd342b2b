/** The host of the compiler's watch mode, and the resolution of modules, in TypeScript's API. */
import type { Builder, ProgramHost } from "./program-api.ts";

/** A specifier, as the compiler passes it. */
export interface ModuleName {
  readonly text: string;
}

/** The result of a module resolution; without a module where there is none. */
export interface Resolved {
  readonly resolvedModule?: {
    readonly resolvedFileName: string;
    readonly extension: string;
    readonly isExternalLibraryImport?: boolean;
  };
}

/** Called with a watched path and the number of the event. */
export type Changes = (path: string, event: number) => void;

/** Starts watching a path. */
export type Watch = (path: string, changes: Changes, ...rest: unknown[]) => { close(): void };

/** The methods of a watch host that are replaced. */
export interface WatchHost {
  readFile(path: string, encoding?: string): string | undefined;
  fileExists(path: string): boolean;
  watchFile: Watch;
  watchDirectory: Watch;
  setTimeout?(callback: (...given: unknown[]) => void, ...rest: unknown[]): unknown;
  resolveModuleNameLiterals?: (
    names: readonly ModuleName[],
    from: string,
    redirect: unknown,
    options: object,
  ) => readonly Resolved[];
  hasInvalidatedResolutions?: (path: string) => boolean;
  getModuleResolutionCache?: () => object;
}

/** The host of a watch. */
export interface CompilerHost extends WatchHost {
  createProgram(roots: readonly string[], options: object, host: ProgramHost, old?: Builder): Builder;
  afterProgramCreate?: (builder: Builder) => void;
}

/** TypeScript's functions that resolve modules. */
export interface TypeResolver {
  resolveModuleName(
    name: string,
    from: string,
    options: object,
    host: WatchHost,
    cache: object,
    redirect: unknown,
  ): Resolved;
  createModuleResolutionCache(folder: string, canonical: (name: string) => string): object;
}
