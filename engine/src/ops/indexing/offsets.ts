/** The elements that index tensors pick: their positions in the input, and loops over them. */

import { visitElements } from "../../dispatch/loops.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides, type Shape, sizeOf } from "../../tensor/shape.ts";
import { boundIndex } from "../shape/slice.ts";

/** The dimensions that index tensors pick from. */
export interface Picked {
  /** The dimension of each index tensor. */
  readonly dims: readonly number[];
  /** The numbers that errors give these dimensions: those of the tensor before integers and new dimensions changed it. */
  readonly axes: readonly number[];
  /** Whether the picked dimensions come first in the result, because the entries of the index did not follow each other; else they stay in place. */
  readonly front: boolean;
}

/** The dimensions of the result: those of the index tensors, after broadcasting, and the other dimensions of the input before and after them. */
interface Layout {
  readonly picked: Shape;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function layoutOf(x: Shape, indices: readonly Shape[], { dims, front }: Picked): Layout {
  const kept = x.map((_, d) => d).filter((d) => !dims.includes(d));
  return {
    picked: broadcastShapes("index", indices),
    before: front ? [] : kept.filter((d) => d < dims[0]),
    after: front ? kept : kept.filter((d) => d > dims[0]),
  };
}

/** Returns the shape of the elements that index tensors of these shapes pick. */
export function pickedShape(x: Shape, indices: readonly Shape[], params: Picked): Shape {
  const { picked, before, after } = layoutOf(x, indices, params);
  return [...before.map((d) => x[d]), ...picked, ...after.map((d) => x[d])];
}

/** Offsets in the input, of which a sum of one from each list belongs to each element of the result, in row-major order. */
export interface Offsets {
  readonly outer: Int32Array;
  readonly bases: Int32Array;
  readonly inner: Int32Array;
  /** Whether the inner offsets are 0, 1, 2, …, so that whole runs of elements can be copied. */
  readonly isRun: boolean;
}

/**
 * Returns the offsets of the picked elements.
 * @throws IndexError for an index out of range.
 */
export function offsetsOf(
  op: string,
  x: Shape,
  indices: readonly NumericArray[],
  shapes: readonly Shape[],
  p: Picked,
): Offsets {
  const { picked, before, after } = layoutOf(x, shapes, p);
  const strides = contiguousStrides(x);
  const bases = new Int32Array(sizeOf(picked));
  p.dims.forEach((d, k) => {
    const [index, size, stride, axis] = [indices[k], x[d], strides[d], p.axes[k]];
    visitElements(picked, [broadcastStrides(shapes[k], contiguousStrides(shapes[k]), picked)], (at, [o]) => {
      const i = index[o];
      bases[at] += (i >= 0 && i < size ? i : boundIndex(op, i, size, axis)) * stride;
    });
  });
  const along = (dims: readonly number[]): Int32Array => {
    const sizes = dims.map((d) => x[d]);
    const out = new Int32Array(sizeOf(sizes));
    visitElements(sizes, [dims.map((d) => strides[d])], (at, [o]) => {
      out[at] = o;
    });
    return out;
  };
  const inner = along(after);
  return { outer: along(before), bases, inner, isRun: inner.every((o, i) => o === i) };
}

/** Runs shorter than this are copied one by one, which takes less time than creating a view. */
const minRun = 16;

/** Copies the picked elements of `x` to `out`. */
export function takeElements(out: NumericArray, x: NumericArray, { outer, bases, inner, isRun }: Offsets): void {
  const n = inner.length;
  let at = 0;
  for (const o of outer)
    for (const b of bases) {
      const from = o + b;
      if (isRun && n >= minRun) out.set(x.subarray(from, from + n), at);
      else for (let i = 0; i < n; i++) out[at + i] = x[from + inner[i]];
      at += n;
    }
}

/** Copies `values` to the picked elements of `out`. Of several values for one element, the last remains. */
export function storeElements(out: NumericArray, values: NumericArray, { outer, bases, inner, isRun }: Offsets): void {
  const n = inner.length;
  let at = 0;
  for (const o of outer)
    for (const b of bases) {
      const to = o + b;
      if (isRun && n >= minRun) out.set(values.subarray(at, at + n), to);
      else for (let i = 0; i < n; i++) out[to + inner[i]] = values[at + i];
      at += n;
    }
}
