/** Fewer dimensions for the same walk. */
import type { Shape } from "../../tensor/shape.ts";

export interface Walk {
  readonly shape: readonly number[];
  /** Strides by operand. */
  readonly strides: readonly (readonly number[])[];
}

/** Drops dimensions of size 1 and joins neighbours that all operands can walk through as one. */
export function collapse(shape: Shape, operands: readonly (readonly number[])[]): Walk {
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
