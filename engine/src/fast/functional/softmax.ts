/** Softmax and its logarithm along the last dimension, and their gradients, by WebAssembly. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { shareRows } from "../threads/threads.ts";
import { type Kernels, kernelsFor, widthOf } from "../wasm/module.ts";
import { addressOf, isFloat, resultOf, settle } from "../wasm/operands.ts";

const worthwhile = 17;

/** The kernels, where the lines along `dim` lie side by side. */
function forLines(x: Strided, dim: number): Kernels | null {
  return isFloat(x) && dim === x.shape.length - 1 ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
}

/** A kernel on rows of n elements, its addresses the operands' and the result's. */
type Run = (wasm: Kernels, x: Strided, rows: number, n: number, from: readonly number[], to: number) => void;

const forward =
  (run: Run): FastKernel =>
  ([out], [x], dim) => {
    const wasm = forLines(x, dim as number);
    if (wasm === null) return false;
    const n = x.shape[x.shape.length - 1];
    run(wasm, x, sizeOf(x.shape) / n, n, [addressOf(x)], resultOf(out));
    return settle();
  };

const backward =
  (run: Run): FastRule =>
  (g, { output: y, params: dim }) => {
    const wasm = g.dtype === y.dtype ? forLines(g, dim as number) : null;
    if (wasm === null) return null;
    const n = y.shape[y.shape.length - 1];
    const dx = blank(y, null);
    run(wasm, y, sizeOf(y.shape) / n, n, [addressOf(y), addressOf(g)], resultOf(dx));
    settle();
    return [dx];
  };

const bytesOf = (n: number, x: Strided): number => n * bytesPerElement[x.storage.dtype];

export function registerSoftmax(): void {
  registerFastKernel(
    "softmax",
    forward((wasm, x, rows, n, [a], c) => {
      if (!shareRows(wasm, x, "softmax", rows, n, [a, c])) widthOf(wasm, x).softmax(rows, n, a, bytesOf(n, x), 0, c);
    }),
  );
  registerFastKernel(
    "logSoftmax",
    forward((wasm, x, rows, n, [a], c) => {
      if (!shareRows(wasm, x, "logSoftmax", rows, n, [a, c])) widthOf(wasm, x).logSoftmax(rows, n, a, c);
    }),
  );
  registerFastRule(
    "softmax",
    backward((wasm, x, rows, n, [y, g], c) => {
      if (!shareRows(wasm, x, "softmaxGrad", rows, n, [y, g, c]))
        widthOf(wasm, x).softmaxGrad(rows, n, y, g, bytesOf(n, x), 1, c);
    }),
  );
  registerFastRule(
    "logSoftmax",
    backward((wasm, x, rows, n, [y, g], c) => {
      if (!shareRows(wasm, x, "logSoftmaxGrad", rows, n, [y, g, c])) widthOf(wasm, x).logSoftmaxGrad(rows, n, y, g, c);
    }),
  );
}
