/** Exchanging two dimensions of a copy. */
import type { Kernels } from "./module.ts";
import { move } from "./move.ts";

/** Copies [outer, n, inner] to [outer, inner, n], elements of so many bytes. */
export function transposeLines(
  wasm: Kernels,
  bytes: number,
  outer: number,
  n: number,
  inner: number,
  from: number,
  to: number,
): void {
  if (bytes === 4) wasm.gather32(1, outer, inner, n, from, 0, 4 * n * inner, 4, 4 * inner, to);
  else {
    const strides = [n * inner, n, 1];
    move(wasm, bytes, [outer, inner, n], { address: from, strides: [n * inner, 1, inner] }, { address: to, strides });
  }
}
