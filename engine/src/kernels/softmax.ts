/** Softmax and its logarithm along the last dimension, and their gradients, by WebAssembly. */
import { blank } from "../op/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../op/fast.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Strided } from "../tensor/strided.ts";
import { type Kernels, kernelsFor } from "./module.ts";
import { addressOf, isFloat, isFloat64, resultOf, settle } from "./operands.ts";
import { shareRows } from "./threads.ts";

const worthwhile = 17;

/** The kernels, where the lines along `dim` lie side by side. */
function forLines(x: Strided, dim: number): Kernels | null {
  return isFloat(x) && dim === x.shape.length - 1 ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
}

const forward =
  (run: (wasm: Kernels, double: boolean, rows: number, n: number, a: number, c: number) => void): FastKernel =>
  ([out], [x], dim) => {
    const wasm = forLines(x, dim as number);
    if (wasm === null) return false;
    const n = x.shape[x.shape.length - 1];
    run(wasm, isFloat64(x), sizeOf(x.shape) / n, n, addressOf(x), resultOf(out));
    return settle();
  };

const backward =
  (run: (wasm: Kernels, double: boolean, rows: number, n: number, y: number, g: number, c: number) => void): FastRule =>
  (g, { output: y, params: dim }) => {
    const wasm = g.dtype === y.dtype ? forLines(g, dim as number) : null;
    if (wasm === null) return null;
    const n = y.shape[y.shape.length - 1];
    const dx = blank(y, null);
    run(wasm, isFloat64(y), sizeOf(y.shape) / n, n, addressOf(y), addressOf(g), resultOf(dx));
    settle();
    return [dx];
  };

export function registerSoftmax(): void {
  registerFastKernel(
    "softmax",
    forward((wasm, double, rows, n, a, c) => {
      if (double) wasm.softmax64(rows, n, a, 8 * n, 0, c);
      else if (!shareRows(wasm, "softmax", rows, n, [a, c])) wasm.softmax32(rows, n, a, 4 * n, 0, c);
    }),
  );
  registerFastKernel(
    "logSoftmax",
    forward((wasm, double, rows, n, a, c) => {
      if (double) wasm.logSoftmax64(rows, n, a, c);
      else if (!shareRows(wasm, "logSoftmax", rows, n, [a, c])) wasm.logSoftmax32(rows, n, a, c);
    }),
  );
  registerFastRule(
    "softmax",
    backward((wasm, double, rows, n, y, g, c) => {
      if (double) wasm.softmaxGrad64(rows, n, y, g, 8 * n, 1, c);
      else if (!shareRows(wasm, "softmaxGrad", rows, n, [y, g, c])) wasm.softmaxGrad32(rows, n, y, g, 4 * n, 1, c);
    }),
  );
  registerFastRule(
    "logSoftmax",
    backward((wasm, double, rows, n, y, g, c) => {
      if (double) wasm.logSoftmaxGrad64(rows, n, y, g, c);
      else if (!shareRows(wasm, "logSoftmaxGrad", rows, n, [y, g, c])) wasm.logSoftmaxGrad32(rows, n, y, g, c);
    }),
  );
}
