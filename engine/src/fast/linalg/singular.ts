/** The singular value decomposition in memory, which the kernels of several ops call. */
import type { Shape } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { allocateTemporary, memory32 } from "../wasm/operands.ts";
import {
  copyMatrix,
  elementsAt,
  type LinalgKernels,
  linalgKernels,
  type MatrixAt,
  transposedAt,
  visitMatrices,
  wholeAt,
} from "./matrices.ts";
import { multiply } from "./multiply.ts";

/** The vectors that are computed: none, min(m, n) of each side, or all. */
export type SingularVectors = "none" | "reduced" | "full";

/** A decomposition in memory: singular values in descending order, U [m, …] and V [n, …], whose columns are the vectors. They are valid until the next matrix. */
export interface Singular {
  readonly values: Float64Array;
  readonly u: MatrixAt;
  readonly v: MatrixAt;
}

/** From this ratio of rows to columns on, the triangle of a QR factorization is decomposed. */
const tallRatio = 1.6;

const aligned = (elements: number, size: number): number => allocateTemporary(elements * size);

/** Returns a function that decomposes matrices [m, n] of one size, m ≥ n; it returns `null` for elements that are not finite, and where the iteration does not converge. */
function tallDecomposer(
  tools: LinalgKernels,
  m: number,
  n: number,
  vectors: SingularVectors,
): (given: MatrixAt) => Singular | null {
  const { wasm, typed, size } = tools;
  const usesQr = m >= tallRatio * n && vectors !== "full";
  const rows = usesQr ? n : m;
  const columns = vectors === "full" ? m : n;
  const a = aligned(m * n, size);
  const [vt, ut] = [aligned(rows * n, size), aligned(n * n, size)];
  const [leftTaus, rightTaus] = [aligned(n, size), aligned(n, size)];
  const [d, e, order] = [allocateTemporary(8 * n), allocateTemporary(8 * n), allocateTemporary(4 * n)];
  const work = aligned(64 * (Math.max(m, columns) + n) + 2304, size);
  const hasVectors = vectors !== "none";
  const square = (): number => (hasVectors ? aligned(n * n, size) : 0);
  const [otherU, otherV, u, v, right] = Array.from({ length: 5 }, square);
  const merging = hasVectors ? allocateTemporary(64 * n + (8 + 2 * size) * n * n + 2048) : 0;
  const left = hasVectors ? aligned(m * columns, size) : 0;
  const wide = vectors === "full" && m > n ? aligned(m * m, size) : 0;
  const [q, qVectors, qWork] = usesQr
    ? [aligned(hasVectors ? m * n : 1, size), aligned(m * n, size), aligned((n + 32) * 32 + 64 * Math.max(n, 32), size)]
    : [0, 0, 0];

  /** Writes the left vectors of the bidiagonal matrix as columns of [rows, columns], with those of the identity behind them. */
  const placeLeft = (to: number): void => {
    if (wide === 0) {
      copyMatrix(tools, transposedAt(wholeAt(u, n, n)), to);
      if (rows > n) wasm.clear((rows - n) * n * size, to + n * n * size);
      return;
    }
    wasm.clear(m * m * size, wide);
    for (let i = 0; i < n; i++) wasm.copy(n * size, u + i * n * size, wide + i * m * size);
    const elements = elementsAt(tools, wide, m * m);
    for (let i = n; i < m; i++) elements[i * (m + 1)] = 1;
    copyMatrix(tools, transposedAt(wholeAt(wide, m, m)), to);
  };

  return (given) => {
    copyMatrix(tools, given, a);
    if (usesQr && typed.qr(m, n, a, hasVectors ? n : 0, q, qVectors, qWork) === 0) return null;
    const factor = typed.bidiagonalize(rows, n, a, vt, leftTaus, ut, rightTaus, d, e, work);
    if (factor === 0) return null;
    if (hasVectors) {
      typed.divideSingular(n, d, e, order, otherU, otherV, u, v, merging);
      const inner = usesQr ? otherU : left;
      placeLeft(inner);
      typed.reflections(rows, n, 0, vt, leftTaus, columns, inner, work);
      const whole = (address: number): { address: number; row: number; column: number } => ({
        address,
        row: n,
        column: 1,
      });
      if (usesQr) multiply({ m, n, k: n, a: whole(q), b: whole(otherU), c: whole(left), isFloat64: size === 8 });
      copyMatrix(tools, transposedAt(wholeAt(v, n, n)), right);
      typed.reflections(n, n - 1, 1, ut, rightTaus, n, right, work);
    } else if (wasm.bidiagonalValues(n, d, e) === 0) return null;
    const values = new Float64Array(memory32().buffer, d, n);
    if (factor !== 1) for (let i = 0; i < n; i++) values[i] /= factor;
    return { values, u: wholeAt(left, m, columns), v: wholeAt(right, n, n) };
  };
}

/**
 * Calls `visit` with the number and the decomposition of each matrix of the first operand, and with the matrices of the other operands, which broadcast to the batch; returns `false`
 * where the reference kernel is to run.
 */
export function visitSingular(
  operands: readonly Strided[],
  batch: Shape,
  vectors: SingularVectors,
  visit: (at: number, singular: Singular, tools: LinalgKernels, others: readonly MatrixAt[]) => void,
): boolean {
  const [m, n] = operands[0].shape.slice(-2);
  const tools = linalgKernels(operands, m * n * Math.min(m, n));
  if (tools === null) return false;
  const isTall = m >= n;
  const decompose = tallDecomposer(tools, Math.max(m, n), Math.min(m, n), vectors);
  let isDone = true;
  visitMatrices(operands, batch, (at, [given, ...others]) => {
    const found = isDone ? decompose(isTall ? given : transposedAt(given)) : null;
    isDone = found !== null;
    if (found !== null) visit(at, isTall ? found : { ...found, u: found.v, v: found.u }, tools, others);
  });
  return isDone;
}

/** Returns the number of singular values above a bound. */
export const rankOf = (values: Float64Array, bound: number): number => values.filter((v) => v > bound).length;

/** Divides columns of a matrix by singular values, as many as the rank. */
export function divideColumns(
  tools: LinalgKernels,
  { address, rows, columns }: MatrixAt,
  values: readonly number[],
): void {
  const elements = elementsAt(tools, address, rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < values.length; j++) elements[i * columns + j] /= values[j];
}
