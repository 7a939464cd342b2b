/**
 * Compiling WebAssembly so that V8 makes one 256-bit instruction of two neighbouring vectors, where the processor has them. V8 does so behind a
 * flag, which is on for this one compilation only; it is done at once, as V8 would otherwise compile functions later, when they are called.
 */

import { restoring } from "./ambient.ts";
import { setFlags, v8Release } from "./v8.ts";

declare const process: { readonly arch: string } | undefined;

/**
 * Flags for the compilation, and those that put back what held before. Inlining needs counts of calls, which only the first compiler makes: it is
 * off before that is, and on again after it, as other threads may compile at the same time.
 */
const during = [
  "--experimental-wasm-revectorize",
  "--no-wasm-inlining",
  "--no-liftoff",
  "--no-wasm-lazy-compilation",
] as const;
const after = [
  "--no-experimental-wasm-revectorize",
  "--wasm-lazy-compilation",
  "--liftoff",
  "--wasm-inlining",
] as const;

/** V8 of Node 24 and 26, on which the sweep of all kernels was run; an older one does not know the flag, and a newer one may not. */
const tried: readonly number[] = [13, 14];

/** An empty section of its own makes the bytes others, so that V8 does not take what it compiled of them before. */
const ownSection = [0, 5, 4, 0x77, 0x69, 0x64, 0x65] as const;

/** The module with pairs of vectors; `null` where V8 cannot be told to. Whether the processor has wide vectors shows in the speed. */
export function compilePaired(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  if (!tried.includes(v8Release()) || process?.arch !== "x64") return null;
  const compiled = (): WebAssembly.Module | null =>
    setFlags(...during) ? new WebAssembly.Module(Uint8Array.from([...bytes, ...ownSection])) : null;
  return restoring(compiled, () => {
    setFlags(...after);
  });
}
