/** Loops of the reference kernels. */
import { castArray, type DType, isInteger, type NumericArray } from "../tensor/dtype.ts";
import { broadcastStrides, contiguousStrides, type Shape, sizeOf } from "../tensor/shape.ts";

type Unary = (v: number) => number;
type Binary = (a: number, b: number) => number;

function each(out: NumericArray, x: NumericArray, f: Unary): void {
  for (let i = 0; i < out.length; i++) out[i] = f(x[i]);
}
function pairs(out: NumericArray, x: NumericArray, z: NumericArray, f: Binary): void {
  for (let i = 0; i < out.length; i++) out[i] = f(x[i], z[i]);
}
function withRight(out: NumericArray, x: NumericArray, b: number, f: Binary): void {
  for (let i = 0; i < out.length; i++) out[i] = f(x[i], b);
}
function withLeft(out: NumericArray, a: number, z: NumericArray, f: Binary): void {
  for (let i = 0; i < out.length; i++) out[i] = f(a, z[i]);
}

/** Computes a row from operands with steps of 1, or 0 where they are broadcast. */
function row(
  out: NumericArray,
  at: number,
  n: number,
  x: NumericArray,
  i: number,
  xStep: number,
  z: NumericArray,
  j: number,
  zStep: number,
  f: Binary,
): void {
  for (let k = 0; k < n; k++) out[at + k] = f(x[i + k * xStep], z[j + k * zStep]);
}

/**
 * Returns a copy of a function without free variables, for one op. Closures of one function share type feedback in V8, so a loop that calls a parameter is
 * megamorphic once it has seen several ops; in a copy the call is monomorphic and inlined, which is several times faster. Where code cannot be compiled from text,
 * as under a strict content security policy, all ops share the function itself.
 */
export function ownCopy<T extends (...args: never[]) => void>(loop: T): T {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is this file's own
    return new Function(`"use strict"; return ${String(loop)}`)() as T;
  } catch {
    return loop;
  }
}

/**
 * Returns the elements cast to a dtype, or the array itself if that changes nothing. PyTorch casts operands to one dtype before it computes. Kernels compute in
 * float64, which represents every float32, integer below 2^53 and bool, so that only casts to float32, and of numbers to integers, make a difference.
 */
export function castTo(x: NumericArray, dtype: DType): NumericArray {
  if (dtype === "float32") return x instanceof Float64Array || x instanceof Int32Array ? new Float32Array(x) : x;
  return x instanceof Float64Array && isInteger(dtype) ? castArray(x, dtype) : x;
}

/** Returns the addition of elements of a dtype; of bools it is the logical or. */
export const additionOf = (dtype: DType): Binary => (dtype === "bool" ? (a, b) => a | b : (a, b) => a + b);

/** Returns the loop out[i] = f(x[i]). */
export function mapper(f: Unary): (out: NumericArray, x: NumericArray) => void {
  let loop: typeof each | null = null;
  return (out, x) => {
    loop ??= ownCopy(each);
    loop(out, x, f);
  };
}

/** Returns the loop out = f(x, z), with broadcasting; equal shapes and scalars have loops of their own. */
export function zipper(
  f: Binary,
): (out: NumericArray, x: NumericArray, z: NumericArray, xs: Shape, zs: Shape, to: Shape) => void {
  let loops: {
    readonly pairs: typeof pairs;
    readonly right: typeof withRight;
    readonly left: typeof withLeft;
    readonly row: typeof row;
  } | null = null;
  return (out, x, z, xs, zs, to) => {
    loops ??= { pairs: ownCopy(pairs), right: ownCopy(withRight), left: ownCopy(withLeft), row: ownCopy(row) };
    const n = out.length;
    if (x.length === n && z.length === n) loops.pairs(out, x, z, f);
    else if (z.length === 1 && x.length === n) loops.right(out, x, z[0], f);
    else if (x.length === 1 && z.length === n) loops.left(out, x[0], z, f);
    else {
      const strides = [xs, zs].map((shape) => broadcastStrides(shape, contiguousStrides(shape), to));
      const [xStep, zStep] = strides.map((s) => s[s.length - 1] ?? 0);
      const columns = to[to.length - 1] ?? 1;
      const { row: loop } = loops;
      visitElements(
        to.slice(0, -1),
        strides.map((s) => s.slice(0, -1)),
        (at, [i, j]) => loop(out, at * columns, columns, x, i, xStep, z, j, zStep, f),
      );
    }
  };
}

/** Calls `visit` for each element of a shape, in row-major order, with its position and its offset by each list of strides. */
export function visitElements(
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

/** Returns n offsets for each one in a list, which are a stride apart. */
function spread(list: Int32Array, n: number, stride: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(list.length * n);
  for (let i = 0, at = 0; i < list.length; i++) for (let k = 0; k < n; k++) out[at++] = list[i] + k * stride;
  return out;
}

/** Returns the first position of each group of elements that are reduced to one, and the positions of its members relative to the first. */
export function reductionGroups(
  shape: Shape,
  dims: readonly number[],
): { readonly starts: Int32Array; readonly members: Int32Array } {
  const strides = contiguousStrides(shape);
  const offsets = (pick: (d: number) => boolean): Int32Array =>
    shape.reduce((list, n, d) => (pick(d) ? spread(list, n, strides[d]) : list), new Int32Array(1));
  return { starts: offsets((d) => !dims.includes(d)), members: offsets((d) => dims.includes(d)) };
}

/** Returns the number of elements before, of, and after one dimension of a row-major array. */
export function sizesAround(shape: Shape, dim: number): readonly [outer: number, n: number, inner: number] {
  return [sizeOf(shape.slice(0, dim)), shape[dim] ?? 1, sizeOf(shape.slice(dim + 1))];
}
