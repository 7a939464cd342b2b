/** Eigenvalues and eigenvectors of symmetric matrices. Matrices with NaN or infinity are left to the reference kernels, which say so. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import type { Strided } from "../../tensor/strided.ts";
import { allocateTemporary, declineKernel, finishKernel, memory32, resultAddressOf } from "../wasm/operands.ts";
import { copyMatrix, elementsAt, linalgKernels, transposedAt, visitMatrices, wholeAt } from "./matrices.ts";

/** Calls `visit` with the number, the eigenvalues and the address of eigenvectors in rows of each matrix; returns `false` where the reference kernel is to run. */
function visitEigen(
  x: Strided,
  upper: boolean,
  wantsVectors: boolean,
  visit: (at: number, values: Float64Array, vectors: number) => void,
): boolean {
  const n = x.shape[x.shape.length - 1];
  const tools = linalgKernels([x], n ** 3);
  if (tools === null) return false;
  const { wasm, typed, size } = tools;
  const matrix = n * n * size;
  const [a, vt] = [allocateTemporary(matrix), allocateTemporary(matrix)];
  const [taus, d, e] = [allocateTemporary(n * size), allocateTemporary(n * 8), allocateTemporary(n * 8)];
  const panel = allocateTemporary((96 * n + 2048 + 64) * size);
  const merging = wantsVectors ? allocateTemporary(64 * n + (8 + 2 * size) * n * n + 2048) : 0;
  const order = wantsVectors ? allocateTemporary(4 * n) : 0;
  const rows = wantsVectors ? allocateTemporary(matrix) : 0;
  let isDone = true;
  visitMatrices([x], x.shape.slice(0, -2), (at, [given]) => {
    if (!isDone) return;
    copyMatrix(tools, given, a);
    const factor = typed.tridiagonalize(n, a, Number(upper), vt, taus, d, e, panel);
    isDone = factor !== 0;
    if (!isDone) return;
    if (wantsVectors) {
      // the matrix is not needed any more
      typed.divide(n, d, e, order, a, rows, merging);
      copyMatrix(tools, transposedAt(wholeAt(rows, n, n)), a);
      typed.reflections(n, n - 1, 1, vt, taus, n, a, panel);
    } else isDone = wasm.tridiagonalValues(n, d, e) !== 0;
    if (!isDone) return;
    const values = new Float64Array(memory32().buffer, d, n);
    if (factor !== 1) for (let i = 0; i < n; i++) values[i] /= factor;
    visit(at, values, a);
  });
  return isDone;
}

const isUpper = (params: unknown): boolean => (params as { readonly uplo: "L" | "U" }).uplo === "U";

const eigh: FastKernel = ([outValues, outVectors], [x], params) => {
  const n = x.shape[x.shape.length - 1];
  const tools = linalgKernels([x], n ** 3);
  if (tools === null) return false;
  const [toValues, toVectors] = [resultAddressOf(outValues), resultAddressOf(outVectors)];
  const isDone = visitEigen(x, isUpper(params), true, (at, values, vectors) => {
    elementsAt(tools, toValues + at * n * tools.size, n).set(values);
    tools.wasm.copy(n * n * tools.size, vectors, toVectors + at * n * n * tools.size);
  });
  return isDone ? finishKernel() : declineKernel();
};

const eigvalsh: FastKernel = ([out], [x], params) => {
  const n = x.shape[x.shape.length - 1];
  const tools = linalgKernels([x], n ** 3);
  if (tools === null) return false;
  const to = resultAddressOf(out);
  const isDone = visitEigen(x, isUpper(params), false, (at, values) =>
    elementsAt(tools, to + at * n * tools.size, n).set(values),
  );
  return isDone ? finishKernel() : declineKernel();
};

registerFastKernel("eigh", eigh);
registerFastKernel("eigvalsh", eigvalsh);
