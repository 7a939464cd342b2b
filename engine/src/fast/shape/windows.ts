/** Copies of tensors that are reversed, shifted, padded, or put into windows of zeros. */
import { blank } from "../../dispatch/blank.ts";
import {
  type FastKernel,
  type FastRule,
  registerComplexKernel,
  registerFastKernel,
  registerFastRule,
} from "../../dispatch/fast.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { contiguousStrides, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addMoved, move, type Place } from "../wasm/move.ts";
import {
  addressOf,
  declineKernel,
  elementBytes,
  finishKernel,
  isFloat,
  resultAddressOf,
  stridedAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

/** Returns the place of a tensor's element at an index. */
const placeAt = (t: Strided, index: readonly number[]): Place => ({
  address: stridedAddressOf(t) + elementBytes(t) * index.reduce((sum, i, d) => sum + i * t.strides[d], 0),
  strides: t.strides,
});

/** Returns the place of an element of a result. */
const resultAt = (t: Strided, index: readonly number[]): Place => {
  const strides = contiguousStrides(t.shape);
  return {
    address: resultAddressOf(t) + elementBytes(t) * index.reduce((sum, i, d) => sum + i * strides[d], 0),
    strides,
  };
};

const origin = (t: Strided): number[] => t.shape.map(() => 0);

const flip: FastKernel = ([out], [x], params) => {
  const dims = params as readonly number[];
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null) return false;
  // of a transposed tensor a copy: its rows are moved faster than elements one by one
  const isCopied = x.strides.at(-1) !== 1 && !isComplex(x.dtype);
  const { address, strides } = isCopied
    ? { address: addressOf(x), strides: contiguousStrides(x.shape) }
    : placeAt(x, origin(x));
  const last = x.shape.reduce((at, n, d) => (dims.includes(d) ? at + (n - 1) * strides[d] : at), 0);
  const from = {
    address: address + elementBytes(x) * last,
    strides: strides.map((s, d) => (dims.includes(d) ? -s : s)),
  };
  const fits = move(wasm, elementBytes(x), x.shape, from, resultAt(out, origin(out)));
  return fits ? finishKernel() : declineKernel();
};

/** The parameters of `roll`. */
interface Roll {
  readonly shifts: readonly number[];
  readonly dims: readonly number[];
}

/** Copies the blocks into which the shifts cut the tensor. */
const roll: FastKernel = ([out], [x], params) => {
  const { shifts, dims } = params as Roll;
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null || new Set(dims).size !== dims.length || dims.length > 3) return false;
  const to = resultAt(out, origin(out));
  const bytes = elementBytes(x);
  const copy = (k: number, from: readonly number[], at: readonly number[], size: readonly number[]): boolean => {
    if (k === dims.length) {
      const offset = at.reduce((sum, i, d) => sum + i * to.strides[d], 0);
      return move(wasm, bytes, size, placeAt(x, from), { ...to, address: to.address + bytes * offset });
    }
    const d = dims[k];
    const n = x.shape[d];
    const shift = ((shifts[k] % n) + n) % n;
    return (
      copy(k + 1, from, at.with(d, shift), size.with(d, n - shift)) &&
      copy(k + 1, from.with(d, n - shift), at, size.with(d, shift))
    );
  };
  return copy(0, origin(x), origin(x), x.shape) ? finishKernel() : declineKernel();
};

/** Fills a result with a number. Returns `false` for other dtypes than floats, unless the number is 0. */
function fill(wasm: Kernels, out: Strided, value: number): boolean {
  const n = sizeOf(out.shape);
  if (Object.is(value, 0)) wasm.clear(n * elementBytes(out), resultAddressOf(out));
  else if (isFloat(out) && !isComplex(out.dtype)) kernelsOf(wasm, out).fill(n, value, resultAddressOf(out));
  else return false;
  return true;
}

/** The parameters of `constantPadNd`. */
interface Padding {
  readonly pad: readonly number[];
  readonly value: number;
}

