/** Looking for NaN and infinities, for anomaly mode. */
import { setFiniteKernel } from "../../tape/watch/finite.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, isFloat32, memory32 } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

setFiniteKernel((x) => {
  const n = sizeOf(x.shape);
  const wasm = isFloat32(x) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return null;
  const at = allocateTemporary(4);
  wasm.finite32(n, addressOf(x), at);
  const sum = memory32()[at / 4];
  finishKernel();
  return sum === 0;
});
