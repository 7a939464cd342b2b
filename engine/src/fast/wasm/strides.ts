/** Iterating over fewer dimensions. */
import type { Shape } from "../../tensor/shape.ts";

/** A shape and the strides of some operands over it. */
export interface StridedLoop {
  readonly shape: readonly number[];
  /** The strides of each operand. */
  readonly strides: readonly (readonly number[])[];
}

/** Drops dimensions of size 1, and merges neighbouring dimensions over which every operand has one stride. */
export function collapse(shape: Shape, operands: readonly (readonly number[])[]): StridedLoop {
  const sizes: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    if (shape[d] === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && operands.every((s, k) => strides[k][last] === s[d] * shape[d])) {
      sizes[last] *= shape[d];
      operands.forEach((s, k) => {
        strides[k][last] = s[d];
      });
    } else {
      sizes.push(shape[d]);
      operands.forEach((s, k) => strides[k].push(s[d]));
    }
  }
  if (sizes.length === 0) return { shape: [1], strides: operands.map(() => [0]) };
  return { shape: sizes, strides };
}
