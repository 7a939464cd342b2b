/** The mean of each window, and its transpose. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, arrayAddressOf, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { poolSizes } from "./pool.ts";
import type { Window } from "./window.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

/** The parameters of the ops. */
interface AvgPool extends Window {
  readonly countPadding: boolean;
  readonly divisor: number | null;
}

/** Returns the kernel of the means y of x, or of its transpose, x from cotangents y. */
const average =
  (isBackward: boolean): FastKernel =>
  ([out], [input], params) => {
    const [x, y] = isBackward ? [out, input] : [input, out];
    const wasm = isFloat(x) ? kernelsFor(sizeOf(y.shape), minWasmElements) : null;
    if (wasm === null) return false;
    const { countPadding, divisor } = params as AvgPool;
    const sizes = arrayAddressOf(Int32Array.from(poolSizes(x.shape, y.shape, params as AvgPool)));
    const [from, to] = [addressOf(input), resultAddressOf(out)];
    const [ax, ay] = isBackward ? [to, from] : [from, to];
    const run = kernelsOf(wasm, x)[isBackward ? "avgPoolBack" : "avgPool"];
    const planes = x.shape[0] * x.shape[1];
    run(planes, sizes, Number(countPadding), divisor ?? 0, ax, ay);
    return finishKernel();
  };

for (const rank of [1, 2, 3]) {
  registerFastKernel(`avgPool${rank}d`, average(false));
  registerFastKernel(`avgPool${rank}dBack`, average(true));
}
