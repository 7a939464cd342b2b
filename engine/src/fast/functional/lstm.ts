/** A layer of a long short-term memory by WebAssembly: large products over all steps at once, and a loop over the steps for each part of the batch. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { nativeBlas } from "../linalg/blas.ts";
import { type Matrix, multiply } from "../linalg/matmul.ts";
import { mostChunks, threadsFor } from "../threads/sharing.ts";
import { runJob } from "../threads/threads.ts";
import { type Kernels, kernelsFor, type Width, widthOf } from "../wasm/module.ts";
import { addressOf, alike, baseOf, isFloat64, resultOf, scratch, settle } from "../wasm/operands.ts";

/** Gates of fewer elements cost less where the operands are. */
const worthwhile = 64;
/** Nanoseconds for a multiplication, and for a cell. */
const [perProduct, perCell] = [0.022, 4];
/** Rows of the batch that a chunk takes through all steps are whole tiles of any kind, and not more than a product packs at once. */
const [wholeRows, mostRows] = [6, 60];
/** A packed matrix of so many bytes stays in the cache while a few rows are multiplied by it. */
const cachedBytes = 2 ** 20;
/** Columns of the widest tile, to whole multiples of which matrices are packed. */
const packedColumns = 16;

interface Sizes {
  readonly steps: number;
  readonly rows: number;
  readonly ins: number;
  readonly n: number;
}

function sizesOf(input: { readonly shape: readonly number[] }, y: { readonly shape: readonly number[] }): Sizes {
  const [steps, rows, ins] = input.shape;
  return { steps, rows, ins, n: y.shape[2] };
}

/** Products that are small to a native BLAS have so many multiplications at most; it takes so many rows. */
const [smallProduct, smallRows] = [1e6, 8];

/** Whether the host makes the products by a matrix, or it is packed; and the bytes it then takes. */
interface Plan {
  readonly byHost: boolean;
  readonly bytes: number;
}

function planOf(weight: Strided, columns: number, deep: number): Plan {
  const size = bytesPerElement[weight.storage.dtype];
  const byHost = size === 4 && nativeBlas()?.fewRows === true && smallRows * columns * deep <= smallProduct;
  return { byHost, bytes: size * deep * Math.ceil(columns / packedColumns) * packedColumns };
}

/** The weight [columns, deep] or, going back, [deep, columns], as the products want it. */
function prepare(width: Width, weight: Strided, columns: number, deep: number, back: boolean, byHost: boolean): number {
  const [row, column] = back ? weight.strides : [weight.strides[1], weight.strides[0]];
  if (byHost && column === 1 && row === columns) return baseOf(weight);
  const bytes = bytesPerElement[weight.storage.dtype];
  const address = scratch(planOf(weight, columns, deep).bytes);
  if (byHost) width.gather(1, 1, deep, columns, baseOf(weight), 0, 0, bytes * row, bytes * column, address);
  else width.packWhole(columns, deep, baseOf(weight), row, column, address);
  return address;
}

/** How many rows of the batch a chunk takes through all steps, where it reads matrices of so many bytes in each step. */
function rowsOfChunk(rows: number, { byHost, bytes }: Plan): number {
  const fewest = Math.ceil(rows / mostChunks);
  if (byHost) return Math.max(smallRows, fewest);
  const half = Math.ceil(rows / 2 / wholeRows) * wholeRows;
  const few = bytes > cachedBytes ? Math.min(half, mostRows) : wholeRows;
  return Math.max(few, Math.ceil(fewest / wholeRows) * wholeRows);
}

/** Takes all rows of the batch through all steps, which have so many multiplications for each row. */
function runSteps(
  wasm: Kernels,
  { steps, rows, ins, n }: Sizes,
  size: number,
  how: number,
  back: boolean,
  products: number,
  addresses: readonly number[],
): void {
  const nanoseconds = steps * rows * (products * perProduct + n * perCell);
  const words = [size, rows, steps, n, Number(back), how, ins, ...addresses];
  runJob(wasm, "lstm", { threads: threadsFor(nanoseconds), chunks: Math.ceil(rows / size), nanoseconds }, words);
}

const matrix = (address: number, columns: number): Matrix => ({ address, row: columns, column: 1 });
const transposed = (address: number, columns: number): Matrix => ({ address, row: 1, column: columns });

