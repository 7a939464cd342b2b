/** The largest element of each window, and its gradient. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { shareRows } from "../threads/rows-job.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  arrayAddressOf,
  finishKernel,
  indexAddressOf,
  indexResultAddressOf,
  isFloat,
  resultAddressOf,
} from "../wasm/operands.ts";
import { poolSizes } from "./pool.ts";
import type { Window } from "./window.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

const forward: FastKernel = ([values, indices], [x], params) => {
  const wasm = isFloat(x) ? kernelsFor(sizeOf(values.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const sizes = poolSizes(x.shape, values.shape, params as Window);
  const [planes, n] = [x.shape[0] * x.shape[1], sizeOf(x.shape.slice(2))];
  const addresses = [addressOf(x), resultAddressOf(values), indexResultAddressOf(indices)] as const;
  if (!shareRows(wasm, x, "maxPool", planes, n, addresses, { sizes }))
    kernelsOf(wasm, x).maxPool(planes, arrayAddressOf(Int32Array.from(sizes)), ...addresses);
  return finishKernel();
};

/** Computes the largest elements alone. */
const valuesOnly: FastKernel = ([values], [x], params) => {
  const wasm = isFloat(x) ? kernelsFor(sizeOf(values.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const sizes = arrayAddressOf(Int32Array.from(poolSizes(x.shape, values.shape, params as Window)));
  kernelsOf(wasm, x).maxPoolValues(x.shape[0] * x.shape[1], sizes, addressOf(x), resultAddressOf(values));
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

for (const rank of [1, 2, 3]) {
  registerFastKernel(`maxPool${rank}dValues`, valuesOnly);
  registerFastKernel(`maxPool${rank}d`, forward);
  registerFastRule(`maxPool${rank}d`, rule);
}
