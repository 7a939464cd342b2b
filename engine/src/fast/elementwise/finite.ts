/** Looking for NaN and infinity by WebAssembly, for anomaly mode. */
import { setFiniteKernel } from "../../tape/watch/finite.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, isFloat32, memory32, scratch, settle } from "../wasm/operands.ts";

/** Fewer elements are looked at where they are. */
const worthwhile = 64;

/** Hands the kernel to anomaly mode. */
export function registerFinite(): void {
  setFiniteKernel((x) => {
    const n = sizeOf(x.shape);
    const wasm = isFloat32(x) ? kernelsFor(n, worthwhile) : null;
    if (wasm === null) return null;
    const at = scratch(4);
    wasm.finite32(n, addressOf(x), at);
    const sum = memory32()[at / 4];
    settle();
    return sum === 0;
  });
}
