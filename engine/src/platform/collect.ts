/**
 * Finding out, in the middle of a synchronous program, which objects are dead. V8 keeps the target of a WeakRef alive until the running job
 * ends; a script in a context that runs its microtasks after each evaluation ends the job without running any of the program's own. A major
 * collection then clears the WeakRefs of what nothing reaches; it takes milliseconds. A minor one, of young objects alone, takes a tenth of
 * that and leaves WeakRefs as they are, but forgets dead members of a WeakSet, and Node's `inspect` shows the members that are left. Works
 * on Node 22 and later.
 */

import { setFlags } from "./v8.ts";

/** Ways to find dead objects at once. */
export interface Collector {
  /** Clears the WeakRefs of all that is dead, and takes it from WeakSets. */
  readonly all: () => void;
  /** Takes from WeakSets what is dead and young; `null` where the runtime does not do so. */
  readonly young: (() => void) | null;
}

type Gc = (options: { readonly type: "major" | "minor"; readonly execution: "sync" }) => void;

/** All that would keep `inspect` from asking a member, as a program can set other defaults. */
const whole = {
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
  getBuiltinModule?(name: "node:util"): { inspect(set: WeakSet<object>, options: typeof whole): string };
}
declare const process: Builtins | undefined;

let listed: Listed[] = [];

/** What can be listed as a member of a WeakSet: it notes that it is asked for its text. */
export class Listed {
  static {
    const note = function (this: Listed): string {
      listed.push(this);
      return "";
    };
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: note });
  }
}

/** The members of a WeakSet that nothing has taken from it; none where the runtime cannot tell. */
export function membersOf<T extends Listed>(set: WeakSet<T>): readonly T[] {
  const members: T[] = [];
  listed = members;
  try {
    process?.getBuiltinModule?.("node:util").inspect(set, whole);
  } finally {
    forgetListing();
  }
  return members;
}

/** Lets go of what was listed: it would be kept. Again before each collection, as a listing may have been terminated. */
function forgetListing(): void {
  listed = [];
}

/** Makes objects that nothing keeps, out of sight of the caller's frame. */
const forgotten = (): WeakRef<object> => new WeakRef({});
const forgetIn = (set: WeakSet<Listed>): void => {
  for (let i = 0; i < 8; i++) set.add(new Listed());
};

/** Whether a minor collection takes what is dead from a WeakSet, and nothing else. */
function forgetsMembers(young: () => void): boolean {
  const kept = Array.from({ length: 8 }, () => new Listed());
  const set = new WeakSet<Listed>();
  for (const member of kept) {
    forgetIn(set);
    set.add(member);
  }
  young();
  const left = membersOf(set);
  return left.length === kept.length && kept.every((member) => left.includes(member));
}

function make(): Collector | null {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return null;
  try {
    const vm = process.getBuiltinModule("node:vm");
    if (!setFlags("--expose-gc")) return null;
    const gc = vm.runInNewContext("gc") as Gc;
    const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
    const endOfJob = new vm.Script("0");
    const all = (): void => {
      forgetListing();
      endOfJob.runInContext(context);
      gc({ type: "major", execution: "sync" });
    };
    const young = (): void => {
      forgetListing();
      gc({ type: "minor", execution: "sync" });
    };
    const probe = forgotten();
    all();
    if (probe.deref() !== undefined) return null;
    return { all, young: forgetsMembers(young) ? young : null };
  } catch {
    return null;
  }
}

let made: Collector | null | undefined;

/** The collector of this runtime; `null` where there is none that works within a job. Costs a collection when it is first asked for. */
export function collector(): Collector | null {
  if (made === undefined) made = make();
  return made;
}
