/** Copies of tensors that are reversed, shifted, padded, or put into windows of zeros. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { contiguousStrides, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import { move, type Place } from "../wasm/move.ts";
import { declineKernel, finishKernel, isFloat, resultAddressOf, stridedAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

const bytesOf = (t: Strided): number => bytesPerElement[t.storage.dtype];

/** Returns the place of a tensor's element at an index. */
const placeAt = (t: Strided, index: readonly number[]): Place => ({
  address: stridedAddressOf(t) + bytesOf(t) * index.reduce((sum, i, d) => sum + i * t.strides[d], 0),
  strides: t.strides,
});

/** Returns the place of an element of a result. */
const resultAt = (t: Strided, index: readonly number[]): Place => {
  const strides = contiguousStrides(t.shape);
  return { address: resultAddressOf(t) + bytesOf(t) * index.reduce((sum, i, d) => sum + i * strides[d], 0), strides };
};

const origin = (t: Strided): number[] => t.shape.map(() => 0);

const flip: FastKernel = ([out], [x], params) => {
  const dims = params as readonly number[];
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null) return false;
  const from = placeAt(
    x,
    x.shape.map((n, d) => (dims.includes(d) ? n - 1 : 0)),
  );
  const strides = x.strides.map((s, d) => (dims.includes(d) ? -s : s));
  const fits = move(wasm, bytesOf(x), x.shape, { ...from, strides }, resultAt(out, origin(out)));
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
  const bytes = bytesOf(x);
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
  if (Object.is(value, 0)) wasm.clear(n * bytesOf(out), resultAddressOf(out));
  else if (isFloat(out)) kernelsOf(wasm, out).fill(n, value, resultAddressOf(out));
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
  return move(wasm, bytesOf(x), size, from, to) ? finishKernel() : declineKernel();
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
  const fits = move(wasm, bytesOf(x), x.shape, placeAt(x, origin(x)), { ...to, strides });
  return fits ? finishKernel() : declineKernel();
};

registerFastKernel("flip", flip);
registerFastKernel("roll", roll);
registerFastKernel("constantPadNd", constantPad);
registerFastKernel("embed", embed);
