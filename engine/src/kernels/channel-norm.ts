/** Normalization of channels, and its gradient, by WebAssembly. */
import { blank } from "../op/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../op/fast.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Strided } from "../tensor/strided.ts";
import { type Kernels, kernelsFor } from "./module.ts";
import { addressOf, isFloat32, resultOf, scratch, settle } from "./operands.ts";

const worthwhile = 17;

/** The elements with those of a channel side by side: [rows, channels, n] as it is, [rows, channels] turned about. */
function lined(wasm: Kernels, rows: number, channels: number, n: number, address: number): number {
  if (n !== 1) return address;
  const turned = scratch(4 * rows * channels);
  wasm.gather32(1, 1, channels, rows, address, 0, 0, 4, 4 * channels, turned);
  return turned;
}

/** Runs a pass on channels whose elements lie side by side, from such addresses to a result. */
function run(
  wasm: Kernels,
  out: Strided,
  inputs: readonly Strided[],
  pass: (outer: number, channels: number, n: number, from: readonly number[], to: number) => void,
): void {
  const [rows, channels] = out.shape;
  const n = sizeOf(out.shape.slice(2));
  const from = inputs.map((t) => lined(wasm, rows, channels, n, addressOf(t)));
  const to = resultOf(out);
  if (n !== 1) {
    pass(rows, channels, n, from, to);
    return;
  }
  const turned = scratch(4 * rows * channels);
  pass(1, channels, rows, from, turned);
  wasm.gather32(1, 1, rows, channels, turned, 0, 0, 4, 4 * rows, to);
}

const forward: FastKernel = ([out], [x], params) => {
  const wasm = isFloat32(x) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  if (wasm === null) return false;
  const { eps } = params as { readonly eps: number };
  run(wasm, out, [x], (outer, channels, n, [from], to) => wasm.channelNorm32(outer, channels, n, from, eps, to));
  return settle();
};

const rule: FastRule = (g, { inputs: [x], metas, params }) => {
  const wasm = isFloat32(g) && isFloat32(x) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  if (wasm === null) return null;
  const { eps } = params as { readonly eps: number };
  const dx = blank(metas[0], null);
  run(wasm, dx, [x, g], (outer, channels, n, [from, by], to) =>
    wasm.channelNormGrad32(outer, channels, n, from, by, eps, to),
  );
  settle();
  return [dx];
};

export function registerChannelNorm(): void {
  registerFastKernel("channelNorm", forward);
  registerFastRule("channelNorm", rule);
}
