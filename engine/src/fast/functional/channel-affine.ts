/** A scale and a shift of each channel, and their gradients. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, haveSameFloatDtype, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

const forward: FastKernel = ([out], inputs) => {
  const wasm = haveSameFloatDtype(inputs) ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [rows, channels, ...rest] = out.shape;
  const [x, w, b] = inputs.map(addressOf);
  kernelsOf(wasm, out).channelAffine(rows, channels, sizeOf(rest), x, w, b, resultAddressOf(out));
  return finishKernel();
};

const rule: FastRule = (g, { inputs, needs, metas }) => {
  const [rows, channels, ...rest] = g.shape;
  const wasm =
    metas.every((m) => m.dtype === g.dtype) && haveSameFloatDtype([g]) && g.shape.length > 2
      ? kernelsFor(sizeOf(g.shape), minWasmElements)
      : null;
  if (wasm === null) return null;
  const results = metas.map((m, i) => (needs[i] ? blank(m, null) : null));
  const x = needs[1] ? addressOf(inputs[0]) : 0;
  const w = needs[0] ? addressOf(inputs[1]) : 0;
  const [dx, dw, db] = results.map((t) => (t === null ? 0 : resultAddressOf(t)));
  kernelsOf(wasm, g).channelAffineGrad(rows, channels, sizeOf(rest), x, w, addressOf(g), dx, dw, db);
  finishKernel();
  return results;
};

registerFastKernel("channelAffine", forward);
registerFastRule("channelAffine", rule);
