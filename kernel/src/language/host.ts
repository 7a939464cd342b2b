/** What the compiler asks of its surroundings, where tslab's answers do not fit a kernel that lives for days. */
interface ModuleName {
  readonly text: string;
}

interface Resolved {
  readonly resolvedModule?: { readonly extension: string };
}

type Watch = (path: string, changes: (path: string, event: number) => void, ...rest: unknown[]) => { close(): void };

/** The members of TypeScript's watch host that are replaced. */
export interface WatchHost {
  readFile(path: string, encoding?: string): string | undefined;
  watchFile: Watch;
  watchDirectory: Watch;
  resolveModuleNameLiterals?: (
    names: readonly ModuleName[],
    from: string,
    redirect: unknown,
    options: object,
  ) => readonly Resolved[];
  hasInvalidatedResolutions?: () => boolean;
  getModuleResolutionCache?: () => object;
}

/** The parts of TypeScript's API that resolve modules. */
export interface ModuleResolver {
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

const unwatched: Watch = () => ({ close: () => {} });

/** File of the kernel's types that declares the packages without types. */
const untypedFile = "/tapelab-notebook/untyped.d.ts";

/** TypeScript's name of an event of a watched file. */
const changed = 1;

/** Packages without types: in a cell they are `any`, as who writes it can declare nothing for them. */
export class UntypedModules {
  readonly #names = new Set<string>();
  #notify: (() => void) | null = null;
  #changed = false;

  /** A package that was found: whether as JavaScript alone. */
  note(name: string, { resolvedModule }: Resolved): void {
    const untyped = /^\.[cm]?jsx?$/.test(resolvedModule?.extension ?? "") && !name.startsWith(".");
    if (untyped === this.#names.has(name)) return;
    if (untyped) this.#names.add(name);
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

/** Texts of files that are not on the disk are given by `readFile`; files in the `fixed` folders are not watched. */
export function adjustHost(
  host: WatchHost,
  ts: ModuleResolver,
  fixed: readonly string[],
  text: (path: string) => string | null,
): UntypedModules {
  const untyped = new UntypedModules();
  const { readFile, watchFile } = host;
  host.readFile = (path, encoding) =>
    path.endsWith(untypedFile) ? untyped.text : (text(path) ?? readFile.call(host, path, encoding));
  const isFixed = (path: string): boolean => fixed.some((folder) => path.startsWith(folder));
  host.watchFile = (path, changes, ...rest) => {
    if (path.endsWith(untypedFile)) untyped.watch(() => changes(path, changed));
    return isFixed(path) ? unwatched(path, changes) : watchFile.call(host, path, changes, ...rest);
  };
  // tslab's timer breaks when TypeScript hears of a new folder; and many folders are never watched. So what was not found is looked for
  // again each time.
  host.watchDirectory = unwatched;
  host.hasInvalidatedResolutions = () => false;
  const newCache = (): object => ts.createModuleResolutionCache(process.cwd(), (name) => name);
  let cache = newCache();
  host.getModuleResolutionCache = () => cache;
  const ofFixed = new Map<string, Resolved>();
  host.resolveModuleNameLiterals = (names, from, redirect, options) => {
    const resolve = (name: string): Resolved => ts.resolveModuleName(name, from, options, host, cache, redirect);
    if (isFixed(from))
      return names.map(({ text: name }) => {
        const key = `${name} ${from}`;
        const known = ofFixed.get(key) ?? resolve(name);
        ofFixed.set(key, known);
        return known;
      });
    const found = names.map(({ text: name }) => resolve(name));
    names.forEach(({ text: name }, i) => untyped.note(name, found[i] ?? {}));
    if (found.some((f) => f.resolvedModule === undefined)) cache = newCache();
    return found;
  };
  return untyped;
}
