/** Normalization of channels, and its gradient, by WebAssembly. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { kernelsFor, type Width, widthOf } from "../wasm/module.ts";
import { addressOf, alike, isFloat, resultOf, scratch, settle } from "../wasm/operands.ts";

const worthwhile = 17;

/** The transpose of [rows, columns]. */
function turn({ gather }: Width, bytes: number, rows: number, columns: number, from: number, to: number): void {
  gather(1, 1, columns, rows, from, 0, 0, bytes, bytes * columns, to);
}

/** Runs a pass on channels whose elements lie side by side, from such addresses to a result. */
function run(
  width: Width,
  out: Strided,
  inputs: readonly Strided[],
  pass: (outer: number, channels: number, n: number, from: readonly number[], to: number) => void,
): void {
  const [rows, channels] = out.shape;
  const n = sizeOf(out.shape.slice(2));
  const from = inputs.map(addressOf);
  const to = resultOf(out);
  if (n !== 1) {
    pass(rows, channels, n, from, to);
    return;
  }
  const bytes = bytesPerElement[out.storage.dtype];
  const [turned, ...lines] = [to, ...from].map(() => scratch(bytes * rows * channels));
  from.forEach((address, i) => turn(width, bytes, rows, channels, address, lines[i]));
  pass(1, channels, rows, lines, turned);
  turn(width, bytes, channels, rows, turned, to);
}

const forward: FastKernel = ([out], [x], params) => {
  const wasm = isFloat(x) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  if (wasm === null) return false;
  const { eps } = params as { readonly eps: number };
  const width = widthOf(wasm, x);
  run(width, out, [x], (outer, channels, n, [from], to) => width.channelNorm(outer, channels, n, from, eps, to));
  return settle();
};

const rule: FastRule = (g, { inputs: [x], metas, params }) => {
  const wasm = alike([g, x]) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  if (wasm === null) return null;
  const { eps } = params as { readonly eps: number };
  const dx = blank(metas[0], null);
  const width = widthOf(wasm, x);
  run(width, dx, [x, g], (outer, channels, n, [from, by], to) =>
    width.channelNormGrad(outer, channels, n, from, by, eps, to),
  );
  settle();
  return [dx];
};

export function registerChannelNorm(): void {
  registerFastKernel("channelNorm", forward);
  registerFastRule("channelNorm", rule);
}
