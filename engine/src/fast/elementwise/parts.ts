/** Complex numbers from their parts, and mantissas and exponents. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  broadcastAddressOf,
  declineKernel,
  finishKernel,
  isFloat,
  isFloat32,
  memory32,
  resultAddressOf,
} from "../wasm/operands.ts";
import { minWasmElements } from "./job.ts";

const complex: FastKernel = ([out], [re, im]) => {
  const n = sizeOf(out.shape);
  const wasm = isFloat(re) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const [a, b] = [broadcastAddressOf(re, out.shape), broadcastAddressOf(im, out.shape)];
  kernelsOf(wasm, re).interleave(n, a, b, resultAddressOf(out));
  return finishKernel();
};

/** Bits of a float32: of its sign and fraction, of the exponent -1, and of the exponent alone. */
const signAndFraction = 0x807fffff | 0;
const half = 0x3f000000;
const exponentBits = 0x7f800000;
const fractionDigits = 23;
/** The exponent of a float32 with the exponent bits 0, and the number that all bits of the exponent are. */
const bias = 126;
const special = 255;

/** Replaces the bits of float32 by those of their mantissas, and stores the exponents. Returns `false` for a denormal number. */
function split(bits: Int32Array, mantissas: Int32Array, exponents: Int32Array): boolean {
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i];
    const e = (x & exponentBits) >> fractionDigits;
    if (e === 0 || e === special) {
      if (e === 0 && (x & ~(1 << 31)) !== 0) return false;
      mantissas[i] = x;
      exponents[i] = 0;
    } else {
      mantissas[i] = (x & signAndFraction) | half;
      exponents[i] = e - bias;
    }
  }
  return true;
}

const frexp: FastKernel = ([mantissas, exponents], [x]) => {
  const n = sizeOf(x.shape);
  const wasm = isFloat32(x) ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return false;
  const addresses = [addressOf(x), resultAddressOf(mantissas), resultAddressOf(exponents)];
  const [bits, m, e] = addresses.map((address) => new Int32Array(memory32().buffer, address, n));
  return split(bits, m, e) ? finishKernel() : declineKernel();
};

registerFastKernel("complex", complex);
registerFastKernel("frexp", frexp);
