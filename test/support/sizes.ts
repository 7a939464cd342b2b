/**
 * Samples in several sizes. Tensors of up to 64 bytes are arrays of their own; larger ones lie in the memory of the WebAssembly kernels, which take
 * over from 17 elements on. What a test says of a small sample, it should say of a large one as well.
 */
import { type DType, type Tensor, tensor } from "tapelab";
import { withReferenceKernels } from "../../engine/src/dispatch/fast.ts";
import { withEagerKernels } from "../../engine/src/fast/wasm/module.ts";

/** Lengths on both sides of 64 bytes in float64 and in float32, of a whole number of vectors or not. */
export const lengths = [1, 5, 8, 9, 16, 17, 100] as const;

/** Returns the elements repeated to a length. */
export const repeated = <T>(values: readonly T[], length: number): T[] =>
  Array.from({ length }, (_, i) => values[i % values.length]);

/** Returns a vector whose elements lie side by side, or every third one of something larger. */
export function vector(values: readonly number[], dtype: DType, strided = false): Tensor {
  const spread = strided ? values.flatMap((v) => [v, 7, 7]) : [...values];
  const all = tensor(Float64Array.from(spread)).to(dtype);
  return strided ? all.reshape([values.length, 3]).select(1, 0) : all;
}

/** The ways to run a kernel: as the sizes choose, the record's own loops alone, and the WebAssembly kernels at any size. */
export const ways: Readonly<Record<string, <T>(body: () => T) => T>> = {
  "by size": (body) => body(),
  "reference kernels": withReferenceKernels,
  "kernels at any size": withEagerKernels,
};
