/** Positions of elements that are not 0, and signs of indices. */
import type { DType, NumericArray } from "../../tensor/dtype.ts";
import { hasBigInts } from "../../tensor/encoding.ts";
import { contiguousStrides, type Shape } from "../../tensor/shape.ts";
import { contiguousArray, contiguousWords } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Writes the positions of bools that are true, and returns their number. The next place is written in any case, as a branch would be predicted badly. */
function truePositions(bools: Uint8Array, found: Int32Array): number {
  let count = 0;
  for (let i = 0; i < bools.length; i++) {
    found[count] = i;
    count += bools[i];
  }
  return count;
}

/** Writes the positions of float32 that are not 0, and returns their number: a loop that V8 compiles for one kind of array. */
function floatPositions(elements: Float32Array, found: Int32Array): number {
  let count = 0;
  for (let i = 0; i < elements.length; i++) {
    found[count] = i;
    count += +(elements[i] !== 0);
  }
  return count;
}

/** Writes the positions of the elements that are not 0, and returns their number. */
function otherPositions(elements: NumericArray, found: Int32Array): number {
  let count = 0;
  for (let i = 0; i < elements.length; i++) {
    found[count] = i;
    count += +(elements[i] !== 0);
  }
  return count;
}

/** Returns the positions of the elements of a dtype that are not 0. */
export function nonzeroPositions(elements: NumericArray, dtype: DType): Int32Array {
  if (hasBigInts(elements)) {
    const isSet = Uint8Array.from(elements, (v) => ((v as unknown) !== 0n ? 1 : 0));
    return nonzeroPositions(isSet, "bool");
  }
  const found = new Int32Array(elements.length + 1);
  const count =
    dtype === "bool"
      ? truePositions(elements as Uint8Array, found)
      : elements instanceof Float32Array
        ? floatPositions(elements, found)
        : otherPositions(elements, found);
  return found.slice(0, count);
}

/**
 * Returns the coordinates of rising positions along each dimension of a shape. Quotients rise with the positions, so that they are found by steps; a division takes longer.
 */
export function coordinatesOf(positions: Int32Array, shape: Shape): Int32Array[] {
  const strides = contiguousStrides(shape);
  return shape.map((size, d) => {
    const stride = strides[d];
    if (stride === 1 && d === 0) return positions;
    const out = new Int32Array(positions.length);
    // the row of the last position, its end, and the index of the dimension
    let [row, end, at] = [0, stride, 0];
    for (let k = 0; k < positions.length; k++) {
      const p = positions[k];
      if (p >= end) {
        row = Math.floor(p / stride);
        end = (row + 1) * stride;
        at = row % size;
      }
      out[k] = at;
    }
    return out;
  });
}

/** Whether an index has entries below 0, or may have them: inside `vmap` they cannot be read. */
export function mayBeNegative(index: Tensor): boolean {
  if (index.storage.isBatched) return true;
  if (index.dtype !== "int64") {
    const list = contiguousArray(index);
    let signs = 0;
    for (let i = 0; i < list.length; i++) signs |= list[i];
    return signs < 0;
  }
  // the high words of int64 have the sign
  const words = contiguousWords(index);
  let signs = 0;
  for (let i = 1; i < words.length; i += 2) signs |= words[i];
  return signs < 0;
}
