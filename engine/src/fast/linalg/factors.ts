/** LU, Cholesky and QR factorizations. Matrices that the factorizations refuse are left to the reference kernels, which say why. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import type { Strided } from "../../tensor/strided.ts";
import { allocateTemporary, declineKernel, finishKernel, resultAddressOf } from "../wasm/operands.ts";
import { copyMatrix, elementsAt, linalgKernels, transposedAt, visitMatrices, wholeAt } from "./matrices.ts";

/** Returns the last two sizes. */
const sizesOf = ({ shape }: Strided): readonly [number, number] => [shape[shape.length - 2], shape[shape.length - 1]];

/** The number of columns that a panel of the LU factorization has, and of reflections that one of the QR factorization has. */
const [luPanel, qrPanel] = [64, 32];

const cholesky: FastKernel = ([out, info], inputs, params) => {
  const [x] = inputs;
  const n = x.shape[x.shape.length - 1];
  const tools = linalgKernels([x], n ** 3);
  if (tools === null) return false;
  const { upper } = params as { readonly upper: boolean };
  const { typed, size } = tools;
  const to = resultAddressOf(out);
  const work = allocateTemporary((n * n * 0.25 + 16 * n + 256) * size);
  const scratch = upper ? allocateTemporary(n * n * size) : 0;
  let isDone = true;
  visitMatrices([x], x.shape.slice(0, -2), (at, [a]) => {
    const result = to + at * n * n * size;
    const factor = upper ? scratch : result;
    copyMatrix(tools, upper ? transposedAt(a) : a, factor);
    isDone &&= typed.cholesky(n, factor, work) === 0;
    if (upper) copyMatrix(tools, { address: scratch, rows: n, columns: n, down: 1, across: n }, result);
  });
  if (!isDone) return declineKernel();
  info.storage.array.fill(0);
  return finishKernel();
};

const lu: FastKernel = ([out, pivots, info], inputs, params) => {
  const [x] = inputs;
  const [m, n] = sizesOf(x);
  const k = Math.min(m, n);
  const tools = linalgKernels([x], m * n * k);
  if (tools === null) return false;
  const { typed, size } = tools;
  const [to, found] = [resultAddressOf(out), resultAddressOf(pivots)];
  const work = allocateTemporary(m * luPanel * size);
  const failures: number[] = [];
  visitMatrices([x], x.shape.slice(0, -2), (at, [a]) => {
    const result = to + at * m * n * size;
    copyMatrix(tools, a, result);
    failures.push(typed.lu(m, n, result, found + at * k * 4, work));
  });
  if (params !== null && failures.some((f) => f !== 0)) return declineKernel();
  finishKernel();
  info.storage.array.set(failures);
  return true;
};

const qr: FastKernel = ([Q, R], inputs, params) => {
  const [x] = inputs;
  const [m, n] = sizesOf(x);
  const [rows] = sizesOf(R);
  const k = Math.min(m, n);
  const tools = linalgKernels([x], m * n * k);
  if (tools === null || k === 0) return false;
  const { wasm, typed, size } = tools;
  const columns = params === "r" ? 0 : rows;
  const [q, r] = [columns === 0 ? 0 : resultAddressOf(Q), resultAddressOf(R)];
  const a = allocateTemporary(m * n * size);
  const vectors = allocateTemporary(k * m * size);
  const work = allocateTemporary(((k + qrPanel) * qrPanel + 2 * qrPanel * Math.max(n, columns, qrPanel)) * size);
  let isDone = true;
  visitMatrices([x], x.shape.slice(0, -2), (at, [matrix]) => {
    copyMatrix(tools, matrix, a);
    isDone &&= typed.qr(m, n, a, columns, q + at * m * columns * size, vectors, work) !== 0;
    wasm.copy(rows * n * size, a, r + at * rows * n * size);
  });
  return isDone ? finishKernel() : declineKernel();
};

/** Factors as `qr`, and stores the vectors of the reflections below R, as LAPACK does. */
const reflections: FastKernel = ([out, taus], inputs) => {
  const [x] = inputs;
  const [m, n] = sizesOf(x);
  const k = Math.min(m, n);
  const tools = linalgKernels([x], m * n * k);
  if (tools === null) return false;
  const { typed, size } = tools;
  const [to, toTaus] = [resultAddressOf(out), resultAddressOf(taus)];
  const [vectors, columns] = [allocateTemporary(k * m * size), allocateTemporary(k * m * size)];
  const work = allocateTemporary(((k + qrPanel) * qrPanel + 2 * qrPanel * Math.max(n, qrPanel)) * size);
  let isDone = true;
  visitMatrices([x], x.shape.slice(0, -2), (at, [matrix]) => {
    const address = to + at * m * n * size;
    copyMatrix(tools, matrix, address);
    isDone &&= typed.qr(m, n, address, 0, 0, vectors, work) !== 0;
    if (!isDone) return;
    copyMatrix(tools, transposedAt(wholeAt(vectors, k, m)), columns);
    const result = elementsAt(tools, address, m * n);
    const below = elementsAt(tools, columns, m * k);
    for (let i = 1; i < m; i++) result.set(below.subarray(i * k, i * k + Math.min(i, k)), i * n);
    // the triangle of each panel has the factors on its diagonal
    const triangles = elementsAt(tools, work, (k + qrPanel) * qrPanel);
    const factors = elementsAt(tools, toTaus + at * k * size, k);
    for (let j = 0; j < k; j++) factors[j] = triangles[j * qrPanel + (j % qrPanel)];
  });
  return isDone ? finishKernel() : declineKernel();
};

registerFastKernel("choleskyEx", cholesky);
registerFastKernel("luFactorEx", lu);
registerFastKernel("linalgQr", qr);
registerFastKernel("geqrf", reflections);
