/** Copies of tensors of any dtype: into row-major order, one behind the other, and between float32 and float64. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, copyElements, finishKernel, isFloat, isFloat32, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

const clone: FastKernel = ([out], [x]) => {
  if (kernelsFor(sizeOf(out.shape), minWasmElements) === null) return false;
  copyElements(x, resultAddressOf(out));
  return finishKernel();
};

/** Returns the bytes of one step along a dimension. */
const stepBytes = (shape: readonly number[], dim: number, size: number): number => sizeOf(shape.slice(dim + 1)) * size;

/** Returns the kernel of `cat`, or of `stack`, which gives each operand one step along a new dimension. */
const concatenate =
  (isStack: boolean): FastKernel =>
  ([out], inputs, params) => {
    const dim = params as number;
    const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
    if (wasm === null || inputs.some((x) => x.storage.dtype !== out.storage.dtype)) return false;
    const step = stepBytes(out.shape, dim, bytesPerElement[out.storage.dtype]);
    const [outer, whole] = [sizeOf(out.shape.slice(0, dim)), out.shape[dim] * step];
    let to = resultAddressOf(out);
    for (const x of inputs) {
      const part = isStack ? step : x.shape[dim] * step;
      if (part > 0) wasm.copyRows(outer, part, addressOf(x), part, to, whole);
      to += part;
    }
    return finishKernel();
  };

/** Converts between float32 and float64. */
const to: FastKernel = ([out], [x]) => {
  const wasm = isFloat(x) && isFloat(out) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null || x.storage.dtype === out.storage.dtype) return false;
  const [from, result] = [addressOf(x), resultAddressOf(out)];
  if (isFloat32(x)) wasm.widen(sizeOf(x.shape), from, result);
  else wasm.narrow(sizeOf(x.shape), from, result);
  return finishKernel();
};

registerFastKernel("to", to);
registerFastKernel("clone", clone);
registerFastKernel("cat", concatenate(false));
registerFastKernel("stack", concatenate(true));
