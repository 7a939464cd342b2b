/** Plain loops that the reference kernels share. */
import type { NumericArray } from "../tensor/dtype.ts";
import { broadcastStrides, contiguousStrides, type Shape, sizeOf } from "../tensor/shape.ts";

/** out[i] = f(x[i]) */
export function map(out: NumericArray, x: NumericArray, f: (v: number) => number): void {
  for (let i = 0; i < out.length; i++) out[i] = f(x[i]);
}

/** out = f(x, z) with broadcasting; the common cases have loops of their own. */
export function zip(
  out: NumericArray,
  x: NumericArray,
  z: NumericArray,
  shapes: readonly [x: Shape, z: Shape, out: Shape],
  f: (a: number, b: number) => number,
): void {
  const n = out.length;
  if (x.length === n && z.length === n) for (let i = 0; i < n; i++) out[i] = f(x[i], z[i]);
  else if (z.length === 1 && x.length === n) for (let i = 0, b = z[0]; i < n; i++) out[i] = f(x[i], b);
  else if (x.length === 1 && z.length === n) for (let i = 0, a = x[0]; i < n; i++) out[i] = f(a, z[i]);
  else {
    const [xs, zs, to] = shapes;
    const strides = [broadcastStrides(xs, contiguousStrides(xs), to), broadcastStrides(zs, contiguousStrides(zs), to)];
    walk(to, strides, (at, [i, j]) => {
      out[at] = f(x[i], z[j]);
    });
  }
}

/** Visits a shape in row-major order, with one running offset for each list of strides. */
export function walk(
  shape: Shape,
  strides: readonly (readonly number[])[],
  visit: (at: number, offsets: readonly number[]) => void,
): void {
  const n = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  const offsets = new Array<number>(strides.length).fill(0);
  for (let at = 0; at < n; at++) {
    visit(at, offsets);
    for (let d = shape.length - 1; d >= 0; d--) {
      for (let k = 0; k < strides.length; k++) offsets[k] += strides[k][d];
      if (++index[d] < shape[d]) break;
      for (let k = 0; k < strides.length; k++) offsets[k] -= shape[d] * strides[k][d];
      index[d] = 0;
    }
  }
}

/** Where each group of a reduction starts, and where its members lie relative to the start. */
export function groups(
  shape: Shape,
  dims: readonly number[],
): { readonly starts: Int32Array; readonly members: Int32Array } {
  const strides = contiguousStrides(shape);
  const offsets = (pick: (d: number) => boolean): Int32Array => {
    const kept = shape.map((_, d) => d).filter(pick);
    const sub = kept.map((d) => shape[d]);
    const list = new Int32Array(sizeOf(sub));
    walk(sub, [kept.map((d) => strides[d])], (at, [o]) => {
      list[at] = o;
    });
    return list;
  };
  return { starts: offsets((d) => !dims.includes(d)), members: offsets((d) => dims.includes(d)) };
}

/** Sizes before, of, and after one dimension of a row-major array. */
export function around(shape: Shape, dim: number): readonly [outer: number, n: number, inner: number] {
  return [sizeOf(shape.slice(0, dim)), shape[dim] ?? 1, sizeOf(shape.slice(dim + 1))];
}
