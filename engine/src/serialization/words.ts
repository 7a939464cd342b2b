/** Tensors as the bytes of their elements, in row-major order and little-endian. */

import { empty } from "../tensor/create.ts";
import { bytesPerElement, type DType } from "../tensor/dtype.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { contiguousWords } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Returns a copy of the bytes of a tensor. */
export function bytesOf(t: Tensor): Uint8Array {
  const words = contiguousWords(t);
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength).slice();
}

/** Returns a tensor of the elements in `bytes`, which must be as many as the shape has. */
export function tensorOfBytes(bytes: Uint8Array, dtype: DType, shape: Shape): Tensor {
  const t = empty(shape, { dtype });
  const words = t.storage.array;
  const target = new Uint8Array(words.buffer, words.byteOffset, sizeOf(shape) * bytesPerElement[dtype]);
  target.set(bytes);
  // a bool is 0 or 1, whatever the file says
  if (dtype === "bool") for (let i = 0; i < target.length; i++) target[i] = target[i] === 0 ? 0 : 1;
  return t;
}
