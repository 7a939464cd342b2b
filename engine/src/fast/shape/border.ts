/** Padding with elements of the tensor, and the sum of a border and the elements that it shows: copies of the inside, and of each side of each dimension. */
import { type FastKernel, registerComplexKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { contiguousStrides, sizeOf } from "../../tensor/shape.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addMoved, move, type Place } from "../wasm/move.ts";
import {
  allocateTemporary,
  copyElements,
  elementBytes,
  finishKernel,
  isFloat,
  resultAddressOf,
  stridedAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;
/** Columns of a border of at most this width are copied one by one, as few elements in a row take long. */
const maxColumns = 16;

/** The parameters of `padBorder` and `addBorder`. */
interface Border {
  readonly mode: "reflect" | "replicate" | "circular";
  readonly sides: readonly (readonly [before: number, after: number])[];
}

/** A side of a dimension of the padded tensor, and the part inside that it shows: `step` elements further for each element of the border. */
interface Side {
  readonly start: number;
  readonly length: number;
  readonly from: number;
  readonly step: -1 | 0 | 1;
}

/** Returns both sides of a dimension of `size` elements. */
function sidesOf(size: number, mode: Border["mode"], before: number, after: number): Side[] {
  const end = before + size;
  const first = { start: 0, length: before };
  const last = { start: end, length: after };
  const sides: Record<Border["mode"], Side[]> = {
    reflect: [
      { ...first, from: 2 * before, step: -1 },
      { ...last, from: end - 2, step: -1 },
    ],
    replicate: [
      { ...first, from: before, step: 0 },
      { ...last, from: end - 1, step: 0 },
    ],
    circular: [
      { ...first, from: size, step: 1 },
      { ...last, from: before, step: 1 },
    ],
  };
  return sides[mode].filter(({ length }) => length > 0);
}

/** A part of a border in memory, and the part that it shows. */
interface Part {
  readonly extent: readonly number[];
  readonly border: Place;
  readonly shown: Place;
}

/** The padded tensor in memory, around a tensor of a shape. */
interface Padded {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly address: number;
  readonly inside: Place;
}

function paddedAt(address: number, bytes: number, inner: readonly number[], sides: Border["sides"]): Padded {
  const first = inner.length - sides.length;
  const shape = inner.map((n, d) => (d < first ? n : n + sides[d - first][0] + sides[d - first][1]));
  const strides = contiguousStrides(shape);
  const offset = sides.reduce((sum, [before], k) => sum + before * strides[first + k], 0);
  return { shape, strides, address, inside: { address: address + bytes * offset, strides } };
}

/** Returns the parts of the border in the order in which they can be filled: along dimensions before that of the part it is whole, along those behind it only inside. */
function partsOf(padded: Padded, bytes: number, inner: readonly number[], { mode, sides }: Border): Part[] {
  const { shape, strides, address } = padded;
  const first = inner.length - sides.length;
  const offsetOf = (d: number): number => (d < first ? 0 : sides[d - first][0] * strides[d]);
  return sides.flatMap(([before, after], k) => {
    const dim = first + k;
    const behind = inner.reduce((sum, _, d) => (d > dim ? sum + offsetOf(d) : sum), 0);
    const at = (i: number): number => address + bytes * (behind + i * strides[dim]);
    const extent = shape.map((n, d) => (d < dim ? n : inner[d]));
    return sidesOf(inner[dim], mode, before, after).flatMap(({ start, length, from, step }) => {
      const part = (i: number, n: number): Part => ({
        extent: extent.with(dim, n),
        border: { address: at(start + i), strides },
        shown: { address: at(from + step * i), strides: strides.with(dim, step * strides[dim]) },
      });
      const isNarrow = dim === shape.length - 1 && length <= maxColumns;
      return isNarrow ? Array.from({ length }, (_, i) => part(i, 1)) : [part(0, length)];
    });
  });
}

/** Whether a border is only added: where elements are removed, it may show some of those. */
const isAdded = ({ sides }: Border): boolean => sides.every(([before, after]) => before >= 0 && after >= 0);

const pad: FastKernel = ([out], [x], params) => {
  const p = params as Border;
  const wasm = isAdded(p) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  const bytes = elementBytes(x);
  if (wasm === null || (bytes !== 1 && bytes !== 4 && bytes !== 8)) return false;
  const padded = paddedAt(resultAddressOf(out), bytes, x.shape, p.sides);
  move(wasm, bytes, x.shape, { address: stridedAddressOf(x), strides: x.strides }, padded.inside);
  for (const { extent, border, shown } of partsOf(padded, bytes, x.shape, p)) move(wasm, bytes, extent, shown, border);
  return finishKernel();
};

/** Adds the parts of the border to those that they show, in the reverse order of padding, in a copy. */
const add: FastKernel = ([out], [x], params) => {
  const p = params as Border;
  const fits = isAdded(p) && isFloat(out) && x.storage.dtype === out.storage.dtype && !isComplex(x.dtype);
  const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const bytes = elementBytes(x);
  const copy = allocateTemporary(bytes * sizeOf(x.shape));
  copyElements(x, copy);
  const padded = paddedAt(copy, bytes, out.shape, p.sides);
  for (const { extent, border, shown } of partsOf(padded, bytes, out.shape, p).toReversed())
    addMoved(wasm, bytes, extent, border, shown);
  move(wasm, bytes, out.shape, padded.inside, { address: resultAddressOf(out), strides: contiguousStrides(out.shape) });
  return finishKernel();
};

registerFastKernel("padBorder", pad);
registerComplexKernel("padBorder", pad);
registerFastKernel("addBorder", add);
