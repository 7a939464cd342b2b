/** Elements by index along the last dimension, and their transpose. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  declineKernel,
  finishKernel,
  haveSameFloatDtype,
  indexAddressOf,
  isFloat,
  resultAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

/** The parameters of the ops. */
interface Along {
  readonly dim: number;
}

/** Whether indices are along the last dimension, and have the tensor's sizes in all others. */
const alongLast = (x: Strided, index: Strided, dim: number): boolean =>
  dim === x.shape.length - 1 && x.shape.length > 0 && sameShape(x.shape.slice(0, -1), index.shape.slice(0, -1));

const gather: FastKernel = ([out], [x, index], params) => {
  const fits = isFloat(x) && alongLast(x, index, (params as Along).dim);
  const wasm = fits ? kernelsFor(sizeOf(index.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [n, m] = [x.shape[x.shape.length - 1], index.shape[index.shape.length - 1]];
  const at = indexAddressOf(index);
  if (wasm.outside(sizeOf(index.shape), n, at) >= 0) return declineKernel();
  kernelsOf(wasm, x).gatherLast(sizeOf(index.shape) / m, n, m, addressOf(x), at, resultAddressOf(out));
  return finishKernel();
};

const scatter: FastKernel = ([out], [x, index, source], params) => {
  const fits = haveSameFloatDtype([x, source]) && alongLast(x, index, (params as Along).dim);
  const wasm = fits && sameShape(index.shape, source.shape) ? kernelsFor(sizeOf(index.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [n, m] = [x.shape[x.shape.length - 1], index.shape[index.shape.length - 1]];
  const at = indexAddressOf(index);
  if (wasm.outside(sizeOf(index.shape), n, at) >= 0) return declineKernel();
  const to = resultAddressOf(out);
  wasm.copy(sizeOf(x.shape) * bytesPerElement[x.storage.dtype], addressOf(x), to);
  kernelsOf(wasm, x).scatterLast(sizeOf(index.shape) / m, n, m, addressOf(source), at, to);
  return finishKernel();
};

registerFastKernel("gather", gather);
registerFastKernel("scatterAdd", scatter);
