/** The WebAssembly module of the fast kernels, on the memory in which tensors live. */
import { ambient, restoring } from "../../platform/ambient.ts";
import { compilePaired } from "../../platform/compile.ts";
import { clearUpperHalves, noteKernel, useWideRegisters } from "../../platform/registers.ts";
import { allocatePermanent, allocateScratch, freeScratch, sharedMemory } from "../../tensor/storage/memory.ts";
import type { Strided } from "../../tensor/strided.ts";
import { nativeBlas, nativeProduct, nativeProduct64 } from "../linalg/blas.ts";
import { maxThreads } from "../threads/count.ts";
import { type Exports, plainSimd, relaxedSimd } from "./binary.ts";

declare const performance: { now(): number };

/** Names of the kernels that exist for float32 and for float64, exported with 32 and 64 behind the name. */
type TypedName = {
  [K in keyof Exports]: K extends `${infer Name}32` ? (`${Name}64` extends keyof Exports ? Name : never) : never;
}[keyof Exports];

/** The kernels for one of the two dtypes. */
export type TypedKernels = { readonly [Name in TypedName]: Exports[`${Name}32`] };

/** The module's exports, with those for one dtype by the names that both share. */
export interface Kernels extends Exports {
  readonly float32: TypedKernels;
  readonly float64: TypedKernels;
  /** Address of the threads' buffers, `threadBufferBytes` apart. */
  readonly threadBuffers: number;
  /** The compiled module, for other threads. */
  readonly module: object;
}

/** The variants in the order of preference: relaxed SIMD with pairs of vectors joined to 256 bits, relaxed SIMD, and the SIMD that every browser has. */
export type Variant = "wide" | "relaxed" | "plain";
const variants: Readonly<Record<Variant, string>> = { wide: relaxedSimd, relaxed: relaxedSimd, plain: plainSimd };

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** Address of the threads' buffers, which all variants share. */
let threadBuffers: number | undefined;

function typed(exports: Exports, bits: "32" | "64"): TypedKernels {
  const found = Object.entries(exports).filter(([name]) => name.endsWith(bits));
  return Object.fromEntries(found.map(([name, kernel]) => [name.slice(0, -bits.length), kernel])) as TypedKernels;
}

/** Returns the kernels for the dtype of a tensor, which is float32 or float64. */
export const kernelsOf = (wasm: Kernels, t: Strided): TypedKernels =>
  t.storage.dtype === "float64" ? wasm.float64 : wasm.float32;

function load(variant: Variant): Kernels | null {
  const memory = sharedMemory();
  const bytes = bytesOf(variants[variant]);
  if (memory === null || !WebAssembly.validate(bytes)) return null;
  const products = { product: nativeProduct, product64: nativeProduct64 };
  const env: object = { memory, abort: () => {}, sin: Math.sin, cos: Math.cos, log: Math.log, ...products };
  const module = variant === "wide" ? compilePaired(bytes) : new WebAssembly.Module(bytes);
  if (module === null) return null;
  const exports = new WebAssembly.Instance(module, { env: env as Record<string, never> }).exports as unknown as Exports;
  threadBuffers ??= allocatePermanent(maxThreads * exports.threadBufferBytes.value);
  if (variant === "wide" && !areWideTilesFaster(exports, threadBuffers)) return null;
  exports.setUpThread(threadBuffers, Number(variant === "wide"));
  exports.useNativeBlas(nativeBlas() === null ? 0 : 1);
  return { ...exports, float32: typed(exports, "32"), float64: typed(exports, "64"), module, threadBuffers };
}

/** Whether wide tiles are faster than narrow ones, so that V8 did join pairs of vectors: compares the best times of a few products. */
function areWideTilesFaster(exports: Exports, buffer: number): boolean {
  const [m, n, k] = [24, 64, 128];
  const probe = allocateScratch(4 * (m * k + k * n + m * n));
  const [a, b] = [probe.address, probe.address + 4 * m * k];
  exports.clear(4 * (m * k + k * n), a);
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < 16; i++) {
    exports.setUpThread(buffer, i & 1);
    const start = performance.now();
    exports.gemm32(m, n, k, 1, a, k, 1, b, n, 1, b + 4 * k * n, n, 0, 0);
    best[i & 1] = Math.min(best[i & 1], performance.now() - start);
  }
  freeScratch(probe);
  return best[1] < best[0];
}

let loaded: Kernels | null | undefined;
let variant: Variant | null = null;

/** Returns the kernels, and loads them on the first call; `null` where WebAssembly has no SIMD or no shared memory. */
export function kernels(): Kernels | null {
  if (loaded !== undefined) return loaded;
  // assigned at the end: a program that was terminated in here would have no kernels later
  let found: Kernels | null = null;
  for (const name of Object.keys(variants) as Variant[]) {
    found = load(name);
    if (found === null) continue;
    variant = name;
    if (name === "wide") useWideRegisters();
    break;
  }
  loaded = found;
  return found;
}

/** Whether kernels are used for work of any size. */
const testing = ambient(() => ({ eager: false }));

/** The number of elements of the last work. */
const last = ambient(() => ({ size: 0 }));

/** The number of elements from which the time of clearing registers does not count. */
const large = 2048;

/** Returns the kernels for work on `size` elements, or `null` for fewer than `minSize`: below that, a JavaScript loop is faster than a call of WebAssembly. */
export function kernelsFor(size: number, minSize: number): Kernels | null {
  if (size === 0 || (size < minSize && !testing.eager)) return null;
  // some kernels call functions of Math
  if (size >= large) clearUpperHalves();
  noteKernel();
  last.size = size;
  return kernels();
}

/** Clears the upper halves of registers behind large work, for code of the program that is not known. */
export function clearBehindLargeWork(): void {
  if (last.size >= large) clearUpperHalves();
}

/** Runs `body` with kernels for work of any size, for tests. */
export function withEagerKernels<T>(body: () => T): T {
  testing.eager = true;
  try {
    return body();
  } finally {
    testing.eager = false;
  }
}

/** Returns the variant that is loaded; `null` before the first use of a kernel, and where there are none. */
export const kernelVariant = (): Variant | null => variant;

const others = new Map<Variant, Kernels | null>();

/** Runs `body` with one of the variants, for tests; with "relaxed" for "wide" where V8 does not join pairs of vectors. */
export function withVariant<T>(name: Variant, body: () => T): T {
  const before = loaded;
  const other = others.get(name) ?? load(name) ?? (name === "wide" ? load("relaxed") : null);
  others.set(name, other);
  const within = (): T => {
    loaded = other;
    return body();
  };
  return restoring(within, () => {
    loaded = before;
  });
}
