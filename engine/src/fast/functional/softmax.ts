/** Softmax and its logarithm along a dimension, and their gradients: of rows, which are copied to lie behind each other for another dimension than the last. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { shareRows } from "../threads/rows-job.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { transposeLines } from "../wasm/transpose.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

/** Returns the kernels if there are enough elements; else `null`. */
const kernelsAlong = (x: Strided): Kernels | null =>
  isFloat(x) && x.shape.length > 0 ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;

/** Runs a kernel on the lines of a dimension. */
function runAlong(run: Run, wasm: Kernels, x: Strided, dim: number, from: readonly number[], to: number): void {
  const [outer, n, inner] = sizesAround(x.shape, dim);
  if (inner === 1) return run(wasm, x, outer, n, from, to);
  const bytes = bytesPerElement[x.storage.dtype];
  const copy = (): number => allocateTemporary(bytes * outer * n * inner);
  const rows = from.map((address) => {
    const at = copy();
    transposeLines(wasm, bytes, outer, n, inner, address, at);
    return at;
  });
  const result = copy();
  run(wasm, x, outer * inner, n, rows, result);
  transposeLines(wasm, bytes, outer, inner, n, result, to);
}

/** Runs a kernel on rows of n elements, with the addresses of its operands and of its result. */
type Run = (wasm: Kernels, x: Strided, rows: number, n: number, from: readonly number[], to: number) => void;

const forward =
  (run: Run): FastKernel =>
  ([out], [x], dim) => {
    const wasm = kernelsAlong(x);
    if (wasm === null) return false;
    runAlong(run, wasm, x, dim as number, [addressOf(x)], resultAddressOf(out));
    return finishKernel();
  };

const backward =
  (run: Run): FastRule =>
  (g, { output: y, params: dim }) => {
    const wasm = g.dtype === y.dtype ? kernelsAlong(g) : null;
    if (wasm === null) return null;
    const dx = blank(y, null);
    runAlong(run, wasm, y, dim as number, [addressOf(y), addressOf(g)], resultAddressOf(dx));
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
