/** The WebAssembly module of the fast kernels, on the memory in which tensors live. */
import { ambient, restoring } from "../../platform/ambient.ts";
import { compilePaired } from "../../platform/compile.ts";
import { allocatePermanent, allocateScratch, freeScratch, sharedMemory } from "../../tensor/storage/memory.ts";
import type { Strided } from "../../tensor/strided.ts";
import { nativeBlas, nativeProduct } from "../linalg/blas.ts";
import { mostThreads } from "../threads/count.ts";
import { plainSimd, relaxedSimd } from "./binary.ts";

declare const performance: { now(): number };

type Kernel = (...args: readonly number[]) => void;

/** Functions of one tensor, for float32 and float64. */
export const unaryNames = [
  "neg",
  "abs",
  "sqrt",
  "relu",
  "square",
  "reciprocal",
  "rsqrt",
  "exp",
  "log",
  "tanh",
  "sigmoid",
  "erf",
  "gelu",
  "geluTanh",
  "sin",
  "cos",
  "floor",
  "ceil",
  "trunc",
  "round",
  "sign",
] as const;
export type UnaryName = (typeof unaryNames)[number];
export type SlopeName = "relu" | "tanh" | "sigmoid" | "gelu" | "geluTanh";

/** Kernels that are there for float32 and float64: exported with 32 and 64 behind the name. */
type WidthName =
  | UnaryName
  | `${SlopeName}Slope`
  | "binary"
  | "compare"
  | "where"
  | "gemm"
  | "dot"
  | "sum"
  | "spread"
  | "extreme"
  | "softmax"
  | "softmaxGrad"
  | "logSoftmax"
  | "logSoftmaxGrad"
  | "norm"
  | "normGrad"
  | "channelNorm"
  | "channelNormGrad"
  | "maxPool"
  | "maxPoolGrad"
  | "avgPool"
  | "avgPoolBack"
  | "uniform"
  | "normal"
  | "gather"
  | "lstm"
  | "lstmGrad"
  | "packWhole"
  | "addRows"
  | "gatherLast"
  | "scatterLast"
  | "nll"
  | "nllGrad";
/** Those for one of the two. */
export type Width = Readonly<Record<WidthName, Kernel>>;

/** What engine/wasm exports; addresses in bytes. */
interface Exports extends Readonly<Record<`${WidthName}${32 | 64}`, Kernel>> {
  readonly ownBytes: { readonly value: number };
  readonly flat32: Kernel;
  readonly finite32: Kernel;
  readonly useNative: Kernel;
  readonly prepare: Kernel;
  readonly offer: Kernel;
  readonly runAlone: Kernel;
  readonly runFirst: (job: number) => number;
  readonly isFinished: (job: number, chunks: number, looks: number) => number;
  readonly rest: Kernel;
  readonly copy: Kernel;
  readonly copyRows: Kernel;
  readonly clear: Kernel;
  readonly takeRows: Kernel;
  readonly outside: (n: number, entries: number, index: number) => number;
  readonly steps32: Kernel;
}

export interface Kernels extends Exports {
  readonly float32: Width;
  readonly float64: Width;
  /** Memory of its own for each of the threads, `ownBytes` apart. */
  readonly own: number;
  /** The compiled module, for other threads. */
  readonly module: object;
}

/** The variants in the order of preference: with fused multiply-add, in pairs of vectors or not, and with what every browser has. */
export type Variant = "wide" | "relaxed" | "plain";
const variants: Readonly<Record<Variant, string>> = { wide: relaxedSimd, relaxed: relaxedSimd, plain: plainSimd };

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** As large for all variants. */
let own: number | undefined;

function width(exports: Exports, bits: "32" | "64"): Width {
  const found = Object.entries(exports).filter(([name]) => name.endsWith(bits));
  return Object.fromEntries(found.map(([name, kernel]) => [name.slice(0, -bits.length), kernel])) as Width;
}

/** The kernels for the dtype of a tensor, which is one of the two. */
export const widthOf = (wasm: Kernels, t: Strided): Width =>
  t.storage.dtype === "float64" ? wasm.float64 : wasm.float32;

function load(variant: Variant): Kernels | null {
  const memory = sharedMemory();
  const bytes = bytesOf(variants[variant]);
  if (memory === null || !WebAssembly.validate(bytes)) return null;
  const env: object = { memory, abort: () => {}, sin: Math.sin, cos: Math.cos, log: Math.log, product: nativeProduct };
  const module = variant === "wide" ? compilePaired(bytes) : new WebAssembly.Module(bytes);
  if (module === null) return null;
  const exports = new WebAssembly.Instance(module, { env: env as Record<string, never> }).exports as unknown as Exports;
  own ??= allocatePermanent(mostThreads * exports.ownBytes.value);
  if (variant === "wide" && !widePays(exports, own)) return null;
  exports.prepare(own, Number(variant === "wide"));
  exports.useNative(nativeBlas() === null ? 0 : 1);
  return { ...exports, float32: width(exports, "32"), float64: width(exports, "64"), module, own };
}

/** Whether wide tiles are the faster ones here, so that pairs of vectors were made: the best of some products of either kind. */
function widePays(exports: Exports, own: number): boolean {
  const [m, n, k] = [24, 64, 128];
  const probe = allocateScratch(4 * (m * k + k * n + m * n));
  const [a, b] = [probe.address, probe.address + 4 * m * k];
  exports.clear(4 * (m * k + k * n), a);
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < 16; i++) {
    exports.prepare(own, i & 1);
    const start = performance.now();
    exports.gemm32(m, n, k, 1, a, k, 1, b, n, 1, b + 4 * k * n, n, 0, 0);
    best[i & 1] = Math.min(best[i & 1], performance.now() - start);
  }
  freeScratch(probe);
  return best[1] < best[0];
}

let loaded: Kernels | null | undefined;
let variant: Variant | null = null;

/** The kernels, loaded when they are first wanted; `null` where WebAssembly has no SIMD or no shared memory. */
export function kernels(): Kernels | null {
  if (loaded !== undefined) return loaded;
  // assigned at the end: a program that is terminated here would go on without kernels
  let found: Kernels | null = null;
  for (const name of Object.keys(variants) as Variant[]) {
    found = load(name);
    if (found === null) continue;
    variant = name;
    break;
  }
  loaded = found;
  return found;
}

/** Whether kernels are used for work of any size. */
const tested = ambient(() => ({ eager: false }));

/** The kernels for work of a size that is worth their while. */
export const kernelsFor = (size: number, worthwhile: number): Kernels | null =>
  size > 0 && (size >= worthwhile || tested.eager) ? kernels() : null;

/** Runs `body` with kernels for work of any size, for tests. */
export function withEagerKernels<T>(body: () => T): T {
  tested.eager = true;
  try {
    return body();
  } finally {
    tested.eager = false;
  }
}

/** Which variant runs; `null` before the kernels were wanted, and where there are none. */
export const kernelVariant = (): Variant | null => variant;

const others = new Map<Variant, Kernels | null>();

/** Runs `body` with one of the variants, for tests; where V8 makes no pairs of vectors, the same kernels without. */
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
