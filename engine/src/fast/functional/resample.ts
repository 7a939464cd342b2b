/** A sparse matrix along one dimension. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, arrayAddressOf, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

/** The parameters of the op: the dimension, and the matrix by rows. */
interface Resample {
  readonly dim: number;
  readonly matrix: { readonly starts: Int32Array; readonly columns: Int32Array; readonly weights: Float64Array };
}

const forward: FastKernel = ([out], [x], params) => {
  const wasm = isFloat(x) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const { dim, matrix } = params as Resample;
  const [outer, n, inner] = sizesAround(x.shape, dim);
  const [starts, columns, weights] = [matrix.starts, matrix.columns, matrix.weights].map(arrayAddressOf);
  const [from, to] = [addressOf(x), resultAddressOf(out)];
  kernelsOf(wasm, x).resample(outer, n, inner, out.shape[dim], starts, columns, weights, from, to);
  return finishKernel();
};

registerFastKernel("resample", forward);
