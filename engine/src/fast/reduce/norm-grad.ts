/** The gradient of the Euclidean norm of rows. */
import { blank } from "../../dispatch/blank.ts";
import { type FastRule, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, haveSameFloatDtype, resultAddressOf } from "../wasm/operands.ts";
import { runsOf } from "./reduce.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

interface Norm {
  readonly dims: readonly number[];
  readonly ord: number;
}

const rule: FastRule = (g, { inputs: [x], output, params, metas }) => {
  const { dims, ord } = params as Norm;
  const fits = ord === 2 && haveSameFloatDtype([g, x, output]);
  const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  const [rows, n = 1, inner = 1] = runsOf(x.shape, dims);
  if (wasm === null || inner !== 1) return null;
  const dx = blank(metas[0], null);
  kernelsOf(wasm, x).euclideanGrad(rows, n, addressOf(x), addressOf(output), addressOf(g), resultAddressOf(dx));
  finishKernel();
  return [dx];
};

registerFastRule("vectorNorm", rule);
