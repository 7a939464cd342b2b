/** Slices by index along the first dimension, elements by index along the last, and adding them back, by WebAssembly. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement, isFloating } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { type Kernels, kernelsFor, widthOf } from "../wasm/module.ts";
import { addressOf, alike, isFloat, resultOf, settle } from "../wasm/operands.ts";

const worthwhile = 64;

interface Along {
  readonly dim: number;
}

const select: FastKernel = ([out], [x, index], params) => {
  const wasm = (params as Along).dim === 0 && x.shape.length > 1 ? kernelsFor(sizeOf(out.shape), worthwhile) : null;
  if (wasm === null) return false;
  const n = sizeOf(index.shape);
  const at = addressOf(index);
  // the reference kernel says which one is wrong
  if (wasm.outside(n, x.shape[0], at) >= 0) return !settle();
  const width = sizeOf(x.shape.slice(1)) * bytesPerElement[x.storage.dtype];
  wasm.takeRows(n, width, addressOf(x), at, resultOf(out));
  return settle();
};

const add: FastKernel = ([out], [x, index, source], params) => {
  const fits = (params as Along).dim === 0 && x.shape.length > 1 && alike([x, source]);
  const wasm = fits ? kernelsFor(sizeOf(source.shape), worthwhile) : null;
  if (wasm === null) return false;
  const n = sizeOf(index.shape);
  const at = addressOf(index);
  if (wasm.outside(n, x.shape[0], at) >= 0) return !settle();
  const to = resultOf(out);
  const width = sizeOf(x.shape.slice(1));
  wasm.copy(sizeOf(x.shape) * bytesPerElement[x.storage.dtype], addressOf(x), to);
  widthOf(wasm, x).addRows(n, width, addressOf(source), at, to);
  return settle();
};

/** Whether the indices have the sizes of the tensor but for the last dimension, which is the one that they are for. */
const alongLast = (x: Strided, index: Strided, dim: number): boolean =>
  dim === x.shape.length - 1 && x.shape.length > 0 && sameShape(x.shape.slice(0, -1), index.shape.slice(0, -1));

const gather: FastKernel = ([out], [x, index], params) => {
  const fits = isFloat(x) && alongLast(x, index, (params as Along).dim);
  const wasm = fits ? kernelsFor(sizeOf(index.shape), worthwhile) : null;
  if (wasm === null) return false;
  const [n, m] = [x.shape[x.shape.length - 1], index.shape[index.shape.length - 1]];
  const at = addressOf(index);
  if (wasm.outside(sizeOf(index.shape), n, at) >= 0) return !settle();
  widthOf(wasm, x).gatherLast(sizeOf(index.shape) / m, n, m, addressOf(x), at, resultOf(out));
  return settle();
};

const scatter: FastKernel = ([out], [x, index, source], params) => {
  const fits = alike([x, source]) && alongLast(x, index, (params as Along).dim);
  const wasm = fits && sameShape(index.shape, source.shape) ? kernelsFor(sizeOf(index.shape), worthwhile) : null;
  if (wasm === null) return false;
  const [n, m] = [x.shape[x.shape.length - 1], index.shape[index.shape.length - 1]];
  const at = addressOf(index);
  if (wasm.outside(sizeOf(index.shape), n, at) >= 0) return !settle();
  const to = resultOf(out);
  wasm.copy(sizeOf(x.shape) * bytesPerElement[x.storage.dtype], addressOf(x), to);
  widthOf(wasm, x).scatterLast(sizeOf(index.shape) / m, n, m, addressOf(source), at, to);
  return settle();
};

/** The kernels, for classes in the last dimension of so many elements, where all targets are classes; else `null`. */
function forClasses(x: Meta, target: Strided): Kernels | null {
  const fits = isFloating(x.dtype) && (x.shape.length === 1 || x.shape.length === 2);
  const wasm = fits ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  if (wasm === null || wasm.outside(sizeOf(target.shape), x.shape[x.shape.length - 1], addressOf(target)) < 0)
    return wasm;
  settle();
  return null;
}

const nll: FastKernel = ([out], [x, target]) => {
  const { shape } = x;
  const wasm = forClasses({ shape, dtype: x.storage.dtype }, target);
  if (wasm === null) return false;
  widthOf(wasm, x).nll(sizeOf(target.shape), shape[shape.length - 1], addressOf(x), addressOf(target), resultOf(out));
  return settle();
};

const nllGrad: FastRule = (g, { inputs: [, target], metas: [x] }) => {
  const wasm = forClasses(x, target);
  if (wasm === null) return null;
  const dx = blank(x, null);
  widthOf(wasm, dx).nllGrad(
    sizeOf(target.shape),
    x.shape[x.shape.length - 1],
    addressOf(g),
    addressOf(target),
    resultOf(dx),
  );
  settle();
  return [dx, null];
};

export function registerRows(): void {
  registerFastKernel("gather", gather);
  registerFastKernel("scatterAdd", scatter);
  registerFastKernel("indexSelect", select);
  registerFastKernel("indexAdd", add);
  registerFastKernel("nll", nll);
  registerFastRule("nll", nllGrad);
}
