/** Slices by index along the first dimension, and their transpose. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  declineKernel,
  finishKernel,
  haveSameFloatDtype,
  indexAddressOf,
  resultAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

/** The parameters of the ops. */
interface Along {
  readonly dim: number;
}

const select: FastKernel = ([out], [x, index], params) => {
  const wasm =
    (params as Along).dim === 0 && x.shape.length > 1 ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const n = sizeOf(index.shape);
  const at = indexAddressOf(index);
  // the reference kernel throws the error for an index out of range
  if (wasm.outside(n, x.shape[0], at) >= 0) return declineKernel();
  const width = sizeOf(x.shape.slice(1)) * bytesPerElement[x.storage.dtype];
  wasm.takeRows(n, width, addressOf(x), at, resultAddressOf(out));
  return finishKernel();
};

const add: FastKernel = ([out], [x, index, source], params) => {
  const fits = (params as Along).dim === 0 && x.shape.length > 1 && haveSameFloatDtype([x, source]);
  const wasm = fits ? kernelsFor(sizeOf(source.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const n = sizeOf(index.shape);
  const at = indexAddressOf(index);
  if (wasm.outside(n, x.shape[0], at) >= 0) return declineKernel();
  const to = resultAddressOf(out);
  const width = sizeOf(x.shape.slice(1));
  wasm.copy(sizeOf(x.shape) * bytesPerElement[x.storage.dtype], addressOf(x), to);
  kernelsOf(wasm, x).addRows(n, width, addressOf(source), at, to);
  return finishKernel();
};

registerFastKernel("indexSelect", select);
registerFastKernel("indexAdd", add);
