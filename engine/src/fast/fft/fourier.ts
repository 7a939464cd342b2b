/** Fourier transforms of complex, real and Hermitian tensors. */
import { type FastKernel, registerComplexKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement, isComplex } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { complexPasses, type Pass, realPasses, runPasses } from "./passes.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

/** Parameters of the ops, as `ops/fft/transform-ops.ts` has them. */
interface Params {
  readonly dims: readonly number[];
  readonly forward: boolean;
  readonly scale: number;
}

interface RealParams extends Params {
  readonly middle: number;
}

const complexToComplex: FastKernel = ([out], [x], params) => {
  const { dims, forward, scale } = params as Params;
  const wasm = dims.length > 0 ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null || (!isFloat(x) && !isComplex(x.dtype))) return false;
  const [from, to] = [addressOf(x), resultAddressOf(out)];
  const passes = isComplex(x.dtype)
    ? complexPasses(dims, out.shape, from, to)
    : realPasses(dims, x.shape, out.shape, from, to);
  runPasses(wasm, passes, { isDouble: out.dtype === "complex128", forward, scale, middle: 1 });
  return finishKernel();
};

const realToComplex: FastKernel = ([out], [x], params) => {
  const { dims, ...options } = params as RealParams;
  const wasm = isFloat(x) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const passes = realPasses(dims, x.shape, out.shape, addressOf(x), resultAddressOf(out));
  runPasses(wasm, passes, { ...options, isDouble: out.dtype === "complex128" });
  return finishKernel();
};

const complexToReal: FastKernel = ([out], [x], params) => {
  const { dims, ...options } = params as RealParams;
  const wasm = isComplex(x.dtype) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [from, to, dim] = [addressOf(x), resultAddressOf(out), dims[dims.length - 1]];
  const rest = dims.slice(0, -1);
  const between = rest.length === 0 ? from : allocateTemporary(sizeOf(x.shape) * bytesPerElement[x.dtype]);
  const hermitian: Pass = { kind: "fourierHermitian", dim, source: x.shape, target: out.shape, from: between, to };
  const passes = [...complexPasses(rest, x.shape, from, between), hermitian];
  runPasses(wasm, passes, { ...options, isDouble: out.dtype === "float64" });
  return finishKernel();
};

registerFastKernel("fftComplexToComplex", complexToComplex);
registerComplexKernel("fftComplexToComplex", complexToComplex);
registerFastKernel("fftRealToComplex", realToComplex);
registerComplexKernel("fftComplexToReal", complexToReal);
