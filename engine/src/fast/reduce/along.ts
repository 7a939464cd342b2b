/** Reductions of one dimension, or of merged ones: products, extremes with positions, norms, logarithms of sums of exponentials, and counts. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as Comparison from "../abi/codes/comparison.ts";
import { integerAddressOf, isBool } from "../elementwise/bytes.ts";
import { unaryRunner } from "../elementwise/unary.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  finishKernel,
  indexResultAddressOf,
  isFloat,
  isFloat64,
  isIndex,
  resultAddressOf,
  scalarAddressOf,
} from "../wasm/operands.ts";
import { transposeLines } from "../wasm/transpose.ts";
import { runsOf, sum, varianceOf } from "./reduce.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

/** The parameters of a reduction of some dimensions, and of one or all. */
interface Reduce {
  readonly dims: readonly number[];
}
interface Along {
  readonly dim: number | null;
}

/** Sizes before, of, and after the dimension that is reduced. */
type Sizes = readonly [outer: number, n: number, inner: number];

const sizesAlong = (x: Strided, { dim }: Along): Sizes =>
  dim === null || x.shape.length === 0 ? [1, sizeOf(x.shape), 1] : sizesAround(x.shape, dim);

/** Returns the sizes around dimensions that are one block; `null` for others. */
function sizesOfDims(x: Strided, dims: readonly number[]): Sizes | null {
  const [front, n = 1, inner = 1, ...more] = runsOf(x.shape, dims);
  return more.length === 0 ? [front, n, inner] : null;
}

/** Returns the address of [outer, inner, n], in which the elements that are reduced are neighbours. */
function rowsAddressOf(wasm: Kernels, x: Strided, [outer, n, inner]: Sizes): number {
  const from = addressOf(x);
  if (inner === 1) return from;
  const bytes = bytesPerElement[x.storage.dtype];
  const to = allocateTemporary(bytes * outer * n * inner);
  transposeLines(wasm, bytes, outer, n, inner, from, to);
  return to;
}

const prod: FastKernel = ([out], [x], params) => {
  const wasm =
    isFloat(x) && x.storage.dtype === out.storage.dtype ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [outer, n, inner] = sizesAlong(x, params as Along);
  kernelsOf(wasm, x).prod(outer, n, inner, addressOf(x), resultAddressOf(out));
  return finishKernel();
};

/** Computes positions, and the values too if they are wanted. */
function extremes(smallest: boolean, values: Strided | null, indices: Strided, x: Strided, params: unknown): boolean {
  const fits = isFloat(x) && isIndex(indices);
  const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [outer, n, inner] = sizesAlong(x, params as Along);
  const to = values === null ? 0 : resultAddressOf(values);
  kernelsOf(wasm, x).argExtreme(Number(smallest), outer, n, inner, addressOf(x), to, indexResultAddressOf(indices));
  return finishKernel();
}

/** Computes √Σ x² and ln Σ e^x of rows; declines dimensions that are not one block. */
const ofRows =
  (kernel: "euclidean" | "logsumexp", takes: (params: unknown) => boolean): FastKernel =>
  ([out], [x], params) => {
    const fits = isFloat(x) && x.storage.dtype === out.storage.dtype && takes(params);
    const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
    const sizes = sizesOfDims(x, (params as Reduce).dims);
    if (wasm === null || sizes === null) return false;
    const [outer, n, inner] = sizes;
    kernelsOf(wasm, x)[kernel](outer * inner, n, rowsAddressOf(wasm, x, sizes), resultAddressOf(out));
    return finishKernel();
  };

/** Returns the address of a byte for each element: whether it is not 0. */
function truthAddressOf(wasm: Kernels, x: Strided): number {
  const from = addressOf(x);
  if (isBool(x)) return from;
  const n = sizeOf(x.shape);
  const to = allocateTemporary(n);
  if (isFloat(x)) kernelsOf(wasm, x).compare(Comparison.ne, n, from, scalarAddressOf(0, isFloat64(x)), 1, to);
  else wasm.compareIntegers(Comparison.ne, n, from, integerAddressOf(0), 1, to);
  return to;
}

const isCountable = (x: Strided): boolean => isFloat(x) || isBool(x) || x.storage.dtype === "int32";

/** Returns the address of the counts of elements that are not 0. */
function countsOf(wasm: Kernels, x: Strided, [outer, n, inner]: Sizes): number {
  const to = allocateTemporary(4 * outer * inner);
  wasm.countBools(outer, n, inner, truthAddressOf(wasm, x), to);
  return to;
}

/** Computes whether the counts differ from 0, or are those of all elements. */
const quantifier =
  (isAll: boolean): FastKernel =>
  ([out], [x], params) => {
    const wasm = isCountable(x) && isBool(out) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
    const sizes = sizesOfDims(x, (params as Reduce).dims);
    if (wasm === null || sizes === null) return false;
    const counts = countsOf(wasm, x, sizes);
    const bound = integerAddressOf(isAll ? sizes[1] : 0);
    const op = isAll ? Comparison.eq : Comparison.ne;
    wasm.compareIntegers(op, sizes[0] * sizes[2], counts, bound, 1, resultAddressOf(out));
    return finishKernel();
  };

const countNonzero: FastKernel = ([out], [x], params) => {
  const fits = isCountable(x) && isIndex(out);
  const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  const sizes = sizesOfDims(x, (params as Reduce).dims);
  if (wasm === null || sizes === null) return false;
  wasm.copy(4 * sizes[0] * sizes[2], countsOf(wasm, x, sizes), indexResultAddressOf(out));
  return finishKernel();
};

/** Sums floats, and counts bools. */
const sumOfFloats = sum(false);
const sumOrCount: FastKernel = (outputs, inputs, params) =>
  (isBool(inputs[0]) && outputs[0].dtype === "int64" ? countNonzero : sumOfFloats)(outputs, inputs, params);

const root = unaryRunner("sqrt");

/** Computes the root of the variance; few results by a JavaScript loop. */
const std: FastKernel = (outputs, inputs, params) => {
  if (!varianceOf(outputs, inputs, params)) return false;
  const [out] = outputs;
  if (root(out, out)) return true;
  const { array } = out.storage;
  for (let i = 0; i < array.length; i++) array[i] = Math.sqrt(array[i]);
  return true;
};

registerFastKernel("prod", prod);
registerFastKernel("argmax", ([indices], [x], params) => extremes(false, null, indices, x, params));
registerFastKernel("argmin", ([indices], [x], params) => extremes(true, null, indices, x, params));
registerFastKernel("max", ([values, indices], [x], params) => extremes(false, values, indices, x, params));
registerFastKernel("min", ([values, indices], [x], params) => extremes(true, values, indices, x, params));
registerFastKernel(
  "logsumexp",
  ofRows("logsumexp", () => true),
);
registerFastKernel(
  "vectorNorm",
  ofRows("euclidean", (params) => (params as { readonly ord: number }).ord === 2),
);
registerFastKernel("any", quantifier(false));
registerFastKernel("all", quantifier(true));
registerFastKernel("countNonzero", countNonzero);
registerFastKernel("sum", sumOrCount);
registerFastKernel("std", std);
