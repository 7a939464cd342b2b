/** Products of matrices by WebAssembly, in float32 and float64. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { walk } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { broadcastStrides, sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { threadsFor } from "../threads/sharing.ts";
import { floatWord, runJob } from "../threads/threads.ts";
import { kernels, kernelsFor } from "../wasm/module.ts";
import { addressOf, baseOf, isFloat32, resultOf, scratch, settle } from "../wasm/operands.ts";
import { nativeBlas } from "./blas.ts";

/** Products of fewer multiplications cost less where the operands are. */
const worthwhile = 256;

/** A matrix in memory: element (i, j) is at `address`, i rows and j columns on, where steps count elements. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Matrix;
  readonly b: Matrix;
  /** Where rows of n elements go, `row` elements apart. */
  readonly c: Matrix;
  readonly double?: boolean;
  /** Factor of the product. */
  readonly alpha?: number;
  readonly accumulate?: boolean;
  /** Address of a row to add, or 0. */
  readonly bias?: number;
}

/** Nanoseconds for a multiplication: of the kernels, and of a native BLAS. */
const [perProduct, perNativeProduct] = [0.03, 0.02];
/** Multiplications of a chunk, and the most chunks: every chunk packs the operand that is not cut, so a chunk has many rows or columns. */
const chunkProducts = 2 ** 20;
const mostParts = 16;
/** Rows or columns of a chunk at least. They are whole tiles of any kind; a native BLAS wants multiples of 16. */
const fewestLines = 60;
const wholeRows = 30;
const wholeNativeRows = 48;
const wholeColumns = 16;

/** Most products whose sum is carried in float32. */
const deepest = 2 ** 14;

/** C = α A B + bias, or C += α A B. The halves of a deep product are added at last, so that the rounding error grows with the logarithm of the depth. */
export function multiply(p: Product): void {
  const { m, n, k, a, b, c, double = false } = p;
  if (double || k <= deepest || (m === 1 && n === 1) || c.row !== n) return multiplyAtOnce(p);
  const half = deepest * Math.ceil(k / deepest / 2);
  const other: Matrix = { address: scratch(4 * m * n), row: n, column: 1 };
  const from = (x: Matrix, step: number): Matrix => ({ ...x, address: x.address + 4 * half * step });
  multiply({ ...p, k: half });
  multiply({ ...p, k: k - half, a: from(a, a.column), b: from(b, b.row), c: other, accumulate: false, bias: 0 });
  kernels()?.binary32(0, 1, 1, m * n, c.address, 0, 0, 4, other.address, 0, 0, 4, c.address);
}

function multiplyAtOnce(p: Product): void {
  const wasm = kernels();
  if (wasm === null) return;
  const { m, n, k, a, b, c, double = false, alpha = 1, accumulate = false, bias = 0 } = p;
  if (m === 1 && n === 1 && a.column === 1 && b.row === 1 && !accumulate && bias === 0)
    return (double ? wasm.dot64 : wasm.dot32)(k, a.address, b.address, alpha, c.address);
  const native = !double && nativeBlas() !== null;
  const nanoseconds = m * n * k * (native ? perNativeProduct : perProduct);
  const threads = threadsFor(nanoseconds);
  const [longer, byRows] = m >= n ? [m, 1] : [n, 0];
  const whole = byRows ? (native ? wholeNativeRows : wholeRows) : wholeColumns;
  const parts = Math.min((m * n * k) / chunkProducts, mostParts, longer / fewestLines);
  const size = Math.ceil(longer / Math.max(parts, 1) / whole) * whole;
  const chunks = Math.ceil(longer / size);
  const operands = [a.address, a.row, a.column, b.address, b.row, b.column, c.address, c.row];
  const rest = [...operands, Number(accumulate), bias];
  if (double || chunks === 1) return (double ? wasm.gemm64 : wasm.gemm32)(m, n, k, alpha, ...rest);
  // the sums of a BLAS may depend on the size, which must not depend on the number of threads
  const words = [size, byRows, m, n, k, floatWord(alpha), ...rest];
  runJob(
    wasm,
    "product",
    { threads, chunks, nanoseconds },
    words,
    native ? null : () => wasm.gemm32(m, n, k, alpha, ...rest),
  );
}

/** Whether the kernels can and should make a product of [m, k] and [k, n]. */
function suits(inputs: readonly Strided[], m: number, n: number, k: number): boolean {
  const [first] = inputs;
  if (!inputs.every((t) => t.storage.dtype === first.storage.dtype)) return false;
  return first.storage.dtype.startsWith("float") && kernelsFor(m * n * k, worthwhile) !== null;
}

