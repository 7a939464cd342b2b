/** Elements by index along any dimension, and their combination with those that an index points to. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { bytesPerElement, isComplex } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import * as Combination from "../abi/codes/combination.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  declineKernel,
  finishKernel,
  indexAddressOf,
  isFloat,
  isIndex,
  resultAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

/** The parameters of the ops. */
interface Along {
  readonly dim: number;
}

const bytesOf = (t: Strided): number => bytesPerElement[t.storage.dtype];

/** Whether an index has the sizes of a tensor in all other dimensions than `dim`. */
const matches = (x: Strided, index: Strided, dim: number): boolean =>
  x.shape.length > 0 &&
  x.shape.length === index.shape.length &&
  x.shape.every((n, d) => d === dim || n === index.shape[d]);

/** Returns the vector of which an index along `dim` is the broadcast, or `null` for another index. */
const sliceIndex = (index: Strided, dim: number): Strided | null =>
  index.shape.every((n, d) => d === dim || n === 1 || index.strides[d] === 0)
    ? {
        storage: index.storage,
        dtype: index.dtype,
        shape: [index.shape[dim]],
        strides: [index.strides[dim]],
        offset: index.offset,
        isContiguous: () => index.strides[dim] === 1,
      }
    : null;

/** Copies the input to the result, which the kernel then changes; returns the address. */
function copied(wasm: Kernels, x: Strided, out: Strided): number {
  const to = resultAddressOf(out);
  wasm.copy(sizeOf(x.shape) * bytesOf(x), addressOf(x), to);
  return to;
}

