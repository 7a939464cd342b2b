/** `matmul` and `linear`, in float32 and float64. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { broadcastStrides, sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { kernels, kernelsFor } from "../wasm/module.ts";
import { addressOf, finishKernel, isFloat32, isFloat64, resultAddressOf, stridedAddressOf } from "../wasm/operands.ts";
import { type Matrix, multiply } from "./multiply.ts";

/** With fewer multiplications, a JavaScript loop is faster than a call of WebAssembly. */
const minMultiplications = 256;

/** Whether the kernels compute a product of [m, k] and [k, n]: its dtypes match, and it is large enough. */
function isSuitable(inputs: readonly Strided[], m: number, n: number, k: number): boolean {
  const [first] = inputs;
  if (!inputs.every((t) => t.storage.dtype === first.storage.dtype)) return false;
  return first.storage.dtype.startsWith("float") && kernelsFor(m * n * k, minMultiplications) !== null;
}

/** Returns the last two dimensions of a tensor as a matrix, at an offset in elements from the address of its first element. */
const matrixAt = (t: Strided, address: number, offset: number): Matrix => ({
  address: address + offset * bytesPerElement[t.storage.dtype],
  row: t.strides[t.strides.length - 2],
  column: t.strides[t.strides.length - 1],
});

const matmul: FastKernel = ([out], inputs) => {
  const [a, b] = inputs as [Strided, Strided];
  const rank = out.shape.length;
  const [m, n] = [out.shape[rank - 2], out.shape[rank - 1]];
  const k = a.shape[a.shape.length - 1];
  if (!isSuitable(inputs, m, n, k)) return false;
  const isDouble = isFloat64(out);
  const size = bytesPerElement[out.storage.dtype];
  const [addressA, addressB, to] = [stridedAddressOf(a), stridedAddressOf(b), resultAddressOf(out)];
  const resultAt = (at: number): Matrix => ({ address: to + at * m * n * size, row: n, column: 1 });
  if (rank === 2)
    multiply({
      m,
      n,
      k,
      isFloat64: isDouble,
      a: matrixAt(a, addressA, 0),
      b: matrixAt(b, addressB, 0),
      c: resultAt(0),
    });
  else {
    const batch = out.shape.slice(0, -2);
    const strides = [a, b].map((t) => broadcastStrides(t.shape.slice(0, -2), t.strides.slice(0, -2), batch));
    visitElements(batch, strides, (at, [i, j]) =>
      multiply({
        m,
        n,
        k,
        isFloat64: isDouble,
        a: matrixAt(a, addressA, i),
        b: matrixAt(b, addressB, j),
        c: resultAt(at),
      }),
    );
  }
  return finishKernel();
};

/** Computes x Wᵀ + b. */
const linear: FastKernel = ([out], inputs) => {
  const [x, weight, bias] = inputs as [Strided, Strided, Strided | undefined];
  if (weight.shape.length !== 2) return false;
  const [n, k] = weight.shape;
  const m = sizeOf(out.shape) / Math.max(n, 1);
  const isRow = bias !== undefined && bias.shape.length === 1 && bias.shape[0] === n;
  const isWhole = bias !== undefined && sameShape(bias.shape, out.shape);
  if ((bias !== undefined && !isRow && !isWhole) || !isSuitable(inputs, m, n, k)) return false;
  const to = resultAddressOf(out);
  if (isWhole) kernels()?.copy(m * n * bytesPerElement[out.storage.dtype], addressOf(bias), to);
  const w = matrixAt(weight, stridedAddressOf(weight), 0);
  multiply({
    m,
    n,
    k,
    isFloat64: isFloat64(out),
    a: { address: addressOf(x), row: k, column: 1 },
    b: { address: w.address, row: w.column, column: w.row },
    c: { address: to, row: n, column: 1 },
    bias: isRow ? addressOf(bias) : 0,
    accumulate: isWhole,
  });
  return finishKernel();
};

/** Computes x̄ = ȳ W, W̄ = ȳᵀ x and b̄ = Σ ȳ. */
const linearRule: FastRule = (g, { inputs, needs, metas }) => {
  const [x, weight] = inputs as [Tensor, Tensor];
  if (metas[1].shape.length !== 2 || !isFloat32(g) || metas.some((t) => t.dtype !== "float32")) return null;
  const [n, k] = metas[1].shape;
  const m = sizeOf(metas[0].shape) / Math.max(k, 1);
  const bias = metas[2];
  const wasm = kernelsFor(m * n * k, minMultiplications);
  const isWhole = bias !== undefined && sameShape(bias.shape, g.shape);
  if (wasm === null || (bias !== undefined && !isWhole && (bias.shape.length !== 1 || bias.shape[0] !== n)))
    return null;
  const rows: Matrix = { address: addressOf(g), row: n, column: 1 };
  const [dx, dw, db] = [0, 1, 2].map((i) => (needs[i] && !(i === 2 && isWhole) ? blank(metas[i], null) : null));
  const matrix = (address: number, columns: number): Matrix => ({ address, row: columns, column: 1 });
  if (dx !== null)
    multiply({
      m,
      n: k,
      k: n,
      a: rows,
      b: matrixAt(weight, stridedAddressOf(weight), 0),
      c: matrix(resultAddressOf(dx), k),
    });
  if (dw !== null) {
    const transposed: Matrix = { address: rows.address, row: 1, column: n };
    multiply({ m: n, n: k, k: m, a: transposed, b: matrix(addressOf(x), k), c: matrix(resultAddressOf(dw), k) });
  }
  if (db !== null) wasm.sum32(1, m, n, rows.address, 1, resultAddressOf(db));
  finishKernel();
  return [dx, dw, isWhole && needs[2] ? g : db];
};

registerFastKernel("matmul", matmul);
registerFastKernel("linear", linear);
registerFastRule("linear", linearRule);
