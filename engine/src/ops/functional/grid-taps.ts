/** The elements of an image that its value at a position is computed from. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type GridAxis, padded } from "./grid-position.ts";

/** Parameters of the op. */
export interface GridTaps {
  /** The spatial dimensions of the image. */
  readonly axes: readonly GridAxis[];
  /** Offsets of the elements from the position, on each dimension. */
  readonly offsets: readonly number[];
  /** Whether padding is of the elements; otherwise positions have it already, and elements outside are left out. */
  readonly padsElements: boolean;
}

/** Returns the index of an element on one dimension, or -1 outside. */
function indexOn(at: number, axis: GridAxis, padsElements: boolean): number {
  const index = padsElements ? Math.trunc(padded(at, axis)[0]) : at;
  return index >= 0 && index < axis.size ? Math.trunc(index) : -1;
}

const gridTapsOp: Run<GridTaps> = defineOp<GridTaps>({
  name: "gridTaps",
  torch: "ops.aten.grid_sampler_indices",
  access: "internal",
  signature: "input, axes, offsets, padsElements",
  label: ({ axes, offsets }) => `${offsets.length ** axes.length} taps`,
  tex: { forward: "k = \\operatorname{index}(x)", vjp: "0" },
  outputs: ([x], { axes, offsets }) => {
    requireFloat("gridTaps", x.dtype);
    return { shape: [...x.shape.slice(0, -1), offsets.length ** axes.length], dtype: "int32" };
  },
  kernel: (out, [x], { params: { axes, offsets, padsElements } }) => {
    const [rank, taps] = [axes.length, offsets.length];
    // indices over the first dimensions, and those on the next one
    const indices = new Int32Array(taps ** rank);
    const next = new Int32Array(taps);
    for (let p = 0; p * rank < x.length; p++) {
      indices[0] = 0;
      for (let d = 0, filled = 1; d < rank; d++, filled *= taps) {
        for (let t = 0; t < taps; t++) next[t] = indexOn(x[p * rank + d] + offsets[t], axes[d], padsElements);
        for (let i = filled - 1; i >= 0; i--) {
          const before = indices[i];
          for (let t = 0; t < taps; t++)
            indices[i * taps + t] = before < 0 || next[t] < 0 ? -1 : before * axes[d].size + next[t];
        }
      }
      for (let i = 0; i < indices.length; i++) out[p * indices.length + i] = indices[i];
    }
  },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: ([x], _batched, params) => gridTapsOp([x], params),
  samples: (r) => [
    {
      input: r.integers([2, 3, 2], -1, 4).to("float64"),
      axes: [
        { size: 3, padding: "zeros", alignCorners: false },
        { size: 2, padding: "zeros", alignCorners: false },
      ],
      offsets: [0, 1],
      padsElements: false,
    },
    {
      input: r.integers([1, 3, 1], -1, 4).to("float64"),
      axes: [{ size: 3, padding: "reflection", alignCorners: true }],
      offsets: [-1, 0, 1, 2],
      padsElements: true,
    },
  ],
  call: (input: Tensor, axes: readonly GridAxis[], offsets: readonly number[], padsElements: boolean) =>
    gridTapsOp([input], { axes, offsets, padsElements }),
});

/**
 * Returns the row-major indices of the elements around integer positions [N, P, spatial dimensions]: [N, P, offsets ^ spatial dimensions], with -1 for elements
 * outside that have no index.
 */
export const gridTaps = (positions: Tensor, params: GridTaps): Tensor => gridTapsOp([positions], params);