/** The last two dimensions at an offset from the tensor's first element. */
const matrixAt = (t: Strided, base: number, offset: number): Matrix => ({
  address: base + offset * bytesPerElement[t.storage.dtype],
  row: t.strides[t.strides.length - 2],
  column: t.strides[t.strides.length - 1],
});

const matmul: FastKernel = ([out], inputs) => {
  const [a, b] = inputs as [Strided, Strided];
  const rank = out.shape.length;
  const [m, n] = [out.shape[rank - 2], out.shape[rank - 1]];
  const k = a.shape[a.shape.length - 1];
  if (!suits(inputs, m, n, k)) return false;
  const double = out.storage.dtype === "float64";
  const size = bytesPerElement[out.storage.dtype];
  const [baseA, baseB, to] = [baseOf(a), baseOf(b), resultOf(out)];
  const place = (at: number): Matrix => ({ address: to + at * m * n * size, row: n, column: 1 });
  if (rank === 2) multiply({ m, n, k, double, a: matrixAt(a, baseA, 0), b: matrixAt(b, baseB, 0), c: place(0) });
  else {
    const batch = out.shape.slice(0, -2);
    const strides = [a, b].map((t) => broadcastStrides(t.shape.slice(0, -2), t.strides.slice(0, -2), batch));
    walk(batch, strides, (at, [i, j]) =>
      multiply({ m, n, k, double, a: matrixAt(a, baseA, i), b: matrixAt(b, baseB, j), c: place(at) }),
    );
  }
  return settle();
};

/** x Wᵀ + b */
const linear: FastKernel = ([out], inputs) => {
  const [x, weight, bias] = inputs as [Strided, Strided, Strided | undefined];
  if (weight.shape.length !== 2) return false;
  const [n, k] = weight.shape;
  const m = sizeOf(out.shape) / Math.max(n, 1);
  const row = bias !== undefined && bias.shape.length === 1 && bias.shape[0] === n;
  const whole = bias !== undefined && sameShape(bias.shape, out.shape);
  if ((bias !== undefined && !row && !whole) || !suits(inputs, m, n, k)) return false;
  const double = out.storage.dtype === "float64";
  const to = resultOf(out);
  if (whole) kernels()?.copy(m * n * (double ? 8 : 4), addressOf(bias), to);
  const w = matrixAt(weight, baseOf(weight), 0);
  multiply({
    m,
    n,
    k,
    double,
    a: { address: addressOf(x), row: k, column: 1 },
    b: { address: w.address, row: w.column, column: w.row },
    c: { address: to, row: n, column: 1 },
    bias: row ? addressOf(bias) : 0,
    accumulate: whole,
  });
  return settle();
};

/** ȳ W, ȳᵀ x and Σ ȳ. */
const linearRule: FastRule = (g, { inputs, needs, metas }) => {
  const [x, weight] = inputs as [Tensor, Tensor];
  if (metas[1].shape.length !== 2 || !isFloat32(g) || metas.some((t) => t.dtype !== "float32")) return null;
  const [n, k] = metas[1].shape;
  const m = sizeOf(metas[0].shape) / Math.max(k, 1);
  const bias = metas[2];
  const wasm = kernelsFor(m * n * k, worthwhile);
  const whole = bias !== undefined && sameShape(bias.shape, g.shape);
  if (wasm === null || (bias !== undefined && !whole && (bias.shape.length !== 1 || bias.shape[0] !== n))) return null;
  const rows: Matrix = { address: addressOf(g), row: n, column: 1 };
  const [dx, dw, db] = [0, 1, 2].map((i) => (needs[i] && !(i === 2 && whole) ? blank(metas[i], null) : null));
  const matrix = (address: number, columns: number): Matrix => ({ address, row: columns, column: 1 });
  if (dx !== null)
    multiply({ m, n: k, k: n, a: rows, b: matrixAt(weight, baseOf(weight), 0), c: matrix(resultOf(dx), k) });
  if (dw !== null) {
    const transposed: Matrix = { address: rows.address, row: 1, column: n };
    multiply({ m: n, n: k, k: m, a: transposed, b: matrix(addressOf(x), k), c: matrix(resultOf(dw), k) });
  }
  if (db !== null) wasm.sum32(1, m, n, rows.address, 1, resultOf(db));
  settle();
  return [dx, dw, whole && needs[2] ? g : db];
};

export function registerProducts(): void {
  registerFastKernel("matmul", matmul);
  registerFastKernel("linear", linear);
  registerFastRule("linear", linearRule);
}
