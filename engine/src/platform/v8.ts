/** Version and flags of V8, where the runtime has it. */

interface Builtins {
  readonly versions: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: "node:v8"): { setFlagsFromString(flag: string): void };
}
declare const process: Builtins | undefined;

/** Returns the major version of V8, such as 13 in Node 24; 0 where it is unknown or the runtime has another engine. */
export function v8Release(): number {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return 0;
  return Number.parseInt(process.versions["v8"] ?? "", 10) || 0;
}

/** Sets flags of V8, and returns whether the runtime could. */
export function setFlags(...flags: readonly string[]): boolean {
  if (v8Release() === 0) return false;
  try {
    const v8 = process?.getBuiltinModule?.("node:v8");
    for (const flag of flags) v8?.setFlagsFromString(flag);
    return v8 !== undefined;
  } catch {
    // a runtime that claims to have V8
    return false;
  }
}

/** Major versions that are known to have the flag; V8 prints an error for an unknown one. */
const withPretenuring: readonly number[] = [11, 12, 13, 14];
let isDisabled = false;

/**
 * Disables pretenuring: V8 would allocate arrays in the old generation when earlier ones from the same line of code lived long. Recording allocates arrays of
 * tensors that live long, and the backward walk runs the same code for arrays that die at once, which would keep young tensors alive from the old
 * generation. Backward through 200,000 nodes takes 1.25 times as long without this.
 */
export function disablePretenuring(): void {
  if (isDisabled) return;
  isDisabled = true;
  if (withPretenuring.includes(v8Release())) setFlags("--no-allocation-site-pretenuring");
}
