/** Singular values, singular vectors, and what is computed with them. Matrices with NaN or infinity are left to the reference kernels, which say so. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import type { Strided } from "../../tensor/strided.ts";
import { declineKernel, finishKernel, resultAddressOf } from "../wasm/operands.ts";
import { copyMatrix, elementsAt, type LinalgKernels, transposedAt } from "./matrices.ts";
import { multiply } from "./multiply.ts";
import { divideColumns, rankOf, visitSingular } from "./singular.ts";

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

registerFastKernel("linalgSvd", svd);
registerFastKernel("svdvals", svdvals);
registerFastKernel("pinvAbove", pseudoinverse);
