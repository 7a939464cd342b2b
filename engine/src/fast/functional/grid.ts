/** Positions of the coordinates of a grid, and the indices of the elements around them. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import * as Padding from "../abi/codes/grid-padding.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, arrayAddressOf, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

/** A dimension of an image, as `ops/functional/grid-position.ts` describes it. */
interface GridAxis {
  readonly size: number;
  readonly padding: keyof typeof Padding;
  readonly alignCorners: boolean;
}

const positions =
  (isSlope: boolean): FastKernel =>
  ([out], [x], params) => {
    const { size, padding, alignCorners } = params as GridAxis;
    const n = sizeOf(out.shape);
    const wasm = isFloat(x) ? kernelsFor(n, minWasmElements) : null;
    if (wasm === null) return false;
    const [from, to] = [addressOf(x), resultAddressOf(out)];
    kernelsOf(wasm, x).gridPositions(n, size, Padding[padding], Number(alignCorners), Number(isSlope), from, to);
    return finishKernel();
  };

/** The parameters of `gridTaps`. */
interface GridTaps {
  readonly axes: readonly GridAxis[];
  readonly offsets: readonly number[];
  readonly padsElements: boolean;
}

const taps: FastKernel = ([out], [x], params) => {
  const { axes, offsets, padsElements } = params as GridTaps;
  const wasm = isFloat(x) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  const [{ padding, alignCorners }] = axes;
  if (wasm === null) return false;
  const n = sizeOf(x.shape) / axes.length;
  const sizes = arrayAddressOf(Int32Array.from(axes, (axis) => axis.size));
  const by = arrayAddressOf(Int32Array.from(offsets));
  const [count, code, corners, pads] = [offsets.length, Padding[padding], Number(alignCorners), Number(padsElements)];
  const [from, to] = [addressOf(x), resultAddressOf(out)];
  kernelsOf(wasm, x).gridTaps(n, axes.length, sizes, count, by, code, corners, pads, from, to);
  return finishKernel();
};

registerFastKernel("gridPositions", positions(false));
registerFastKernel("gridSlopes", positions(true));
registerFastKernel("gridTaps", taps);
