/** Elements of a tensor as nested arrays. */
import { contiguousArray, type Strided } from "./strided.ts";

/** Nested arrays of numbers or booleans, as deep as the tensor has dimensions; a single number or boolean for a scalar. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** Returns the elements as nested arrays of numbers, or of booleans if the dtype is bool. */
export function nestedArray(t: Strided): NestedArray {
  const flat = contiguousArray(t);
  const isBool = t.storage.dtype === "bool";
  let next = 0;
  const fill = (dim: number): NestedArray => {
    if (dim < t.shape.length) return Array.from({ length: t.shape[dim] }, () => fill(dim + 1));
    const value = flat[next++];
    return isBool ? value !== 0 : value;
  };
  return fill(0);
}
