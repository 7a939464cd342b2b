/**
 * Least squares problems: by a QR factorization where the matrix certainly has full rank, which takes a fraction of the time of a singular value decomposition, and by that elsewhere
 * (Golub and Van Loan, "Matrix Computations", sections 5.3 and 5.5).
 */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { int64Encoding } from "../../tensor/encoding.ts";
import type { Strided } from "../../tensor/strided.ts";
import { allocateTemporary, declineKernel, finishKernel, resultAddressOf } from "../wasm/operands.ts";
import {
  copyMatrix,
  elementsAt,
  type LinalgKernels,
  linalgKernels,
  type MatrixAt,
  visitMatrices,
  wholeAt,
} from "./matrices.ts";
import { multiply } from "./multiply.ts";
import { divideColumns, rankOf, visitSingular } from "./singular.ts";

/** The parameters of the op. */
interface Problem {
  readonly rcond: number;
  readonly isFullRank: boolean;
}

/** The number of columns of an inverse that are computed at a time, and of reflections in a panel of the QR factorization. */
const [inversePanel, qrPanel] = [128, 32];

/** Returns the sum of the squares of the elements above or on the diagonal of the first n rows and columns. */
function squaresAbove(elements: Float32Array | Float64Array, n: number, row: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) total += elements[i * row + j] ** 2;
  return total;
}

/** Returns the sum of the squares of the inverse of an upper triangular matrix [n, n], whose rows are `row` elements apart. */
function squaresOfInverse(tools: LinalgKernels, n: number, r: number, row: number, scratch: number): number {
  const { wasm, typed, size } = tools;
  let total = 0;
  for (let from = 0; from < n; from += inversePanel) {
    // the columns from..end are those of the inverse of the leading matrix [end, end]
    const end = Math.min(from + inversePanel, n);
    const width = end - from;
    wasm.clear(end * width * size, scratch);
    const identity = elementsAt(tools, scratch, end * width);
    for (let j = 0; j < width; j++) identity[(from + j) * width + j] = 1;
    typed.triangularSolve(end, width, r, row, 1, scratch, 1, 0);
    for (const x of elementsAt(tools, scratch, end * width)) total += x * x;
  }
  return total;
}

/**
 * Solves problems with m ≥ n by QR factorizations of [A B]; returns `false` where a matrix may have singular values up to `bound` times the largest. As σ₁ ≤ ‖R‖ and 1 / σₙ ≤ ‖R⁻¹‖
 * in the Frobenius norm, there are none if ‖R‖ ‖R⁻¹‖ < 1 / bound.
 */
function solveByQr(inputs: readonly Strided[], out: Strided, to: number, bound: number): boolean {
  const [m, n] = inputs[0].shape.slice(-2);
  const k = out.shape[out.shape.length - 1];
  const tools = m >= n ? linalgKernels(inputs, m * n * n) : null;
  if (tools === null) return false;
  const { wasm, typed, size } = tools;
  const row = n + k;
  const count = Math.min(m, row);
  const both = allocateTemporary(m * row * size);
  const vectors = allocateTemporary(Math.max(count, n, k) * m * size);
  const work = allocateTemporary(((count + qrPanel) * qrPanel + 2 * qrPanel * Math.max(row, qrPanel)) * size);
  let isDone = true;
  visitMatrices(inputs, out.shape.slice(0, -2), (at, [a, b]) => {
    if (!isDone) return;
    const place = (matrix: MatrixAt, column: number): void => {
      copyMatrix(tools, matrix, vectors);
      const bytes = matrix.columns * size;
      wasm.copyRows(m, bytes, vectors, bytes, both + column * size, row * size);
    };
    place(a, 0);
    place(b, n);
    isDone = typed.qr(m, row, both, 0, 0, vectors, work) !== 0;
    if (!isDone) return;
    const squares = squaresAbove(elementsAt(tools, both, n * row), n, row);
    isDone = squares * squaresOfInverse(tools, n, both, row, vectors) < 1 / (bound * bound);
    if (!isDone) return;
    const x = to + at * n * k * size;
    copyMatrix(tools, { ...wholeAt(both + n * size, n, k), down: row }, x);
    typed.triangularSolve(n, k, both, row, 1, x, 1, 0);
  });
  return isDone;
}

/** Computes V diag(1 / s) Uᵀ B over the singular values above the tolerance; returns the ranks, or `null` where the reference kernel is to run. */
function solveBySingular(inputs: readonly Strided[], out: Strided, to: number, rcond: number): number[] | null {
  const [m, n] = inputs[0].shape.slice(-2);
  const k = out.shape[out.shape.length - 1];
  const bytes = inputs[0].storage.dtype === "float64" ? 8 : 4;
  const turned = allocateTemporary(Math.min(m, n) * k * bytes);
  const ranks: number[] = [];
  const isDone = visitSingular(inputs, out.shape.slice(0, -2), "reduced", (at, { values, u, v }, tools, [b]) => {
    const rank = rankOf(values, rcond * values[0]);
    ranks.push(rank);
    const result = to + at * n * k * tools.size;
    if (rank === 0) return tools.wasm.clear(n * k * tools.size, result);
    divideColumns(tools, v, Array.from(values.subarray(0, rank)));
    const isFloat64 = tools.size === 8;
    multiply({
      m: rank,
      n: k,
      k: m,
      a: { address: u.address, row: 1, column: u.columns },
      b: { address: b.address, row: b.down, column: b.across },
      c: { address: turned, row: k, column: 1 },
      isFloat64,
    });
    multiply({
      m: n,
      n: k,
      k: rank,
      a: { address: v.address, row: v.columns, column: 1 },
      b: { address: turned, row: k, column: 1 },
      c: { address: result, row: k, column: 1 },
      isFloat64,
    });
  });
  return isDone ? ranks : null;
}

const leastSquares: FastKernel = ([out, ranks], inputs, params) => {
  const { rcond, isFullRank } = params as Problem;
  const [m, n] = inputs[0].shape.slice(-2);
  if (!out.shape.every((size) => size > 0) || m === 0) return false;
  const to = resultAddressOf(out);
  const precision = inputs[0].storage.dtype === "float64" ? 2 ** -52 : 2 ** -23;
  // twice the tolerance, as R has rounding errors
  const isSolved = solveByQr(inputs, out, to, 2 * Math.max(rcond, m * precision));
  const found = isSolved ? new Array<number>(ranks.storage.length).fill(n) : solveBySingular(inputs, out, to, rcond);
  if (found === null || (isFullRank && found.some((rank) => rank < Math.min(m, n)))) return declineKernel();
  finishKernel();
  int64Encoding.encode(Float64Array.from(found), ranks.storage.array);
  return true;
};

registerFastKernel("leastSquares", leastSquares);