const forward: FastKernel = ([y, cells, gates], inputs) => {
  const [x, h, c, weightIh, weightHh, biasIh, biasHh] = inputs;
  const sizes = sizesOf(x, y);
  const { steps, rows, ins, n } = sizes;
  const wasm = alike(inputs) && ins > 0 ? kernelsFor(sizeOf(gates.shape), worthwhile) : null;
  if (wasm === null) return false;
  const width = widthOf(wasm, x);
  const double = isFloat64(x);
  const [to, toCells, sums] = [y, cells, gates].map(resultOf);
  let bias = 0;
  if (biasIh !== undefined && biasHh !== undefined) {
    const bytes = bytesPerElement[x.storage.dtype];
    bias = scratch(bytes * 4 * n);
    width.binary(0, 1, 1, 4 * n, addressOf(biasIh), 0, 0, bytes, addressOf(biasHh), 0, 0, bytes, bias);
  }
  const plans = [planOf(weightHh, 4 * n, n), planOf(weightIh, 4 * n, ins)];
  const byHost = plans.every((p) => p.byHost);
  const plan: Plan = { byHost, bytes: plans[0].bytes + plans[1].bytes };
  // with both matrices in the cache, inputs and states are added up where the sums are at hand
  const together = byHost || plan.bytes <= cachedBytes;
  if (!together) {
    const [row, column] = weightIh.strides;
    const b: Matrix = { address: baseOf(weightIh), row: column, column: row };
    multiply({
      m: steps * rows,
      n: 4 * n,
      k: ins,
      double,
      a: matrix(addressOf(x), ins),
      b,
      c: matrix(sums, 4 * n),
      bias,
    });
  }
  const used = together ? plan : plans[0];
  const ofStates = prepare(width, weightHh, 4 * n, n, false, used.byHost);
  const ofInputs = together ? [addressOf(x), prepare(width, weightIh, 4 * n, ins, false, byHost), bias] : [0, 0, 0];
  const products = 4 * n * (n + (together ? ins : 0));
  const how = used.byHost ? 2 : Number(double);
  const known = [ofStates, addressOf(h), addressOf(c), to, toCells, sums, ...ofInputs];
  runSteps(wasm, sizes, rowsOfChunk(rows, used), how, false, products, known);
  return settle();
};

const rule: FastRule = (_g, { inputs, outputs, cotangents, metas, outputMetas, needs }) => {
  const [x, h, c, weightIh, weightHh] = inputs;
  const [y, cells, gates] = outputs;
  const [dy, dCells, dGates] = cotangents;
  // c is saved for all gradients but its own
  if (dGates !== null || needs.every((need, i) => !need || i === 2)) return null;
  const read = [gates, cells, weightHh, ...[dy, dCells].filter((t) => t !== null)];
  const sizes = sizesOf(metas[0], outputMetas[0]);
  const { steps, rows, ins, n } = sizes;
  const wasm = alike(read) && ins > 0 ? kernelsFor(sizeOf(gates.shape), worthwhile) : null;
  if (wasm === null) return null;
  const width = widthOf(wasm, gates);
  const double = isFloat64(gates);
  const bytes = bytesPerElement[gates.dtype];
  const [dx, dh, dc, dWeightIh, dWeightHh] = metas.map((m, i) => (needs[i] ? blank(m, null) : null));
  const db = needs[5] || needs[6] ? blank(metas[5], null) : null;
  // the states' cotangents carry those of all steps, and start at 0
  const [toH, toC] = [dh, dc].map((d) => {
    const address = d === null ? scratch(bytes * rows * n) : resultOf(d);
    wasm.clear(bytes * rows * n, address);
    return address;
  });
  const [given, givenCells] = [dy, dCells].map((t) => (t === null ? 0 : addressOf(t)));
  const sums = scratch(bytes * steps * rows * 4 * n);
  const plan = planOf(weightHh, n, 4 * n);
  const size = rowsOfChunk(rows, plan);
  const parts = steps * Math.ceil(rows / size);
  const totals = db === null ? 0 : scratch(bytes * parts * 4 * n);
  const by = prepare(width, weightHh, n, 4 * n, true, plan.byHost);
  const known = [by, addressOf(c), addressOf(cells), addressOf(gates), given, givenCells, toH, toC, sums, totals];
  runSteps(wasm, sizes, size, plan.byHost ? 2 : Number(double), true, 4 * n * n, known);
  const rowsOfSums = matrix(sums, 4 * n);
  const all = steps * rows;
  if (dx !== null) {
    const [row, column] = weightIh.strides;
    const b: Matrix = { address: baseOf(weightIh), row, column };
    multiply({ m: all, n: ins, k: 4 * n, double, a: rowsOfSums, b, c: matrix(resultOf(dx), ins) });
  }
  if (dWeightIh !== null) {
    const to = matrix(resultOf(dWeightIh), ins);
    multiply({ m: 4 * n, n: ins, k: all, double, a: transposed(sums, 4 * n), b: matrix(addressOf(x), ins), c: to });
  }
  if (dWeightHh !== null) {
    // the states before the steps: those of the first one, and what the others were left
    const product = { m: 4 * n, n, double, c: matrix(resultOf(dWeightHh), n) };
    multiply({ ...product, k: rows, a: transposed(sums, 4 * n), b: matrix(addressOf(h), n) });
    const later = transposed(sums + bytes * rows * 4 * n, 4 * n);
    if (steps > 1) multiply({ ...product, k: all - rows, a: later, b: matrix(addressOf(y), n), accumulate: true });
  }
  if (db !== null) width.sum(1, parts, 4 * n, totals, 1, resultOf(db));
  settle();
  return [dx, dh, dc, dWeightIh, dWeightHh, db, db].slice(0, metas.length);
};

export function registerLstm(): void {
  registerFastKernel("lstmLayer", forward);
  registerFastRule("lstmLayer", rule);
}
