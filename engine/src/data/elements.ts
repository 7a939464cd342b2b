/** Elements of tensors as bytes, which pass between threads. */
import { tensorOfBytes } from "../serialization/words.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Elements of a tensor, in row-major order and little-endian. */
export interface Elements {
  readonly bytes: Uint8Array;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Returns the tensor of elements. */
export const tensorOf = ({ bytes, dtype, shape }: Elements): Tensor => tensorOfBytes(bytes, dtype, shape);
