/** Matrix products by a native BLAS. The WebAssembly module calls `nativeProduct` for each large product. */
import { type Blas, findBlas } from "../../platform/blas.ts";
import { sharedMemory } from "../../tensor/storage/memory.ts";

let blas: Blas | null | undefined;

/** Returns the native BLAS, which the first call looks for; `null` where there is none. */
export function nativeBlas(): Blas | null {
  if (blas !== undefined) return blas;
  const memory = sharedMemory();
  blas = memory === null ? null : findBlas(memory);
  return blas;
}

/** The parameters of a product as WebAssembly passes them: addresses are signed integers of 32 bits. */
type Product = (
  transA: number,
  transB: number,
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
) => void;

const productOf =
  (isFloat64: boolean): Product =>
  (transA, transB, m, n, k, alpha, a, aStride, b, bStride, beta, c, cStride) => {
    const [left, right] = [transA !== 0, transB !== 0];
    blas?.gemm(isFloat64, left, right, m, n, k, alpha, a >>> 0, aStride, b >>> 0, bStride, beta, c >>> 0, cStride);
  };

/** Computes C = α A B + β C for matrices of float32 in the memory. */
export const nativeProduct: Product = productOf(false);

/** Computes C = α A B + β C for matrices of float64 in the memory. */
export const nativeProduct64: Product = productOf(true);
