/**
 * Finds out, in the middle of a synchronous program, which objects are dead. V8 keeps the target of a WeakRef alive until the running job ends; a script in
 * a context that runs its microtasks after each evaluation ends the job without running any of the program's own. A major collection then clears the
 * WeakRefs of unreachable objects, in milliseconds. A minor collection, of young objects alone, takes a tenth of that and leaves WeakRefs as they are, but
 * removes dead members from a WeakSet, and Node's `inspect` lists the remaining ones. It runs on this thread alone: waking others takes longer than scanning the
 * few objects that were allocated since the last one. Works on Node 22 and later.
 */

import { setFlags } from "./v8.ts";

/** Collections that find dead objects at once. */
export interface Collector {
  /** Runs a major collection: clears the WeakRefs of all dead objects, and removes them from WeakSets. */
  readonly major: () => void;
  /** Runs a minor collection: removes dead young objects from WeakSets. `null` where the runtime has none that does. */
  readonly minor: (() => void) | null;
}

type Gc = (options: { readonly type: "major" | "minor"; readonly execution: "sync" }) => void;

/** Options with which `inspect` visits all members, whatever defaults the program has set. */
const listAll = {
  showHidden: true,
  customInspect: true,
  depth: 2,
  maxArrayLength: null,
  compact: true,
  breakLength: Infinity,
  sorted: false,
} as const;

interface Builtins {
  getBuiltinModule?(name: "node:vm"): {
    createContext(object: object, options: { microtaskMode: "afterEvaluate" }): object;
    runInNewContext(code: string): unknown;
    Script: new (code: string) => { runInContext(context: object): unknown };
  };
  getBuiltinModule?(name: "node:util"): { inspect(set: WeakSet<object>, options: typeof listAll): string };
}
declare const process: Builtins | undefined;

/** Members that the running call of `inspect` has visited. */
let visited: WeakSetMember[] = [];

/** Base class of objects that `membersOf` can list: `inspect` calls a method of each, which notes the object. */
export class WeakSetMember {
  static {
    const visit = function (this: WeakSetMember): string {
      visited.push(this);
      return "";
    };
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: visit });
  }
}

/** Returns the members of a WeakSet that no collection has removed; none where the runtime cannot list them. */
export function membersOf<T extends WeakSetMember>(set: WeakSet<T>): readonly T[] {
  const members: T[] = [];
  visited = members;
  try {
    process?.getBuiltinModule?.("node:util").inspect(set, listAll);
  } finally {
    releaseVisited();
  }
  return members;
}

/** Drops the references to visited members, which would keep them alive. Also before each collection, as a listing may have been terminated. */
function releaseVisited(): void {
  visited = [];
}

/** Creates dead objects in functions of their own: the caller's frame would keep them alive. */
const deadTarget = (): WeakRef<object> => new WeakRef({});
const addDeadMembers = (set: WeakSet<WeakSetMember>): void => {
  for (let i = 0; i < 8; i++) set.add(new WeakSetMember());
};

/** Returns whether a minor collection removes dead members from a WeakSet, and no others. */
function removesDeadMembers(minor: () => void): boolean {
  const alive = Array.from({ length: 8 }, () => new WeakSetMember());
  const set = new WeakSet<WeakSetMember>();
  for (const member of alive) {
    addDeadMembers(set);
    set.add(member);
  }
  minor();
  const members = membersOf(set);
  return members.length === alive.length && alive.every((member) => members.includes(member));
}

function makeCollector(): Collector | null {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return null;
  try {
    const vm = process.getBuiltinModule("node:vm");
    if (!setFlags("--expose-gc")) return null;
    const gc = vm.runInNewContext("gc") as Gc;
    const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
    const endOfJob = new vm.Script("0");
    const major = (): void => {
      releaseVisited();
      endOfJob.runInContext(context);
      gc({ type: "major", execution: "sync" });
    };
    const minor = (): void => {
      releaseVisited();
      setFlags("--no-parallel-scavenge");
      gc({ type: "minor", execution: "sync" });
      setFlags("--parallel-scavenge");
    };
    const probe = deadTarget();
    major();
    if (probe.deref() !== undefined) return null;
    return { major, minor: removesDeadMembers(minor) ? minor : null };
  } catch {
    return null;
  }
}

let cached: Collector | null | undefined;

/** Returns the collector of this runtime; `null` where none works within a job. The first call costs a collection. */
export function collector(): Collector | null {
  if (cached === undefined) cached = makeCollector();
  return cached;
}