const constantPad: FastKernel = ([out], [x], params) => {
  const { pad, value } = params as Padding;
  const rank = x.shape.length;
  const wasm = rank > 0 ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null || out.storage.address <= 0) return false;
  const before = x.shape.map((_, d) => pad[2 * (rank - 1 - d)] ?? 0);
  const after = x.shape.map((_, d) => pad[2 * (rank - 1 - d) + 1] ?? 0);
  const size = x.shape.map((n, d) => n + Math.min(before[d], 0) + Math.min(after[d], 0));
  const isWhole = before.every((b, d) => b <= 0 && after[d] <= 0);
  if (!isWhole && !fill(wasm, out, value)) return false;
  if (size.some((n) => n <= 0)) return isWhole ? false : finishKernel();
  const from = placeAt(
    x,
    before.map((b) => Math.max(-b, 0)),
  );
  const to = resultAt(
    out,
    before.map((b) => Math.max(b, 0)),
  );
  return move(wasm, elementBytes(x), size, from, to) ? finishKernel() : declineKernel();
};

/** The parameters of `embed`. */
interface Window {
  readonly dim: number;
  readonly start: number;
  readonly step: number;
}

const embed: FastKernel = ([out], [x], params) => {
  const { dim, start, step } = params as Window;
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null || sizeOf(x.shape) === 0 || out.storage.address <= 0) return false;
  if (x.shape[dim] !== out.shape[dim]) fill(wasm, out, 0);
  const to = resultAt(out, origin(out).with(dim, start));
  const strides = to.strides.with(dim, to.strides[dim] * step);
  const fits = move(wasm, elementBytes(x), x.shape, placeAt(x, origin(x)), { ...to, strides });
  return fits ? finishKernel() : declineKernel();
};

/** The parameters of `asStridedScatter` and `asStrided`. */
interface StridedWindow {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly storageOffset: number;
}

/** Returns the place of a window of elements of so many bytes in a contiguous tensor at an address. */
const windowAt = (address: number, bytes: number, { stride, storageOffset }: StridedWindow): Place => ({
  address: address + bytes * storageOffset,
  strides: stride,
});

const stridedScatter: FastKernel = ([out], [x, src], params) => {
  const w = params as StridedWindow;
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null || x.storage.dtype !== src.storage.dtype || x.dtype !== src.dtype) return false;
  const [bytes, to] = [elementBytes(out), resultAddressOf(out)];
  wasm.copy(sizeOf(out.shape) * bytes, addressOf(x), to);
  const fits = move(wasm, bytes, w.size, placeAt(src, origin(src)), windowAt(to, bytes, w));
  return fits ? finishKernel() : declineKernel();
};

/** Whether no element of a window is at the place of another one: each stride is longer than the extent of the shorter ones. */
function isDistinct({ size, stride }: StridedWindow): boolean {
  const dims = size.map((_, d) => d).filter((d) => size[d] > 1);
  let extent = 0;
  for (const d of dims.toSorted((p, q) => stride[p] - stride[q])) {
    if (stride[d] <= extent) return false;
    extent += (size[d] - 1) * stride[d];
  }
  return true;
}

/** Adds the cotangents of the window's elements to zeros. */
const stridedRule: FastRule = (g, { metas: [x], params }) => {
  const w = params as StridedWindow;
  const wasm = isFloat(g) && !isComplex(g.dtype) ? kernelsFor(sizeOf(g.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const dx = blank(x, null);
  const [bytes, to] = [elementBytes(dx), resultAddressOf(dx)];
  wasm.clear(sizeOf(x.shape) * bytes, to);
  const add = isDistinct(w) ? move : addMoved;
  add(wasm, bytes, w.size, placeAt(g, origin(g)), windowAt(to, bytes, w));
  finishKernel();
  return [dx];
};

/** The parameters of `unfoldBackward`. */
interface Overlapping {
  readonly dim: number;
  readonly step: number;
}

/** Adds up overlapping windows, whose elements are in the last dimension of the input. */
const fold: FastKernel = ([out], [x], params) => {
  const { dim, step } = params as Overlapping;
  const wasm = isFloat(out) && !isComplex(out.dtype) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null || x.storage.dtype !== out.storage.dtype) return false;
  const { address, strides } = resultAt(out, origin(out));
  wasm.clear(sizeOf(out.shape) * elementBytes(out), address);
  const to = { address, strides: [...strides.with(dim, strides[dim] * step), strides[dim]] };
  addMoved(wasm, elementBytes(out), x.shape, placeAt(x, origin(x)), to);
  return finishKernel();
};

for (const [name, kernel] of Object.entries({
  flip,
  roll,
  constantPadNd: constantPad,
  embed,
  asStridedScatter: stridedScatter,
})) {
  registerFastKernel(name, kernel);
  registerComplexKernel(name, kernel);
}
registerFastRule("asStrided", stridedRule);
registerFastKernel("unfoldBackward", fold);
