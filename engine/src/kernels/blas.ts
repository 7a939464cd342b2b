/** Matrix products by a native BLAS where there is one. The module asks for them, product by product. */
import { type Blas, findBlas } from "../platform/blas.ts";
import { sharedMemory } from "../tensor/memory.ts";
import { getNumThreads } from "./count.ts";

let blas: Blas | null | undefined;
/** How many threads the library was told to use. */
let told = 0;

/** The native library; `null` where there is none. Looked for once. */
export function nativeBlas(): Blas | null {
  if (blas !== undefined) return blas;
  const memory = sharedMemory();
  blas = memory === null ? null : findBlas(memory);
  return blas;
}

/** How a matrix with these steps is given to BLAS: by rows, or as the transpose of one; `null` where it is neither. */
function layout(row: number, column: number): readonly [transposed: boolean, stride: number] | null {
  if (column === 1) return [false, row];
  return row === 1 ? [true, column] : null;
}

/** C = α A B (+ C where `accumulate`); 0 where BLAS cannot do it. Numbers come as 32 bits. */
export function nativeProduct(
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  bRow: number,
  bColumn: number,
  c: number,
  cRow: number,
  accumulate: number,
): number {
  const left = layout(aRow, aColumn);
  const right = layout(bRow, bColumn);
  if (!blas || left === null || right === null) return 0;
  // a stride is at least a row's length, also where there is one row
  const strideA = Math.max(left[1], left[0] ? m : k);
  const strideB = Math.max(right[1], right[0] ? k : n);
  if (told !== getNumThreads()) {
    told = getNumThreads();
    blas.setThreads(told);
  }
  blas.gemm(left[0], right[0], m, n, k, alpha, a >>> 0, strideA, b >>> 0, strideB, accumulate, c >>> 0, cRow);
  return 1;
}
