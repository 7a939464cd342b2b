/** The gates of a long short-term memory by WebAssembly. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { shareRows } from "../threads/threads.ts";
import { kernelsFor, widthOf } from "../wasm/module.ts";
import { addressOf, alike, resultOf, settle } from "../wasm/operands.ts";

const worthwhile = 17;

const forward: FastKernel = ([h, next], [gates, c]) => {
  const wasm = alike([gates, c]) ? kernelsFor(sizeOf(c.shape), worthwhile) : null;
  if (wasm === null) return false;
  const n = c.shape[c.shape.length - 1];
  const rows = sizeOf(c.shape) / n;
  const [sums, cell, to, toCell] = [addressOf(gates), addressOf(c), resultOf(h), resultOf(next)];
  if (!shareRows(wasm, c, "lstm", rows, n, [sums, cell, to, toCell]))
    widthOf(wasm, c).lstm(rows, n, sums, cell, to, toCell);
  return settle();
};

const rule: FastRule = (_g, { inputs: [gates, c], outputs: [, next], cotangents, metas, needs }) => {
  // the kernel works out both gradients, and c is saved for that of the gates
  if (!needs[0]) return null;
  const known = [gates, c, ...cotangents.filter((t) => t !== null)];
  const wasm = alike(known) ? kernelsFor(sizeOf(c.shape), worthwhile) : null;
  if (wasm === null) return null;
  const [dh, dNext] = cotangents.map((t) => (t === null ? 0 : addressOf(t)));
  const [dGates, dc] = metas.map((m) => blank(m, null));
  const n = c.shape[c.shape.length - 1];
  const [to, toCell] = [resultOf(dGates), resultOf(dc)];
  const rows = sizeOf(c.shape) / n;
  const [sums, cell, after] = [addressOf(gates), addressOf(c), addressOf(next)];
  if (!shareRows(wasm, c, "lstmGrad", rows, n, [sums, cell, after, dh, dNext, to, toCell]))
    widthOf(wasm, c).lstmGrad(rows, n, sums, cell, after, dh, dNext, to, toCell);
  settle();
  return [dGates, dc];
};

export function registerRecurrent(): void {
  registerFastKernel("lstmGates", forward);
  registerFastRule("lstmGates", rule);
}
