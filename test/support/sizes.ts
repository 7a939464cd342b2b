/**
 * Samples in several sizes. Tensors of up to 64 bytes are JavaScript arrays; larger ones lie in the WebAssembly memory, where the kernels take over from 17 elements on. A
 * test of a small sample should hold for a large one as well.
 */
import { type DType, type Tensor, tensor } from "tapelab";
import { withReferenceKernels } from "../../engine/src/dispatch/fast.ts";
import { withEagerKernels } from "../../engine/src/fast/wasm/module.ts";

/** Lengths below and above 64 bytes in float64 and in float32, multiples of a vector and others. */
export const lengths = [1, 5, 8, 9, 16, 17, 100] as const;

/** Returns the elements repeated to a length. */
export const repeated = <T>(values: readonly T[], length: number): T[] =>
  Array.from({ length }, (_, i) => values[i % values.length]);

/** Returns a vector that is contiguous, or has a stride of 3. */
export function vector(values: readonly number[], dtype: DType, strided = false): Tensor {
  const spread = strided ? values.flatMap((v) => [v, 7, 7]) : [...values];
  const all = tensor(Float64Array.from(spread)).to(dtype);
  return strided ? all.reshape([values.length, 3]).select(1, 0) : all;
}

/** Ways to run kernels: chosen by size, the reference kernels alone, and the WebAssembly kernels at any size. */
export const ways: Readonly<Record<string, <T>(body: () => T) => T>> = {
  "by size": (body) => body(),
  "reference kernels": withReferenceKernels,
  "kernels at any size": withEagerKernels,
};
