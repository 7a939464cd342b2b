/** Singular values, singular vectors, and what is computed with them. Matrices with NaN or infinity are left to the reference kernels, which say so. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { int64Encoding } from "../../tensor/encoding.ts";
import type { Strided } from "../../tensor/strided.ts";
import { allocateTemporary, declineKernel, finishKernel, resultAddressOf } from "../wasm/operands.ts";
import { copyMatrix, elementsAt, type LinalgKernels, type MatrixAt, transposedAt } from "./matrices.ts";
import { multiply } from "./multiply.ts";
import { visitSingular } from "./singular.ts";

/** Writes the values of the matrix of a number. */
function writeValues(tools: LinalgKernels, to: number, at: number, values: Float64Array): void {
  elementsAt(tools, to + at * values.length * tools.size, values.length).set(values);
}

const svd: FastKernel = ([U, S, Vh], [x], params) => {
  const { full } = params as { readonly full: boolean };
  const addresses = [U, S, Vh].map(resultAddressOf);
  const bytesOf = ({ shape, storage }: Strided): number =>
    shape[shape.length - 1] * shape[shape.length - 2] * bytesPerElement[storage.dtype];
  const isDone = visitSingular([x], x.shape.slice(0, -2), full ? "full" : "reduced", (at, { values, u, v }, tools) => {
    writeValues(tools, addresses[1], at, values);
    copyMatrix(tools, u, addresses[0] + at * bytesOf(U));
    copyMatrix(tools, transposedAt(v), addresses[2] + at * bytesOf(Vh));
  });
  return isDone ? finishKernel() : declineKernel();
};

const svdvals: FastKernel = ([out], [x]) => {
  const to = resultAddressOf(out);
  const isDone = visitSingular([x], x.shape.slice(0, -2), "none", (at, { values }, tools) =>
    writeValues(tools, to, at, values),
  );
  return isDone ? finishKernel() : declineKernel();
};

/** Returns the number of singular values above a bound. */
const rankOf = (values: Float64Array, bound: number): number => values.filter((v) => v > bound).length;

/** Divides columns of a matrix by singular values, as many as the rank. */
function divideColumns(tools: LinalgKernels, { address, rows, columns }: MatrixAt, values: readonly number[]): void {
  const elements = elementsAt(tools, address, rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < values.length; j++) elements[i * columns + j] /= values[j];
}

/** Computes the pseudoinverse V diag(1 / s) Uᵀ over the singular values above the tolerance. */
const pseudoinverse: FastKernel = ([out], inputs, params) => {
  const [m, n] = inputs[0].shape.slice(-2);
  if ((params as { readonly hermitian: boolean }).hermitian) return false;
  const to = resultAddressOf(out);
  const isDone = visitSingular(inputs, out.shape.slice(0, -2), "reduced", (at, { values, u, v }, tools, tolerances) => {
    const [atol, rtol] = tolerances.map(({ address }) => elementsAt(tools, address, 1)[0]);
    const rank = rankOf(values, Math.max(atol, rtol * values[0]));
    const result = to + at * m * n * tools.size;
    if (rank === 0) return tools.wasm.clear(m * n * tools.size, result);
    divideColumns(tools, v, Array.from(values.subarray(0, rank)));
    multiply({
      m: n,
      n: m,
      k: rank,
      a: { address: v.address, row: v.columns, column: 1 },
      b: { address: u.address, row: 1, column: u.columns },
      c: { address: result, row: m, column: 1 },
      isFloat64: tools.size === 8,
    });
  });
  return isDone ? finishKernel() : declineKernel();
};

/** Computes V diag(1 / s) Uᵀ B over the singular values above the tolerance. */
const leastSquares: FastKernel = ([out, ranks], inputs, params) => {
  const { rcond, isFullRank } = params as { readonly rcond: number; readonly isFullRank: boolean };
  const [m, n] = inputs[0].shape.slice(-2);
  const k = out.shape[out.shape.length - 1];
  const bytes = inputs[0].storage.dtype === "float64" ? 8 : 4;
  if (k === 0 || !out.shape.slice(0, -2).every((size) => size > 0)) return false;
  const [to, turned] = [resultAddressOf(out), allocateTemporary(Math.min(m, n) * k * bytes)];
  const found: number[] = [];
  const isDone = visitSingular(inputs, out.shape.slice(0, -2), "reduced", (at, { values, u, v }, tools, [b]) => {
    const rank = rankOf(values, rcond * values[0]);
    found.push(rank);
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
  if (!isDone || (isFullRank && found.some((rank) => rank < Math.min(m, n)))) return declineKernel();
  finishKernel();
  int64Encoding.encode(Float64Array.from(found), ranks.storage.array);
  return true;
};

registerFastKernel("linalgSvd", svd);
registerFastKernel("svdvals", svdvals);
registerFastKernel("pinvAbove", pseudoinverse);
registerFastKernel("leastSquares", leastSquares);