const gather: FastKernel = ([out], [x, index], params) => {
  const { dim } = params as Along;
  const size = bytesOf(x);
  const fits = isIndex(index) && matches(x, index, dim) && (size === 4 || size === 8);
  const wasm = fits ? kernelsFor(sizeOf(index.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [outer, n, inner] = sizesAround(x.shape, dim);
  const slices = sliceIndex(index, dim);
  const at = indexAddressOf(slices ?? index);
  // the reference kernel throws the error for an index out of range
  if (wasm.outside(sizeOf((slices ?? index).shape), n, at) >= 0) return declineKernel();
  if (slices !== null) {
    wasm.takeSlices(outer, n, index.shape[dim], inner * size, addressOf(x), at, resultAddressOf(out));
    return finishKernel();
  }
  const run = size === 4 ? wasm.gatherAlong32 : wasm.gatherAlong64;
  run(outer, n, index.shape[dim], inner, addressOf(x), at, resultAddressOf(out));
  return finishKernel();
};

const scatter =
  (codeOf: (params: unknown) => number): FastKernel =>
  ([out], [x, index, source], params) => {
    const { dim } = params as Along;
    const { dtype } = x.storage;
    const fits = isIndex(index) && matches(x, index, dim) && sameShape(index.shape, source.shape);
    const isSame = dtype === source.storage.dtype && (isFloat(x) || dtype === "int32");
    const wasm = fits && isSame ? kernelsFor(sizeOf(index.shape), minWasmElements) : null;
    if (wasm === null) return false;
    const [outer, n, inner] = sizesAround(x.shape, dim);
    const op = codeOf(params);
    const slices = op === Combination.replace || dtype !== "int32" ? sliceIndex(index, dim) : null;
    const at = indexAddressOf(slices ?? index);
    if (wasm.outside(sizeOf((slices ?? index).shape), n, at) >= 0) return declineKernel();
    const m = index.shape[dim];
    if (slices !== null) {
      const [from, to] = [addressOf(source), copied(wasm, x, out)];
      if (op === Combination.replace) wasm.storeSlices(outer, n, m, inner * bytesOf(x), from, at, to);
      else kernelsOf(wasm, x).combineSlices(op, outer, n, m, inner, from, at, to);
      return finishKernel();
    }
    const run =
      dtype === "int32" ? wasm.scatterIntegers : dtype === "float32" ? wasm.scatterAlong32 : wasm.scatterAlong64;
    run(op, outer, n, m, inner, addressOf(source), at, copied(wasm, x, out));
    return finishKernel();
  };

const select: FastKernel = ([out], [x, index], params) => {
  const { dim } = params as Along;
  const wasm = isIndex(index) && x.shape.length > 0 ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [outer, n, inner] = sizesAround(x.shape, dim);
  const m = sizeOf(index.shape);
  const at = indexAddressOf(index);
  if (wasm.outside(m, n, at) >= 0) return declineKernel();
  wasm.takeSlices(outer, n, m, inner * bytesOf(x), addressOf(x), at, resultAddressOf(out));
  return finishKernel();
};

const add: FastKernel = ([out], [x, index, source], params) => {
  const { dim } = params as Along;
  const isSame = isFloat(x) && x.storage.dtype === source.storage.dtype;
  const fits = isIndex(index) && isSame && x.shape.length > 0;
  const wasm = fits ? kernelsFor(sizeOf(source.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [outer, n, inner] = sizesAround(x.shape, dim);
  const m = sizeOf(index.shape);
  const at = indexAddressOf(index);
  if (wasm.outside(m, n, at) >= 0) return declineKernel();
  const run = bytesOf(x) === 4 ? wasm.addSlices32 : wasm.addSlices64;
  run(outer, n, m, inner, addressOf(source), at, copied(wasm, x, out));
  return finishKernel();
};

/** The parameters of indexing by tensors. */
interface Picked {
  readonly dims: readonly number[];
  /** Whether the picked dimensions come first in the result. */
  readonly front: boolean;
}

/**
 * Returns the address of the flat indices [m] over neighbouring dimensions, and the sizes around them: [outer, n, inner]; `null` where the kernels decline.
 */
function flatIndices(
  wasm: Kernels,
  x: { readonly shape: Shape },
  indices: readonly Strided[],
  { dims, front }: Picked,
): Flat | null {
  const [first] = indices;
  const fits = indices.every((t, k) => isIndex(t) && sameShape(t.shape, first.shape) && dims[k] === dims[0] + k);
  if (!fits || (front && dims[0] > 0)) return null;
  const m = sizeOf(first.shape);
  const address = allocateTemporary(4 * m);
  wasm.clear(4 * m, address);
  for (const [k, t] of indices.entries())
    if (wasm.flattenIndex(m, x.shape[dims[k]], indexAddressOf(t), address) >= 0) return null;
  const last = dims[dims.length - 1];
  const [outer, inner] = [sizeOf(x.shape.slice(0, dims[0])), sizeOf(x.shape.slice(last + 1))];
  return { address, m, outer, n: sizeOf(x.shape.slice(dims[0], last + 1)), inner };
}

interface Flat {
  readonly address: number;
  readonly m: number;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

const take: FastKernel = ([out], [x, ...indices], params) => {
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null) return false;
  const flat = flatIndices(wasm, x, indices, params as Picked);
  if (flat === null) return declineKernel();
  const { address, m, outer, n, inner } = flat;
  wasm.takeSlices(outer, n, m, inner * bytesOf(x), addressOf(x), address, resultAddressOf(out));
  return finishKernel();
};

const putAdd: FastKernel = ([out], [x, values, ...indices], params) => {
  const isSame = isFloat(x) && x.storage.dtype === values.storage.dtype;
  const wasm = isSame ? kernelsFor(sizeOf(values.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const flat = flatIndices(wasm, x, indices, params as Picked);
  if (flat === null) return declineKernel();
  const { address, m, outer, n, inner } = flat;
  const run = bytesOf(x) === 4 ? wasm.addSlices32 : wasm.addSlices64;
  run(outer, n, m, inner, addressOf(values), address, copied(wasm, x, out));
  return finishKernel();
};

const putReplace: FastKernel = ([out], [x, values, ...indices], params) => {
  const isSame = x.storage.dtype === values.storage.dtype && !isComplex(x.dtype);
  const wasm = isSame ? kernelsFor(sizeOf(values.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const flat = flatIndices(wasm, x, indices, params as Picked);
  if (flat === null) return declineKernel();
  const { address, m, outer, n, inner } = flat;
  wasm.storeSlices(outer, n, m, inner * bytesOf(x), addressOf(values), address, copied(wasm, x, out));
  return finishKernel();
};

/** Returns zeros to which a kernel adds the cotangent; `null` where it declines. */
function addedBack(x: Meta, g: Tensor, add: (wasm: Kernels, dx: number) => boolean): readonly [Tensor, null] | null {
  const wasm =
    isFloat(g) && !isComplex(g.dtype) && x.shape.length > 0 ? kernelsFor(sizeOf(g.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const dx = blank(x, null);
  const to = resultAddressOf(dx);
  wasm.clear(sizeOf(x.shape) * bytesOf(dx), to);
  if (!add(wasm, to)) {
    declineKernel();
    return null;
  }
  finishKernel();
  return [dx, null];
}

const selectRule: FastRule = (g, { inputs: [, index], metas: [x], params }) => {
  const { dim, sparse = false } = params as Along & { readonly sparse?: boolean };
  if (sparse || !isIndex(index)) return null;
  const [outer, n, inner] = sizesAround(x.shape, dim);
  const m = sizeOf(index.shape);
  return addedBack(x, g, (wasm, dx) => {
    const at = indexAddressOf(index);
    if (wasm.outside(m, n, at) < 0) kernelsOf(wasm, g).addSlices(outer, n, m, inner, addressOf(g), at, dx);
    return true;
  });
};

const gatherRule: FastRule = (g, { inputs: [, index], metas: [x], params }) => {
  const { dim, sparse = false } = params as Along & { readonly sparse?: boolean };
  const fits = isIndex(index) && x.shape.every((n, d) => d === dim || n === index.shape[d]);
  if (sparse || !fits || index.shape.length !== x.shape.length) return null;
  const [outer, n, inner] = sizesAround(x.shape, dim);
  return addedBack(x, g, (wasm, dx) => {
    const slices = sliceIndex(index, dim);
    const at = indexAddressOf(slices ?? index);
    const [from, m] = [addressOf(g), index.shape[dim]];
    const { addSlices, scatterAlong } = kernelsOf(wasm, g);
    if (slices !== null) addSlices(outer, n, m, inner, from, at, dx);
    else scatterAlong(Combination.add, outer, n, m, inner, from, at, dx);
    return true;
  });
};

const takeRule: FastRule = (g, { inputs: [, ...indices], metas: [x], params }) => {
  const back = addedBack(x, g, (wasm, dx) => {
    const flat = flatIndices(wasm, x, indices, params as Picked);
    if (flat === null) return false;
    const { address, m, outer, n, inner } = flat;
    kernelsOf(wasm, g).addSlices(outer, n, m, inner, addressOf(g), address, dx);
    return true;
  });
  return back === null ? null : [back[0], ...indices.map(() => null)];
};

/** Clears the replaced elements in the cotangent of the input, and takes them as that of the values; of several values for one element, the last gets it. */
const putReplaceRule: FastRule = (g, { inputs: [, , ...indices], metas: [x, values], needs, params }) => {
  const fits = isFloat(g) && !isComplex(g.dtype);
  const wasm = fits ? kernelsFor(sizeOf(values.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const [dx, dz] = [needs[0] ? blank(x, null) : null, needs[1] ? blank(values, null) : null];
  const flat = flatIndices(wasm, x, indices, params as Picked);
  if (flat === null) {
    declineKernel();
    return null;
  }
  const { address, m, outer, n, inner } = flat;
  const bytes = inner * bytesOf(g);
  if (dx !== null) wasm.clearSlices(outer, n, m, bytes, address, copied(wasm, g, dx));
  if (dz !== null)
    wasm.takeLastSlices(outer, n, m, bytes, addressOf(g), address, allocateTemporary(4 * n), resultAddressOf(dz));
  finishKernel();
  return [dx, dz, ...indices.map(() => null)];
};

registerFastRule("indexSelect", selectRule);
registerFastRule("gather", gatherRule);
registerFastRule("index", takeRule);
registerFastKernel("gather", gather);
registerFastKernel(
  "scatter",
  scatter(() => Combination.replace),
);
registerFastKernel(
  "scatterAdd",
  scatter(() => Combination.add),
);
registerFastKernel(
  "scatterReduce",
  scatter((params) => Combination[(params as { readonly reduce: "prod" | "amax" | "amin" }).reduce]),
);
registerFastKernel("indexSelect", select);
registerFastKernel("indexAdd", add);
registerFastKernel("index", take);
registerFastKernel("indexPutAdd", putAdd);
registerFastKernel("indexPutReplace", putReplace);
registerFastRule("indexPutReplace", putReplaceRule);
