/** V8, where the runtime is Node. */

interface Builtins {
  readonly versions: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: "node:v8"): { setFlagsFromString(flag: string): void };
}
declare const process: Builtins | undefined;

/** The number of V8's release, such as 13 in Node 24; 0 where there is no V8, or none that says so. */
export function v8Release(): number {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return 0;
  return Number.parseInt(process.versions["v8"] ?? "", 10) || 0;
}

/** Sets flags for what V8 does from now on; `false` where that cannot be done. */
export function setFlags(...flags: readonly string[]): boolean {
  if (v8Release() === 0) return false;
  try {
    const v8 = process?.getBuiltinModule?.("node:v8");
    for (const flag of flags) v8?.setFlagsFromString(flag);
    return v8 !== undefined;
  } catch {
    // a runtime that only says that it has V8
    return false;
  }
}

/** Releases that were tried and know the flag; V8 complains of one that it does not know. */
const knowPretenuring: readonly number[] = [11, 12, 13, 14];
let settled = false;

/**
 * Turns off V8's allocation-site pretenuring, which allocates objects in the old generation where earlier objects of the same call site lived long. Recording allocates
 * arrays of tensors that live long, and backward runs the same code for arrays that die at once: old arrays would then keep young tensors alive. Backward through
 * 200,000 nodes takes 1.25 times as long without this.
 */
export function disablePretenuring(): void {
  if (settled) return;
  settled = true;
  if (knowPretenuring.includes(v8Release())) setFlags("--no-allocation-site-pretenuring");
}
