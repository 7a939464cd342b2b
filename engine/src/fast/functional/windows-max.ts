/** The largest elements of windows with given bounds. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, indexResultAddressOf, isFloat, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

const bytesPerBound = 4;

/** Returns depth, height and width; missing ones are 1. */
function threeOf(sizes: readonly number[]): readonly [number, number, number] {
  const [width, height = 1, depth = 1] = sizes.toReversed();
  return [depth, height, width];
}

const forward: FastKernel = ([values, indices], [x, bounds]) => {
  const fits = isFloat(x) && bounds.storage.dtype === "int32";
  const wasm = fits ? kernelsFor(sizeOf(values.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const planes = x.shape[0] * x.shape[1];
  const [input, output] = [threeOf(x.shape.slice(2)), threeOf(values.shape.slice(2))];
  const step = bounds.shape[0] === 1 ? 0 : 2 * bounds.shape[2] * bytesPerBound;
  const [from, by] = [addressOf(x), addressOf(bounds)];
  const [to, at] = [resultAddressOf(values), indexResultAddressOf(indices)];
  kernelsOf(wasm, x).windowsMax(planes, ...input, ...output, by, step, from, to, at);
  return finishKernel();
};

registerFastKernel("windowsMax", forward);
