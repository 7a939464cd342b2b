/** Diagonals of zeros. */
import { type FastKernel, registerComplexKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { contiguousStrides, sizeOf } from "../../tensor/shape.ts";
import { kernelsFor } from "../wasm/module.ts";
import { move } from "../wasm/move.ts";
import { declineKernel, elementBytes, finishKernel, resultAddressOf, stridedAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

/** The parameters of `embedDiagonal`. */
interface Diagonal {
  readonly offset: number;
  readonly dim1: number;
  readonly dim2: number;
}

const embedDiagonal: FastKernel = ([out], [x], params) => {
  const { offset, dim1, dim2 } = params as Diagonal;
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null) return false;
  const strides = contiguousStrides(out.shape);
  const first = offset < 0 ? -offset * strides[dim1] : offset * strides[dim2];
  const along = [...strides.filter((_, d) => d !== dim1 && d !== dim2), strides[dim1] + strides[dim2]];
  const [bytes, to] = [elementBytes(x), resultAddressOf(out)];
  wasm.clear(bytes * sizeOf(out.shape), to);
  const from = { address: stridedAddressOf(x), strides: x.strides };
  const fits = move(wasm, bytes, x.shape, from, { address: to + bytes * first, strides: along });
  return fits ? finishKernel() : declineKernel();
};

registerFastKernel("embedDiagonal", embedDiagonal);
registerComplexKernel("embedDiagonal", embedDiagonal);
