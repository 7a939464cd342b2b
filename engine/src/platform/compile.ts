/**
 * Compiling WebAssembly with V8's revectorization, which joins operations on two neighbouring 128-bit vectors into one on 256 bits where the processor has
 * AVX2. It is behind a flag, which is set for this one compilation. The compilation is eager, as V8 would otherwise compile functions when they are called.
 */

import { restoring } from "./ambient.ts";
import { setFlags, v8Release } from "./v8.ts";

declare const process: { readonly arch: string } | undefined;

/**
 * Flags for the compilation, and those that restore the defaults. Inlining needs call counts, which only code of Liftoff, V8's baseline compiler, collects. So
 * inlining is switched off before Liftoff and on after it, as other threads may compile at the same time.
 */
const flags = [
  "--experimental-wasm-revectorize",
  "--no-wasm-inlining",
  "--no-liftoff",
  "--no-wasm-lazy-compilation",
] as const;
const defaults = [
  "--no-experimental-wasm-revectorize",
  "--wasm-lazy-compilation",
  "--liftoff",
  "--wasm-inlining",
] as const;

/** Releases of V8 in Node 24 and 26, on which all kernels were tested. Older ones do not have the flag, and newer ones may drop it. */
const testedReleases: readonly number[] = [13, 14];

/** An empty custom section, "wide". With it the bytes differ, so that V8 does not reuse code that it compiled of them without the flags. */
const customSection = [0, 5, 4, 0x77, 0x69, 0x64, 0x65] as const;

/** Compiles a module with revectorization; `null` where V8 has no such flag. Whether the processor has AVX2 shows only in the module's speed. */
export function compilePaired(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  if (!testedReleases.includes(v8Release()) || process?.arch !== "x64") return null;
  const compiled = (): WebAssembly.Module | null =>
    setFlags(...flags) ? new WebAssembly.Module(Uint8Array.from([...bytes, ...customSection])) : null;
  return restoring(compiled, () => {
    setFlags(...defaults);
  });
}
