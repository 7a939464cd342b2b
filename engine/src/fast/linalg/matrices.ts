/** Matrices of batched operands: their addresses, and copies of them. */
import { visitElements } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { broadcastStrides, type Shape } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { type Kernels, kernelsFor, kernelsOf, type TypedKernels } from "../wasm/module.ts";
import { haveSameFloatDtype, memory32, stridedAddressOf } from "../wasm/operands.ts";

/** With fewer multiplications, a JavaScript loop is faster than a call of WebAssembly. */
const minMultiplications = 8000;

/** The module's kernels, all of them and those for the dtype of the operands, and the bytes of an element. */
export interface LinalgKernels {
  readonly wasm: Kernels;
  readonly typed: TypedKernels;
  readonly size: number;
}

/** Returns the kernels for operands of one float dtype and a number of multiplications for each matrix; `null` where a JavaScript loop is faster. */
export function linalgKernels(operands: readonly Strided[], multiplications: number): LinalgKernels | null {
  if (!haveSameFloatDtype(operands)) return null;
  const wasm = kernelsFor(multiplications, minMultiplications);
  return wasm && { wasm, typed: kernelsOf(wasm, operands[0]), size: bytesPerElement[operands[0].storage.dtype] };
}

/** A matrix in memory: its address, its sizes, and the distances of rows and columns in elements. */
export interface MatrixAt {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  readonly down: number;
  readonly across: number;
}

/** Returns a contiguous matrix. */
export const wholeAt = (address: number, rows: number, columns: number): MatrixAt => ({
  address,
  rows,
  columns,
  down: columns,
  across: 1,
});

/** Returns elements in memory. An allocation can replace them. */
export function elementsAt(
  { size }: Pick<LinalgKernels, "size">,
  address: number,
  length: number,
): Float32Array | Float64Array {
  const { buffer } = memory32();
  return size === 8 ? new Float64Array(buffer, address, length) : new Float32Array(buffer, address, length);
}

/** Returns the transpose of a matrix. */
export const transposedAt = ({ address, rows, columns, down, across }: MatrixAt): MatrixAt => ({
  address,
  rows: columns,
  columns: rows,
  down: across,
  across: down,
});

/** Copies a matrix to contiguous rows. */
export function copyMatrix({ wasm, size }: LinalgKernels, from: MatrixAt, to: number): void {
  const gather = size === 8 ? wasm.gather64 : wasm.gather32;
  gather(1, 1, from.rows, from.columns, from.address, 0, 0, from.down * size, from.across * size, to);
}

/** Calls `visit` for each matrix of a batch shape, with its number and the matrices of the operands, which broadcast to it. */
export function visitMatrices(
  operands: readonly Strided[],
  batch: Shape,
  visit: (at: number, matrices: readonly MatrixAt[]) => void,
): void {
  const addresses = operands.map(stridedAddressOf);
  const strides = operands.map((t) => broadcastStrides(t.shape.slice(0, -2), t.strides.slice(0, -2), batch));
  visitElements(batch, strides, (at, offsets) =>
    visit(
      at,
      operands.map(({ shape, strides: s, storage }, i) => ({
        address: addresses[i] + offsets[i] * bytesPerElement[storage.dtype],
        rows: shape[shape.length - 2],
        columns: shape[shape.length - 1],
        down: s[s.length - 2],
        across: s[s.length - 1],
      })),
    ),
  );
}
