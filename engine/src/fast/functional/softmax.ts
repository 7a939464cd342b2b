/** Softmax and its logarithm along the last dimension, and their gradients. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { shareRows } from "../threads/rows-job.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

/** Returns the kernels if `dim` is the last dimension and there are enough elements; else `null`. */
function kernelsAlong(x: Strided, dim: number): Kernels | null {
  return isFloat(x) && dim === x.shape.length - 1 ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
}

/** Runs a kernel on rows of n elements, with the addresses of its operands and of its result. */
type Run = (wasm: Kernels, x: Strided, rows: number, n: number, from: readonly number[], to: number) => void;

const forward =
  (run: Run): FastKernel =>
  ([out], [x], dim) => {
    const wasm = kernelsAlong(x, dim as number);
    if (wasm === null) return false;
    const n = x.shape[x.shape.length - 1];
    run(wasm, x, sizeOf(x.shape) / n, n, [addressOf(x)], resultAddressOf(out));
    return finishKernel();
  };

const backward =
  (run: Run): FastRule =>
  (g, { output: y, params: dim }) => {
    const wasm = g.dtype === y.dtype ? kernelsAlong(g, dim as number) : null;
    if (wasm === null) return null;
    const n = y.shape[y.shape.length - 1];
    const dx = blank(y, null);
    run(wasm, y, sizeOf(y.shape) / n, n, [addressOf(y), addressOf(g)], resultAddressOf(dx));
    finishKernel();
    return [dx];
  };

const bytesOf = (n: number, x: Strided): number => n * bytesPerElement[x.storage.dtype];

registerFastKernel(
  "softmax",
  forward((wasm, x, rows, n, [a], c) => {
    if (!shareRows(wasm, x, "softmax", rows, n, [a, c])) kernelsOf(wasm, x).softmax(rows, n, a, bytesOf(n, x), 0, c);
  }),
);
registerFastKernel(
  "logSoftmax",
  forward((wasm, x, rows, n, [a], c) => {
    if (!shareRows(wasm, x, "logSoftmax", rows, n, [a, c])) kernelsOf(wasm, x).logSoftmax(rows, n, a, c);
  }),
);
registerFastRule(
  "softmax",
  backward((wasm, x, rows, n, [y, g], c) => {
    if (!shareRows(wasm, x, "softmaxGrad", rows, n, [y, g, c]))
      kernelsOf(wasm, x).softmaxGrad(rows, n, y, g, bytesOf(n, x), 1, c);
  }),
);
registerFastRule(
  "logSoftmax",
  backward((wasm, x, rows, n, [y, g], c) => {
    if (!shareRows(wasm, x, "logSoftmaxGrad", rows, n, [y, g, c])) kernelsOf(wasm, x).logSoftmaxGrad(rows, n, y, g, c);
  }),
);
