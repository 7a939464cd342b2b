/** The largest and the mean of each window by WebAssembly. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { shareRows } from "../threads/threads.ts";
import { kernelsFor, widthOf } from "../wasm/module.ts";
import { addressOf, isFloat, resultOf, settle } from "../wasm/operands.ts";
import { type Window2d, windowOf } from "./conv.ts";

const worthwhile = 32;

const forward: FastKernel = ([values, indices], [x], params) => {
  const wasm = isFloat(x) ? kernelsFor(sizeOf(values.shape), worthwhile) : null;
  if (wasm === null) return false;
  const window = windowOf(x.shape, values.shape, params as Window2d);
  const [planes, n] = [x.shape[0] * x.shape[1], sizeOf(x.shape.slice(2))];
  const addresses = [addressOf(x), resultOf(values), resultOf(indices)];
  if (!shareRows(wasm, x, "maxPool", planes, n, addresses, 0, 0, window))
    widthOf(wasm, x).maxPool(planes, ...window, ...addresses);
  return settle();
};

const rule: FastRule = (g, { outputs: [, indices], metas: [x] }) => {
  const wasm = isFloat(g) ? kernelsFor(sizeOf(g.shape), worthwhile) : null;
  if (wasm === null) return null;
  const dx = blank(x, null);
  const planes = x.shape[0] * x.shape[1];
  const [n, places] = [sizeOf(x.shape.slice(2)), sizeOf(g.shape.slice(2))];
  const addresses = [addressOf(g), addressOf(indices), resultOf(dx)];
  if (!shareRows(wasm, g, "maxPoolGrad", planes, n, addresses, 0, 0, [places]))
    widthOf(wasm, g).maxPoolGrad(planes, n, places, ...addresses);
  settle();
  return [dx];
};

interface Average extends Window2d {
  readonly countPadding: boolean;
  readonly divisor: number | null;
}

/** The means y of x, or x from cotangents y. */
const average =
  (back: boolean): FastKernel =>
  ([out], [input], params) => {
    const [x, y] = back ? [out, input] : [input, out];
    const wasm = isFloat(x) ? kernelsFor(sizeOf(y.shape), worthwhile) : null;
    if (wasm === null) return false;
    const { countPadding, divisor } = params as Average;
    const [h, w, kh, kw, sh, sw, ph, pw, , , oh, ow] = windowOf(x.shape, y.shape, params as Average);
    const [from, to] = [addressOf(input), resultOf(out)];
    const [ax, ay] = back ? [to, from] : [from, to];
    const run = widthOf(wasm, x)[back ? "avgPoolBack" : "avgPool"];
    const planes = x.shape[0] * x.shape[1];
    run(planes, h, w, kh, kw, sh, sw, ph, pw, oh, ow, Number(countPadding), divisor ?? 0, ax, ay);
    return settle();
  };

export function registerPooling(): void {
  for (const rank of [1, 2]) {
    registerFastKernel(`maxPool${rank}d`, forward);
    registerFastRule(`maxPool${rank}d`, rule);
    registerFastKernel(`avgPool${rank}d`, average(false));
    registerFastKernel(`avgPool${rank}dBack`, average(true));
  }
}
