/** Solutions of linear equations, inverses and determinants. Singular matrices are left to the reference kernels. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import type { Strided } from "../../tensor/strided.ts";
import { allocateTemporary, declineKernel, finishKernel, memory32, resultAddressOf } from "../wasm/operands.ts";
import {
  copyMatrix,
  type LinalgKernels,
  linalgKernels,
  type MatrixAt,
  transposedAt,
  visitMatrices,
  wholeAt,
} from "./matrices.ts";

/** The number of columns that a panel of the LU factorization has. */
const luPanel = 64;

const triangular: FastKernel = ([out], inputs, params) => {
  const [a, b] = inputs;
  const n = a.shape[a.shape.length - 1];
  const { upper, left, unitriangular } = params as {
    readonly upper: boolean;
    readonly left: boolean;
    readonly unitriangular: boolean;
  };
  const k = b.shape[b.shape.length - (left ? 1 : 2)];
  const tools = linalgKernels([a, b], n * n * k);
  if (tools === null) return false;
  const { typed, size } = tools;
  const to = resultAddressOf(out);
  const scratch = left ? 0 : allocateTemporary(n * k * size);
  visitMatrices([a, b], out.shape.slice(0, -2), (at, [A, B]) => {
    const result = to + at * n * k * size;
    // X A = B is Aᵀ Xᵀ = Bᵀ
    const [matrix, given, x] = left ? [A, B, result] : [transposedAt(A), transposedAt(B), scratch];
    copyMatrix(tools, given, x);
    typed.triangularSolve(
      n,
      k,
      matrix.address,
      matrix.down,
      matrix.across,
      x,
      Number(upper === left),
      Number(unitriangular),
    );
    if (!left) copyMatrix(tools, transposedAt(wholeAt(scratch, n, k)), result);
  });
  return finishKernel();
};

/** Memory for the LU factorization of matrices [n, n]. */
interface Scratch {
  readonly lu: number;
  readonly pivots: number;
  readonly work: number;
}

const scratchFor = ({ size }: LinalgKernels, n: number): Scratch => ({
  lu: allocateTemporary(n * n * size),
  pivots: allocateTemporary(n * 4),
  work: allocateTemporary(n * luPanel * size),
});

/** Factors a copy of a matrix; returns whether no pivot is 0. */
function factor(tools: LinalgKernels, matrix: MatrixAt, { lu, pivots, work }: Scratch): boolean {
  copyMatrix(tools, matrix, lu);
  return tools.typed.lu(matrix.rows, matrix.rows, lu, pivots, work) === 0;
}

/** Overwrites X [n, k] with A⁻¹ X, from the factors of A. */
function substitute({ typed }: LinalgKernels, n: number, k: number, { lu, pivots }: Scratch, x: number): void {
  typed.exchange(n, k, x, pivots, 0);
  typed.triangularSolve(n, k, lu, n, 1, x, 0, 1);
  typed.triangularSolve(n, k, lu, n, 1, x, 1, 0);
}

const solve: FastKernel = ([out, info], inputs) => {
  const [a, b] = inputs;
  const [n, k] = b.shape.slice(-2);
  const tools = linalgKernels([a, b], n * n * (n + k));
  if (tools === null) return false;
  const to = resultAddressOf(out);
  const scratch = scratchFor(tools, n);
  let isDone = true;
  visitMatrices([a, b], out.shape.slice(0, -2), (at, [A, B]) => {
    const x = to + at * n * k * tools.size;
    copyMatrix(tools, B, x);
    isDone &&= factor(tools, A, scratch);
    substitute(tools, n, k, scratch, x);
  });
  if (!isDone) return declineKernel();
  info.storage.array.fill(0);
  return finishKernel();
};

/** Writes the identity. */
function writeIdentity({ wasm, size }: LinalgKernels, n: number, address: number): void {
  wasm.clear(n * n * size, address);
  const { buffer } = memory32();
  const elements = size === 8 ? new Float64Array(buffer, address, n * n) : new Float32Array(buffer, address, n * n);
  for (let i = 0; i < n * n; i += n + 1) elements[i] = 1;
}

const inverse: FastKernel = ([out, info], inputs) => {
  const [a] = inputs;
  const n = a.shape[a.shape.length - 1];
  const tools = linalgKernels([a], n ** 3);
  if (tools === null) return false;
  const to = resultAddressOf(out);
  const scratch = scratchFor(tools, n);
  let isDone = true;
  visitMatrices([a], a.shape.slice(0, -2), (at, [A]) => {
    const x = to + at * n * n * tools.size;
    writeIdentity(tools, n, x);
    isDone &&= factor(tools, A, scratch);
    substitute(tools, n, n, scratch, x);
  });
  if (!isDone) return declineKernel();
  info.storage.array.fill(0);
  return finishKernel();
};

/** Calls `visit` with the diagonal of U of each matrix and the sign of the row interchanges; returns `false` where a JavaScript loop is faster. */
function visitPivots(a: Strided, visit: (at: number, pivots: Float64Array, sign: number) => void): boolean {
  const n = a.shape[a.shape.length - 1];
  const tools = linalgKernels([a], n ** 3);
  if (tools === null) return false;
  const scratch = scratchFor(tools, n);
  visitMatrices([a], a.shape.slice(0, -2), (at, [A]) => {
    factor(tools, A, scratch);
    const { buffer } = memory32();
    const lu =
      tools.size === 8 ? new Float64Array(buffer, scratch.lu, n * n) : new Float32Array(buffer, scratch.lu, n * n);
    const rows = new Int32Array(buffer, scratch.pivots, n);
    const exchanges = rows.reduce((count, row, i) => count + Number(row !== i + 1), 0);
    const pivots = Float64Array.from({ length: n }, (_, i) => lu[i * (n + 1)]);
    visit(at, pivots, exchanges % 2 === 0 ? 1 : -1);
  });
  return finishKernel();
}

const determinant: FastKernel = ([out], [a]) =>
  visitPivots(a, (at, pivots, sign) => {
    out.storage.array[at] = pivots.reduce((product, p) => product * p, sign);
  });

const logDeterminant: FastKernel = ([signs, logs], [a]) =>
  visitPivots(a, (at, pivots, sign) => {
    signs.storage.array[at] = pivots.reduce((product, p) => product * Math.sign(p), sign);
    logs.storage.array[at] = pivots.reduce((total, p) => total + Math.log(Math.abs(p)), 0);
  });

const exchange: FastKernel = ([out], inputs, params) => {
  const [x, pivots] = inputs;
  const [m, n] = out.shape.slice(-2);
  const tools = linalgKernels([x], m * n);
  if (tools === null || pivots.storage.dtype !== "int32") return false;
  const to = resultAddressOf(out);
  const list = allocateTemporary(m * 4);
  let isDone = true;
  visitMatrices([x, pivots], out.shape.slice(0, -2), (at, [X, P]) => {
    const result = to + at * m * n * tools.size;
    copyMatrix(tools, X, result);
    copyMatrix({ ...tools, size: 4 }, P, list);
    isDone &&= new Int32Array(memory32().buffer, list, P.rows).every((p) => p >= 1 && p <= m);
    if (isDone) tools.typed.exchange(P.rows, n, result, list, Number(params));
  });
  return isDone ? finishKernel() : declineKernel();
};

registerFastKernel("solveTriangular", triangular);
registerFastKernel("solveEx", solve);
registerFastKernel("invEx", inverse);
registerFastKernel("det", determinant);
registerFastKernel("slogdet", logDeterminant);
registerFastKernel("exchangeRows", exchange);
