/** Products of float32 matrices by WebAssembly. */
import { type FastKernel, registerFastKernel } from "../op/fast.ts";
import { walk } from "../op/loops.ts";
import { broadcastStrides, sizeOf } from "../tensor/shape.ts";
import type { Strided } from "../tensor/strided.ts";
import { floats, isFloat32 } from "./operands.ts";
import { type Matrix, type WasmKernels, wasmKernels } from "./wasm.ts";

/** Products of fewer multiplications cost less where the operands are. */
const worthwhile = 4_096;

/** The kernels for a product of [m, k] and [k, n], where they can and should make it. */
function kernelsFor(inputs: readonly Strided[], m: number, n: number, k: number): WasmKernels | null {
  if (!inputs.every(isFloat32) || m * n * k < worthwhile) return null;
  const wasm = wasmKernels();
  return wasm?.fits(2 * (m * k + k * n) + m * n) === true ? wasm : null;
}

/** The last two dimensions at an offset, as they lie in memory; a matrix whose elements lie far apart is copied together. */
function matrixAt(t: Strided, offset: number): Matrix {
  const [rows, columns] = t.shape.slice(-2) as [number, number];
  const [row, column] = t.strides.slice(-2) as [number, number];
  const length = (rows - 1) * row + (columns - 1) * column + 1;
  const array = t.storage.array as Float32Array;
  if (length <= 2 * rows * columns) return { elements: array.subarray(offset, offset + length), row, column };
  const matrix = { storage: t.storage, shape: [rows, columns], strides: [row, column], offset };
  return { elements: floats(matrix), row: columns, column: 1 };
}

const matmul: FastKernel = ([out], inputs, { outputs: [y] }) => {
  const [a, b] = inputs as [Strided, Strided];
  const batch = y.shape.slice(0, -2);
  const [m, n] = y.shape.slice(-2) as [number, number];
  const k = a.shape.at(-1) as number;
  const wasm = kernelsFor(inputs, m, n, k);
  if (wasm === null) return false;
  const strides = [a, b].map((t) => broadcastStrides(t.shape.slice(0, -2), t.strides.slice(0, -2), batch));
  walk(batch, strides, (at, [i, j]) => {
    const place = out.subarray(at * m * n, (at + 1) * m * n) as Float32Array;
    wasm.gemm(place, [m, n, k], matrixAt(a, a.offset + i), matrixAt(b, b.offset + j), false);
  });
  return true;
};

/** x Wᵀ + b: the result begins as the bias in each row. */
const linear: FastKernel = ([out], inputs, { outputs: [y] }) => {
  const [x, weight, bias] = inputs as [Strided, Strided, Strided | undefined];
  const k = x.shape.at(-1) as number;
  if (weight.shape.length !== 2) return false;
  const n = weight.shape[0];
  const m = sizeOf(y.shape) / Math.max(n, 1);
  const plainBias = bias === undefined || (bias.shape.length === 1 && bias.shape[0] === n);
  const wasm = plainBias ? kernelsFor(inputs, m, n, k) : null;
  if (wasm === null) return false;
  const result = out as Float32Array;
  if (bias !== undefined) {
    const row = floats(bias);
    for (let i = 0; i < m; i++) result.set(row, i * n);
  }
  const rows: Matrix = { elements: floats(x), row: k, column: 1 };
  const transposed = { ...weight, shape: [k, n], strides: [weight.strides[1], weight.strides[0]] } as Strided;
  wasm.gemm(result, [m, n, k], rows, matrixAt(transposed, weight.offset), bias !== undefined);
  return true;
};

export function registerProducts(): void {
  registerFastKernel("matmul", matmul);
  registerFastKernel("linear", linear);
}
