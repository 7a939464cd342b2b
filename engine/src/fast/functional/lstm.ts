/** An LSTM layer over all steps: large products before or after the steps, and a job for the steps. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import * as Binary from "../abi/codes/binary.ts";
import * as LstmBackward from "../abi/jobs/lstm-backward.ts";
import * as LstmForward from "../abi/jobs/lstm-forward.ts";
import { type Matrix, multiply } from "../linalg/multiply.ts";
import { layoutOf } from "../threads/words.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  finishKernel,
  haveSameFloatDtype,
  isFloat64,
  resultAddressOf,
  stridedAddressOf,
} from "../wasm/operands.ts";
import {
  arithmeticOf,
  maxCachedBytes,
  type ProductPlan,
  planProduct,
  prepareWeight,
  rowsPerChunkOf,
  runSteps,
  sizesOf,
} from "./lstm-steps.ts";

/** With gates of fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

const [forwardAddresses, backwardAddresses] = [layoutOf(LstmForward), layoutOf(LstmBackward)];

/** Returns a contiguous matrix, and its transpose. */
const matrix = (address: number, columns: number): Matrix => ({ address, row: columns, column: 1 });
const transposed = (address: number, columns: number): Matrix => ({ address, row: 1, column: columns });

const forward: FastKernel = ([y, cells, gates], inputs) => {
  const [x, h, c, weightIh, weightHh, biasIh, biasHh] = inputs;
  const sizes = sizesOf(x, y);
  const { steps, rows, inputs: ins, n } = sizes;
  const wasm = haveSameFloatDtype(inputs) && ins > 0 ? kernelsFor(sizeOf(gates.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const typed = kernelsOf(wasm, x);
  const double = isFloat64(x);
  const [hidden, toCells, preActivations] = [y, cells, gates].map(resultAddressOf);
  let bias = 0;
  if (biasIh !== undefined && biasHh !== undefined) {
    const bytes = bytesPerElement[x.storage.dtype];
    bias = allocateTemporary(bytes * 4 * n);
    typed.binary(Binary.add, 1, 1, 4 * n, addressOf(biasIh), 0, 0, bytes, addressOf(biasHh), 0, 0, bytes, bias);
  }
  const plans = [planProduct(weightHh, 4 * n, n), planProduct(weightIh, 4 * n, ins)];
  const isNative = plans.every((p) => p.isNative);
  const both: ProductPlan = { isNative, bytes: plans[0].bytes + plans[1].bytes };
  // with both matrices in the cache, each step multiplies inputs and hidden states; otherwise one product multiplies the inputs of all steps before
  const together = isNative || both.bytes <= maxCachedBytes;
  if (!together) {
    const [row, column] = weightIh.strides;
    const b: Matrix = { address: stridedAddressOf(weightIh), row: column, column: row };
    multiply({
      m: steps * rows,
      n: 4 * n,
      k: ins,
      isFloat64: double,
      a: matrix(addressOf(x), ins),
      b,
      c: matrix(preActivations, 4 * n),
      bias,
    });
  }
  const plan = together ? both : plans[0];
  const addresses = forwardAddresses({
    hiddenWeight: prepareWeight(typed, weightHh, 4 * n, n, false, plan.isNative),
    firstHidden: addressOf(h),
    firstCell: addressOf(c),
    hidden,
    cells: toCells,
    gates: preActivations,
    inputs: together ? addressOf(x) : 0,
    inputWeight: together ? prepareWeight(typed, weightIh, 4 * n, ins, false, isNative) : 0,
    bias: together ? bias : 0,
  });
  const products = 4 * n * (n + (together ? ins : 0));
  runSteps(wasm, sizes, rowsPerChunkOf(rows, plan), arithmeticOf(x, plan), false, products, addresses);
  return finishKernel();
};

const rule: FastRule = (_g, { inputs, outputs, cotangents, metas, outputMetas, needs }) => {
  const [x, h, c, weightIh, weightHh] = inputs;
  const [y, cells, gates] = outputs;
  const [dy, dCells, dGates] = cotangents;
  // c is not saved where only its own gradient is needed
  if (dGates !== null || needs.every((need, i) => !need || i === 2)) return null;
  const operands = [gates, cells, weightHh, ...[dy, dCells].filter((t) => t !== null)];
  const sizes = sizesOf(metas[0], outputMetas[0]);
  const { steps, rows, inputs: ins, n } = sizes;
  const wasm = haveSameFloatDtype(operands) && ins > 0 ? kernelsFor(sizeOf(gates.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const typed = kernelsOf(wasm, gates);
  const double = isFloat64(gates);
  const bytes = bytesPerElement[gates.dtype];
  const [dx, dh, dc, dWeightIh, dWeightHh] = metas.map((m, i) => (needs[i] ? blank(m, null) : null));
  const db = needs[5] || needs[6] ? blank(metas[5], null) : null;
  // the cotangents of h and c before the first step carry those of all steps, and start at 0
  const [firstHiddenGrad, firstCellGrad] = [dh, dc].map((d) => {
    const address = d === null ? allocateTemporary(bytes * rows * n) : resultAddressOf(d);
    wasm.clear(bytes * rows * n, address);
    return address;
  });
  const [hiddenGrad, cellsGrad] = [dy, dCells].map((t) => (t === null ? 0 : addressOf(t)));
  const gatesGrad = allocateTemporary(bytes * steps * rows * 4 * n);
  const plan = planProduct(weightHh, n, 4 * n);
  const rowsPerChunk = rowsPerChunkOf(rows, plan);
  const parts = steps * Math.ceil(rows / rowsPerChunk);
  const biasSums = db === null ? 0 : allocateTemporary(bytes * parts * 4 * n);
  const addresses = backwardAddresses({
    hiddenWeight: prepareWeight(typed, weightHh, n, 4 * n, true, plan.isNative),
    firstCell: addressOf(c),
    cells: addressOf(cells),
    gates: addressOf(gates),
    hiddenGrad,
    cellsGrad,
    firstHiddenGrad,
    firstCellGrad,
    gatesGrad,
    biasSums,
  });
  runSteps(wasm, sizes, rowsPerChunk, arithmeticOf(gates, plan), true, 4 * n * n, addresses);
  const gradRows = matrix(gatesGrad, 4 * n);
  const all = steps * rows;
  if (dx !== null) {
    const [row, column] = weightIh.strides;
    const b: Matrix = { address: stridedAddressOf(weightIh), row, column };
    multiply({ m: all, n: ins, k: 4 * n, isFloat64: double, a: gradRows, b, c: matrix(resultAddressOf(dx), ins) });
  }
  if (dWeightIh !== null) {
    const to = matrix(resultAddressOf(dWeightIh), ins);
    multiply({
      m: 4 * n,
      n: ins,
      k: all,
      isFloat64: double,
      a: transposed(gatesGrad, 4 * n),
      b: matrix(addressOf(x), ins),
      c: to,
    });
  }
  if (dWeightHh !== null) {
    // hidden states before each step: h before the first one, and then y
    const product = { m: 4 * n, n, isFloat64: double, c: matrix(resultAddressOf(dWeightHh), n) };
    multiply({ ...product, k: rows, a: transposed(gatesGrad, 4 * n), b: matrix(addressOf(h), n) });
    const later = transposed(gatesGrad + bytes * rows * 4 * n, 4 * n);
    if (steps > 1) multiply({ ...product, k: all - rows, a: later, b: matrix(addressOf(y), n), accumulate: true });
  }
  if (db !== null) typed.sum(1, parts, 4 * n, biasSums, 1, resultAddressOf(db));
  finishKernel();
  return [dx, dh, dc, dWeightIh, dWeightHh, db, db].slice(0, metas.length);
};

registerFastKernel("lstmLayer", forward);
registerFastRule("lstmLayer", rule);
