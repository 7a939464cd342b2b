/** The largest element of each window, and its gradient. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { shareRows } from "../threads/rows-job.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  finishKernel,
  indexAddressOf,
  indexResultAddressOf,
  isFloat,
  resultAddressOf,
} from "../wasm/operands.ts";
import { type Window, windowOf } from "./window.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

const forward: FastKernel = ([values, indices], [x], params) => {
  const wasm = isFloat(x) ? kernelsFor(sizeOf(values.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const window = windowOf(x.shape, values.shape, params as Window);
  const [planes, n] = [x.shape[0] * x.shape[1], sizeOf(x.shape.slice(2))];
  const addresses = [addressOf(x), resultAddressOf(values), indexResultAddressOf(indices)] as const;
  if (!shareRows(wasm, x, "maxPool", planes, n, addresses, { sizes: window }))
    kernelsOf(wasm, x).maxPool(planes, ...window, ...addresses);
  return finishKernel();
};

const rule: FastRule = (g, { outputs: [, indices], metas: [x] }) => {
  const wasm = isFloat(g) ? kernelsFor(sizeOf(g.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const dx = blank(x, null);
  const planes = x.shape[0] * x.shape[1];
  const [n, places] = [sizeOf(x.shape.slice(2)), sizeOf(g.shape.slice(2))];
  const addresses = [addressOf(g), indexAddressOf(indices), resultAddressOf(dx)] as const;
  if (!shareRows(wasm, g, "maxPoolGrad", planes, n, addresses, { sizes: [places] }))
    kernelsOf(wasm, g).maxPoolGrad(planes, n, places, ...addresses);
  finishKernel();
  return [dx];
};

for (const rank of [1, 2]) {
  registerFastKernel(`maxPool${rank}d`, forward);
  registerFastRule(`maxPool${rank}d`, rule);
}
