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

/** Computes C = α A B + β C for matrices in the memory. WebAssembly passes addresses as signed integers of 32 bits. */
export function nativeProduct(
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
): void {
  const [left, right] = [transA !== 0, transB !== 0];
  blas?.gemm(left, right, m, n, k, alpha, a >>> 0, aStride, b >>> 0, bStride, beta, c >>> 0, cStride);
}
