/** Windows of images as columns, and back. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { type Window, windowOf } from "./window.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

/** The parameters of the ops. */
interface Columns extends Window {
  readonly size: readonly number[];
  readonly places: readonly number[];
}

/** Returns the kernel of one of the ops. */
const kernel =
  (name: "im2col" | "col2im"): FastKernel =>
  ([out], [x], params) => {
    const wasm = isFloat(x) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
    if (wasm === null) return false;
    const { size, places, ...window } = params as Columns;
    const images = name === "im2col" ? x : out;
    const sizes = windowOf([1, 1, ...size], [1, 1, ...places], window);
    const [from, to] = [addressOf(x), resultAddressOf(out)];
    kernelsOf(wasm, x)[name](images.shape[0] * images.shape[1], ...sizes, from, to);
    return finishKernel();
  };

registerFastKernel("im2col", kernel("im2col"));
registerFastKernel("col2im", kernel("col2im"));
