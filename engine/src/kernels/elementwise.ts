/** Arithmetic on float32 elements by WebAssembly: on equal shapes, with a number, and with a row for all rows. */
import { type FastKernel, registerFastKernel } from "../op/fast.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { contiguousArray, type Strided } from "../tensor/strided.ts";
import { floats, isFloat32 } from "./operands.ts";
import { type BinaryName, type UnaryName, wasmKernels } from "./wasm.ts";

/** Fewer elements cost less where they are. */
const worthwhile = 512;

/** Whether the shape, but for sizes of 1 in front, is the end of the other. */
function isRowOf(shape: Shape, whole: Shape): boolean {
  const first = shape.findIndex((n) => n !== 1);
  const row = first < 0 ? [] : shape.slice(first);
  return row.length <= whole.length && row.every((n, d) => n === whole[whole.length - row.length + d]);
}

const binary =
  (op: BinaryName): FastKernel =>
  ([out], inputs, { outputs: [y] }) => {
    const [x, z] = inputs as [Strided, Strided];
    const n = out.length;
    if (y.dtype !== "float32" || n < worthwhile) return false;
    const [nx, nz] = [sizeOf(x.shape), sizeOf(z.shape)];
    const wasm = wasmKernels();
    if (wasm === null) return false;
    const result = out as Float32Array;
    // a number counts as float32 whatever it is stored as
    if (nz === 1 && nx === n && isFloat32(x)) wasm.scalar(op, result, floats(x), contiguousArray(z)[0], false);
    else if (nx === 1 && nz === n && isFloat32(z)) wasm.scalar(op, result, floats(z), contiguousArray(x)[0], true);
    else if (!isFloat32(x) || !isFloat32(z) || nx !== n || nz === 0 || !isRowOf(z.shape, x.shape)) return false;
    else wasm.binary(op, result, floats(x), floats(z));
    return true;
  };

const unary =
  (op: UnaryName): FastKernel =>
  ([out], [x]) => {
    if (!isFloat32(x) || out.length < worthwhile) return false;
    const wasm = wasmKernels();
    if (wasm === null) return false;
    wasm.unary(op, out as Float32Array, floats(x));
    return true;
  };

export function registerElementwise(): void {
  for (const op of ["add", "sub", "mul", "div"] as const) registerFastKernel(op, binary(op));
  for (const op of ["neg", "abs", "sqrt", "relu"] as const) registerFastKernel(op, unary(op));
}
