/** Loops of the kernels of complex tensors. Arrays have the real and imaginary part of each element in turn. */
import { type ComplexNumber, castElements } from "../tensor/complex.ts";
import type { DType, NumericArray } from "../tensor/dtype.ts";
import type { Meta } from "../tensor/meta.ts";
import { broadcastStrides, contiguousStrides, type Shape } from "../tensor/shape.ts";
import { ownCopy, visitElements } from "./loops.ts";
import type { Kernel } from "./spec.ts";

/** A function of one complex number. */
export type ComplexFunction = (z: ComplexNumber) => ComplexNumber;

/** A function of two complex numbers. */
export type ComplexOperation = (z: ComplexNumber, w: ComplexNumber) => ComplexNumber;

function each(out: NumericArray, x: NumericArray, f: ComplexFunction): void {
  for (let i = 0; i < x.length; i += 2) {
    const y = f({ re: x[i], im: x[i + 1] });
    out[i] = y.re;
    out[i + 1] = y.im;
  }
}

function eachReal(out: NumericArray, x: NumericArray, f: (z: ComplexNumber) => number): void {
  for (let i = 0; i < out.length; i++) out[i] = f({ re: x[2 * i], im: x[2 * i + 1] });
}

function pairs(out: NumericArray, x: NumericArray, z: NumericArray, f: ComplexOperation): void {
  for (let i = 0; i < out.length; i += 2) {
    const y = f({ re: x[i], im: x[i + 1] }, { re: z[i], im: z[i + 1] });
    out[i] = y.re;
    out[i + 1] = y.im;
  }
}

/** Returns the kernel y_i = f(x_i). */
export function complexMapper(f: ComplexFunction): Kernel<unknown> {
  let loop: typeof each | null = null;
  return (out, [x]) => {
    loop ??= ownCopy(each);
    loop(out, x, f);
  };
}

/** Returns the kernel y_i = f(x_i) of real results; a bool is 0 or 1. */
export function complexReader(f: (z: ComplexNumber) => number): Kernel<unknown> {
  let loop: typeof eachReal | null = null;
  return (out, [x]) => {
    loop ??= ownCopy(eachReal);
    loop(out, x, f);
  };
}

/** Returns the elements of a dtype as elements of a complex one, or the array itself if it has them. */
export const complexElements = (x: NumericArray, from: DType, to: DType): NumericArray =>
  from === to ? x : castElements(x, from, to);

/** Repeats complex elements by broadcasting. */
function broadcastElements(x: NumericArray, shape: Shape, to: Shape, n: number): NumericArray {
  if (x.length === n) return x;
  const out = x instanceof Float32Array ? new Float32Array(n) : new Float64Array(n);
  visitElements(to, [broadcastStrides(shape, contiguousStrides(shape), to)], (at, [from]) => {
    out[2 * at] = x[2 * from];
    out[2 * at + 1] = x[2 * from + 1];
  });
  return out;
}

/** Returns both operands cast to a complex dtype, and broadcast to the shape of the result. */
function aligned(
  dtype: DType,
  arrays: readonly NumericArray[],
  { inputs, outputs: [{ shape }] }: Parameters<Kernel<unknown>>[2],
  numbers: number,
): readonly NumericArray[] {
  return arrays.map((x, i) =>
    broadcastElements(complexElements(x, inputs[i].dtype, dtype), inputs[i].shape, shape, numbers),
  );
}

/** Returns the kernel y = f(x, z), with broadcasting. */
export function complexZipper(f: ComplexOperation): Kernel<unknown> {
  let loop: typeof pairs | null = null;
  return (out, arrays, ctx) => {
    loop ??= ownCopy(pairs);
    const [x, z] = aligned(ctx.outputs[0].dtype, arrays, ctx, out.length);
    loop(out, x, z, f);
  };
}

/** Returns the kernel of a test of two elements, cast to the dtype that `computes` returns. */
export const complexTester =
  (f: (z: ComplexNumber, w: ComplexNumber) => boolean, computes: (x: Meta, z: Meta) => DType): Kernel<unknown> =>
  (out, arrays, ctx) => {
    const [x, z] = aligned(computes(ctx.inputs[0], ctx.inputs[1]), arrays, ctx, 2 * out.length);
    for (let i = 0, p = 0; i < out.length; i++, p += 2)
      out[i] = f({ re: x[p], im: x[p + 1] }, { re: z[p], im: z[p + 1] }) ? 1 : 0;
  };
