/**
 * Compiling WebAssembly so that V8 makes one 256-bit instruction of two neighbouring vectors, where the processor has them. V8 does so behind a
 * flag, which is on for this one compilation only; it is done at once, as V8 would otherwise compile functions later, when they are called.
 */

interface V8 {
  setFlagsFromString(flag: string): void;
}
interface Builtins {
  readonly arch: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: "node:v8"): V8;
}
declare const process: Builtins | undefined;

/** Flags for the compilation, and those that put back what held before. */
const during = ["--experimental-wasm-revectorize", "--no-liftoff", "--no-wasm-lazy-compilation"];
const after = ["--no-experimental-wasm-revectorize", "--liftoff", "--wasm-lazy-compilation"];

/** The first V8 whose pairs of vectors were found right by the sweep of all kernels. */
const firstGood = 12;

/** An empty section of its own makes the bytes others, so that V8 does not take what it compiled of them before. */
const ownSection = [0, 5, 4, 0x77, 0x69, 0x64, 0x65];

/** The module with pairs of vectors; `null` where V8 cannot be told to. Whether the processor has wide vectors shows in the speed. */
export function compilePaired(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  if (typeof process === "undefined" || process.arch !== "x64" || process.getBuiltinModule === undefined) return null;
  if (Number.parseInt(process.versions["v8"] ?? "0", 10) < firstGood) return null;
  const v8 = process.getBuiltinModule("node:v8");
  try {
    for (const flag of during) v8.setFlagsFromString(flag);
    return new WebAssembly.Module(Uint8Array.from([...bytes, ...ownSection]));
  } catch {
    return null;
  } finally {
    for (const flag of after) v8.setFlagsFromString(flag);
  }
}
