/** The largest of each window by WebAssembly. */
import { blank } from "../op/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../op/fast.ts";
import { sizeOf } from "../tensor/shape.ts";
import { type Window2d, windowOf } from "./conv.ts";
import { kernelsFor } from "./module.ts";
import { addressOf, isFloat32, resultOf, settle } from "./operands.ts";

const worthwhile = 32;

const forward: FastKernel = ([values, indices], [x], params) => {
  const wasm = isFloat32(x) ? kernelsFor(sizeOf(values.shape), worthwhile) : null;
  if (wasm === null) return false;
  const window = windowOf(x.shape, values.shape, params as Window2d);
  wasm.maxPool32(x.shape[0] * x.shape[1], ...window, addressOf(x), resultOf(values), resultOf(indices));
  return settle();
};

const rule: FastRule = (g, { outputs: [, indices], metas: [x] }) => {
  const wasm = isFloat32(g) ? kernelsFor(sizeOf(g.shape), worthwhile) : null;
  if (wasm === null) return null;
  const dx = blank(x, null);
  const planes = x.shape[0] * x.shape[1];
  const [n, places] = [sizeOf(x.shape.slice(2)), sizeOf(g.shape.slice(2))];
  wasm.maxPoolGrad32(planes, n, places, addressOf(g), addressOf(indices), resultOf(dx));
  settle();
  return [dx];
};

export function registerPooling(): void {
  for (const rank of [1, 2]) {
    registerFastKernel(`maxPool${rank}d`, forward);
    registerFastRule(`maxPool${rank}d`, rule);
  }
}
