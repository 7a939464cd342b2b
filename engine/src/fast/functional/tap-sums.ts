/** Weighted sums of elements at given indices, and their transposes. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, haveSameFloatDtype, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

/** The parameters of the ops. */
interface TapSums {
  readonly size: number;
}

/** The ops, with the places of their result and their inputs among x, w and y. */
const places = { tapSum: ["x", "w", "y"], tapSpread: ["y", "w", "x"], tapDot: ["x", "y", "w"] } as const;

/** Returns the kernel of one of the ops. */
const kernel =
  (name: keyof typeof places): FastKernel =>
  ([out], [first, second, indices], params) => {
    const fits = haveSameFloatDtype([first, second]) && indices.storage.dtype === "int32";
    const wasm = fits ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
    if (wasm === null) return false;
    const [batch, count, taps] = indices.shape;
    const channels = (name === "tapSpread" ? out : first).shape[1];
    const [firstAt, secondAt, outAt] = places[name];
    const addresses = {
      [firstAt]: addressOf(first),
      [secondAt]: addressOf(second),
      [outAt]: resultAddressOf(out),
    } as Record<"x" | "w" | "y", number>;
    const { size } = params as TapSums;
    const run = kernelsOf(wasm, first)[name];
    run(batch, channels, count, taps, size, addresses.x, addresses.w, addressOf(indices), addresses.y);
    return finishKernel();
  };

registerFastKernel("tapSum", kernel("tapSum"));
registerFastKernel("tapSpread", kernel("tapSpread"));
registerFastKernel("tapDot", kernel("tapDot"));
