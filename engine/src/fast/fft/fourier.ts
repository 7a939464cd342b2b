/** Fourier transforms of complex, real and Hermitian tensors. */
import { type FastKernel, registerComplexKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { bytesPerElement, isComplex } from "../../tensor/dtype.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { type Lines, type Transform, transformLines } from "./runs.ts";

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

/** Returns the lines of a contiguous tensor along a dimension. */
function linesOf(shape: Shape, dim: number, bytes: number): Lines {
  const [, count, inner] = sizesAround(shape, dim);
  return { bytes, count, near: bytes, far: bytes * count * inner, step: bytes * inner };
}

/** Transforms the lines of a tensor along one dimension. */
function along(
  wasm: Kernels,
  kind: Transform["kind"],
  dim: number,
  shapes: readonly [source: Shape, target: Shape],
  options: Pick<Transform, "isDouble" | "forward" | "scale" | "middle">,
  from: number,
  to: number,
): void {
  const [outer, , inner] = sizesAround(shapes[0], dim);
  const complex = options.isDouble ? 16 : 8;
  const source = linesOf(shapes[0], dim, kind === "fourierReal" ? complex / 2 : complex);
  const target = linesOf(shapes[1], dim, kind === "fourierHermitian" ? complex / 2 : complex);
  transformLines(wasm, { ...options, kind, outer, inner, source, target, twist: 0 }, from, to);
}

/** Transforms complex numbers along dimensions: from the first address to the second one, and then in place. */
function alongAll(
  wasm: Kernels,
  dims: readonly number[],
  shape: Shape,
  { isDouble, forward, scale }: Pick<Transform, "isDouble" | "forward" | "scale">,
  from: number,
  to: number,
): void {
  dims.forEach((dim, i) => {
    const options = { isDouble, forward, scale: i === dims.length - 1 ? scale : 1, middle: 1 };
    along(wasm, "fourierComplex", dim, [shape, shape], options, i === 0 ? from : to, to);
  });
}

const complexToComplex: FastKernel = ([out], [x], params) => {
  const { dims, forward, scale } = params as Params;
  const wasm = dims.length > 0 ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null || (!isFloat(x) && !isComplex(x.dtype))) return false;
  const options = { isDouble: out.dtype === "complex128", forward, scale };
  if (isComplex(x.dtype)) alongAll(wasm, dims, out.shape, options, addressOf(x), resultAddressOf(out));
  else realToAll(wasm, dims, [x.shape, out.shape], { ...options, middle: 1 }, addressOf(x), resultAddressOf(out));
  return finishKernel();
};

/** Transforms real numbers along the last of the dimensions, and the complex ones along the others. */
function realToAll(
  wasm: Kernels,
  dims: readonly number[],
  shapes: readonly [source: Shape, target: Shape],
  options: Pick<Transform, "isDouble" | "forward" | "scale" | "middle">,
  from: number,
  to: number,
): void {
  const rest = dims.slice(0, -1);
  const scale = rest.length === 0 ? options.scale : 1;
  along(wasm, "fourierReal", dims[rest.length], shapes, { ...options, scale }, from, to);
  alongAll(wasm, rest, shapes[1], options, to, to);
}

const realToComplex: FastKernel = ([out], [x], params) => {
  const { dims, ...options } = params as RealParams;
  const wasm = isFloat(x) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [from, to] = [addressOf(x), resultAddressOf(out)];
  realToAll(wasm, dims, [x.shape, out.shape], { ...options, isDouble: out.dtype === "complex128" }, from, to);
  return finishKernel();
};

const complexToReal: FastKernel = ([out], [x], params) => {
  const { dims, forward, scale, middle } = params as RealParams;
  const wasm = isComplex(x.dtype) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const rest = dims.slice(0, -1);
  const options = { isDouble: out.dtype === "float64", forward, scale, middle };
  const from = addressOf(x);
  const between = rest.length === 0 ? from : allocateTemporary(sizeOf(x.shape) * bytesPerElement[x.dtype]);
  alongAll(wasm, rest, x.shape, { ...options, scale: 1 }, from, between);
  along(wasm, "fourierHermitian", dims[rest.length], [x.shape, out.shape], options, between, resultAddressOf(out));
  return finishKernel();
};

registerFastKernel("fftComplexToComplex", complexToComplex);
registerComplexKernel("fftComplexToComplex", complexToComplex);
registerFastKernel("fftRealToComplex", realToComplex);
registerComplexKernel("fftComplexToReal", complexToReal);
