/** Storage of results. */
import { isComplex, type NumericArray, realDType } from "../tensor/dtype.ts";
import type { Meta } from "../tensor/meta.ts";
import { sizeOf } from "../tensor/shape.ts";
import { allocateUninitialized, clearElements, type Storage } from "../tensor/storage/storage.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A shape rule may return an input; keep only its metadata, not the tensor. */
export const metaOf = (m: Meta): Meta => (m instanceof Tensor ? m.meta : m);

/** Returns the array of a new storage, filled with zeros. */
export const zeroed = (s: Storage): NumericArray => (s.address > 0 ? clearElements(s) : s.array);

/** Returns an uninitialized result of the op named `op`. */
export function blank(meta: Meta, op: string | null): Tensor {
  const { shape, dtype } = meta;
  const numbers = isComplex(dtype) ? 2 * sizeOf(shape) : sizeOf(shape);
  const storage = allocateUninitialized(realDType(dtype), numbers);
  storage.createdBy = op;
  return new Tensor(storage, shape, null, 0, metaOf(meta));
}
