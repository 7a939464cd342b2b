/**
 * Finding out, in the middle of a synchronous program, which objects are dead. V8 keeps the target of a WeakRef alive until the running job
 * ends; a script in a context that runs its microtasks after each evaluation ends the job without running any of the program's own. A major
 * collection then clears the WeakRefs of what nothing reaches. Works on Node 22 and later.
 */

import { setFlags } from "./v8.ts";

/** Clears the WeakRefs of dead objects at once. */
export type Collect = () => void;

interface Builtins {
  getBuiltinModule?(name: "node:vm"): {
    createContext(object: object, options: { microtaskMode: "afterEvaluate" }): object;
    runInNewContext(code: string): unknown;
    Script: new (code: string) => { runInContext(context: object): unknown };
  };
}
declare const process: Builtins | undefined;

type Gc = (options: { readonly type: "major"; readonly execution: "sync" }) => void;

/** Makes an object that nothing keeps, out of sight of the caller's frame. */
const forgotten = (): WeakRef<object> => new WeakRef({});

function make(): Collect | null {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return null;
  try {
    const vm = process.getBuiltinModule("node:vm");
    if (!setFlags("--expose-gc")) return null;
    const gc = vm.runInNewContext("gc") as Gc;
    const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
    const endOfJob = new vm.Script("0");
    const collect = (): void => {
      endOfJob.runInContext(context);
      gc({ type: "major", execution: "sync" });
    };
    const probe = forgotten();
    collect();
    return probe.deref() === undefined ? collect : null;
  } catch {
    return null;
  }
}

let made: Collect | null | undefined;

/** The collector of this runtime; `null` where there is none that works within a job. Costs a collection when it is first asked for. */
export function collector(): Collect | null {
  if (made === undefined) made = make();
  return made;
}
