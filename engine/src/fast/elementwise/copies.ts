/** Copies of tensors of any dtype: into row-major order, one behind the other, and along a diagonal. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, type TypedKernels } from "../wasm/module.ts";
import { addressOf, allocateTemporary, copyElements, finishKernel, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

const clone: FastKernel = ([out], [x]) => {
  if (kernelsFor(sizeOf(out.shape), minWasmElements) === null) return false;
  copyElements(x, resultAddressOf(out));
  return finishKernel();
};

/** Returns the bytes of one step along a dimension. */
const stepBytes = (shape: readonly number[], dim: number, size: number): number => sizeOf(shape.slice(dim + 1)) * size;

/** Stores the elements of 2 or 4 arrays of n elements in turn: of 4, first those of every second array, and then those of both results. */
function interleave(
  run: TypedKernels["interleave"],
  n: number,
  size: number,
  from: readonly number[],
  to: number,
): void {
  if (from.length === 2) return run(n, from[0], from[1], to);
  const half = n * (from.length / 2);
  const [even, odd] = [0, 1].map((parity) => {
    const address = allocateTemporary(half * size);
    const others = from.filter((_, i) => i % 2 === parity);
    interleave(run, n, size, others, address);
    return address;
  });
  run(half, even, odd, to);
}

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
    const isColumn = isStack && (step === 4 || step === 8);
    if (isColumn && (inputs.length === 2 || inputs.length === 4)) {
      const { interleave: run } = step === 8 ? wasm.float64 : wasm.float32;
      interleave(run, outer, step, inputs.map(addressOf), to);
      return finishKernel();
    }
    for (const x of inputs) {
      const part = isStack ? step : x.shape[dim] * step;
      if (part > 0) wasm.copyRows(outer, part, addressOf(x), part, to, whole);
      to += part;
    }
    return finishKernel();
  };

/** The place of a matrix in a result that has it on its diagonal. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/** Joins matrices along a diagonal. */
const diagonalBlocks: FastKernel = ([out], inputs, params) => {
  const { places } = params as { readonly places: readonly Place[] };
  const size = bytesPerElement[out.storage.dtype];
  const wasm = kernelsFor(sizeOf(out.shape), minWasmElements);
  if (wasm === null || out.shape.length !== 2 || inputs.some((x) => x.storage.dtype !== out.storage.dtype))
    return false;
  const whole = size * out.shape[1];
  const to = resultAddressOf(out);
  wasm.clear(size * sizeOf(out.shape), to);
  places.forEach(({ row, column, height, width }, k) => {
    const part = size * width;
    if (part > 0) wasm.copyRows(height, part, addressOf(inputs[k]), part, to + row * whole + size * column, whole);
  });
  return finishKernel();
};

registerFastKernel("clone", clone);
registerFastKernel("diagonalBlocks", diagonalBlocks);
registerFastKernel("cat", concatenate(false));
registerFastKernel("stack", concatenate(true));
