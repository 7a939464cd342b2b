/** Normalization of channels, as in batch norm, and its gradient. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { kernelsFor, kernelsOf, type TypedKernels } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  finishKernel,
  haveSameFloatDtype,
  isFloat,
  resultAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

/** Copies the transpose of a matrix [rows, columns]. */
function transpose(
  { gather }: TypedKernels,
  bytes: number,
  rows: number,
  columns: number,
  from: number,
  to: number,
): void {
  gather(1, 1, columns, rows, from, 0, 0, bytes, bytes * columns, to);
}

/** Runs a pass on [outer, channels, n] in which the n elements of a channel are contiguous; [rows, channels] are transposed for it and back. */
function run(
  typed: TypedKernels,
  out: Strided,
  inputs: readonly Strided[],
  pass: (outer: number, channels: number, n: number, from: readonly number[], to: number) => void,
): void {
  const [rows, channels] = out.shape;
  const n = sizeOf(out.shape.slice(2));
  const from = inputs.map(addressOf);
  const to = resultAddressOf(out);
  if (n !== 1) {
    pass(rows, channels, n, from, to);
    return;
  }
  const bytes = bytesPerElement[out.storage.dtype];
  const [transposed, ...lines] = [to, ...from].map(() => allocateTemporary(bytes * rows * channels));
  from.forEach((address, i) => transpose(typed, bytes, rows, channels, address, lines[i]));
  pass(1, channels, rows, lines, transposed);
  transpose(typed, bytes, channels, rows, transposed, to);
}

const forward: FastKernel = ([out], [x], params) => {
  const wasm = isFloat(x) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const { eps } = params as { readonly eps: number };
  const typed = kernelsOf(wasm, x);
  run(typed, out, [x], (outer, channels, n, [from], to) => typed.channelNorm(outer, channels, n, from, eps, to));
  return finishKernel();
};

const rule: FastRule = (g, { inputs: [x], metas, params }) => {
  const wasm = haveSameFloatDtype([g, x]) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const { eps } = params as { readonly eps: number };
  const dx = blank(metas[0], null);
  const typed = kernelsOf(wasm, x);
  run(typed, dx, [x, g], (outer, channels, n, [from, by], to) =>
    typed.channelNormGrad(outer, channels, n, from, by, eps, to),
  );
  finishKernel();
  return [dx];
};

registerFastKernel("channelNorm", forward);
registerFastRule("channelNorm", rule);
