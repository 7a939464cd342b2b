/** Complex numbers from their parts, and mantissas and exponents. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, broadcastAddressOf, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { minWasmElements } from "./job.ts";

const complex: FastKernel = ([out], [re, im]) => {
  const n = sizeOf(out.shape);
  const wasm = isFloat(re) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const [a, b] = [broadcastAddressOf(re, out.shape), broadcastAddressOf(im, out.shape)];
  kernelsOf(wasm, re).interleave(n, a, b, resultAddressOf(out));
  return finishKernel();
};

const frexp: FastKernel = ([mantissas, exponents], [x]) => {
  const n = sizeOf(x.shape);
  const wasm = isFloat(x) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  kernelsOf(wasm, x).frexp(n, addressOf(x), resultAddressOf(mantissas), resultAddressOf(exponents));
  return finishKernel();
};

registerFastKernel("complex", complex);
registerFastKernel("frexp", frexp);
