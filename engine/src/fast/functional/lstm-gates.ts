/** One step of an LSTM cell from its pre-activations, and its gradient. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { shareRows } from "../threads/rows-job.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, haveSameFloatDtype, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

const forward: FastKernel = ([h, next], [gates, c]) => {
  const wasm = haveSameFloatDtype([gates, c]) ? kernelsFor(sizeOf(c.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const n = c.shape[c.shape.length - 1];
  const rows = sizeOf(c.shape) / n;
  const [preActivations, cell, to, toCell] = [
    addressOf(gates),
    addressOf(c),
    resultAddressOf(h),
    resultAddressOf(next),
  ];
  if (!shareRows(wasm, c, "lstmGates", rows, n, [preActivations, cell, to, toCell]))
    kernelsOf(wasm, c).lstmGates(rows, n, preActivations, cell, to, toCell);
  return finishKernel();
};

const rule: FastRule = (_g, { inputs: [gates, c], outputs: [, next], cotangents, metas, needs }) => {
  // the kernel computes both gradients, and c is saved only for that of the pre-activations
  if (!needs[0]) return null;
  const operands = [gates, c, ...cotangents.filter((t) => t !== null)];
  const wasm = haveSameFloatDtype(operands) ? kernelsFor(sizeOf(c.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const [dh, dNext] = cotangents.map((t) => (t === null ? 0 : addressOf(t)));
  const [dGates, dc] = metas.map((m) => blank(m, null));
  const n = c.shape[c.shape.length - 1];
  const [to, toCell] = [resultAddressOf(dGates), resultAddressOf(dc)];
  const rows = sizeOf(c.shape) / n;
  const [preActivations, cell, nextCell] = [addressOf(gates), addressOf(c), addressOf(next)];
  if (!shareRows(wasm, c, "lstmGatesGrad", rows, n, [preActivations, cell, nextCell, dh, dNext, to, toCell]))
    kernelsOf(wasm, c).lstmGatesGrad(rows, n, preActivations, cell, nextCell, dh, dNext, to, toCell);
  finishKernel();
  return [dGates, dc];
};

registerFastKernel("lstmGates", forward);
registerFastRule("lstmGates", rule);
