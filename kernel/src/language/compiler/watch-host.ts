/** Adapts the host of the compiler's watch mode to a kernel that runs for days. */

import { declarationsOfBinary, isBinaryDeclaration } from "./binaries.ts";
import type { TypeResolver, Watch, WatchHost } from "./host-api.ts";
import { fileEvents, ProgramFiles } from "./program-files.ts";
import { ProgramResolver } from "./resolution.ts";
import { UntypedModules } from "./untyped-modules.ts";

/** Path of the declaration file of packages without types. */
const untypedFile = "/tapelab-notebook/untyped.d.ts";

/** Path of the declarations of earlier cells, which tslab itself watches. */
const earlierFile = "__prev__.d.ts";

const unwatched: Watch = () => ({ close: () => {} });

/** The modules of the programs that are built. */
export interface ProgramModules {
  readonly untyped: UntypedModules;
  /** Examines the files for changes; called before each compilation. */
  refresh(): void;
}

/**
 * Replaces methods of the host.
 * @param fixed Folders whose files do not change, and are not watched.
 * @param text Returns the text of a file that is not on disk; `null` for other files.
 */
export function adaptHost(
  host: WatchHost,
  ts: TypeResolver,
  fixed: readonly string[],
  text: (path: string) => string | null,
): ProgramModules {
  const untyped = new UntypedModules();
  const files = new ProgramFiles();
  const isFixed = (path: string): boolean => fixed.some((folder) => path.startsWith(folder));
  const resolver = new ProgramResolver(ts, host, untyped, isFixed);
  const { readFile, fileExists, watchFile } = host;
  host.readFile = (path, encoding) => {
    if (path.endsWith(untypedFile)) return untyped.text;
    return text(path) ?? readFile.call(host, path, encoding) ?? declarationsOfBinary(path) ?? undefined;
  };
  host.fileExists = (path) => fileExists.call(host, path) || isBinaryDeclaration(path);
  host.watchFile = (path, changes, ...rest) => {
    if (path.endsWith(untypedFile)) untyped.watch(() => changes(path, fileEvents.changed));
    if (text(path) !== null || path.endsWith(earlierFile)) return watchFile.call(host, path, changes, ...rest);
    return isFixed(path) ? unwatched(path, changes) : files.watch(path, changes);
  };
  // folders are not watched: tslab's timer breaks when TypeScript reports a new one. Imports that were not found are resolved again each time.
  host.watchDirectory = unwatched;
  let isCreatedOrDeleted = false;
  host.hasInvalidatedResolutions = (path) => resolver.isUnresolved(path) || (isCreatedOrDeleted && !isFixed(path));
  host.getModuleResolutionCache = () => resolver.cache;
  host.resolveModuleNameLiterals = (names, from, redirect, options) =>
    resolver.resolveAll(names, from, redirect, options);
  return {
    untyped,
    refresh: () => {
      resolver.refresh();
      isCreatedOrDeleted = files.refresh();
    },
  };
}
