/** The negative log-likelihood of classes in the last dimension, and its gradient. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { type Kernels, kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, declineKernel, finishKernel, indexAddressOf, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

/** Returns the kernels if x has one or two dimensions and all targets are classes; else `null`. */
function forClasses(x: Meta, target: Strided): Kernels | null {
  const fits = (x.dtype === "float32" || x.dtype === "float64") && (x.shape.length === 1 || x.shape.length === 2);
  const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null || wasm.outside(sizeOf(target.shape), x.shape[x.shape.length - 1], indexAddressOf(target)) < 0)
    return wasm;
  declineKernel();
  return null;
}

const nll: FastKernel = ([out], [x, target]) => {
  const { shape } = x;
  const wasm = forClasses({ shape, dtype: x.storage.dtype }, target);
  if (wasm === null) return false;
  kernelsOf(wasm, x).nll(
    sizeOf(target.shape),
    shape[shape.length - 1],
    addressOf(x),
    indexAddressOf(target),
    resultAddressOf(out),
  );
  return finishKernel();
};

const nllGrad: FastRule = (g, { inputs: [, target], metas: [x] }) => {
  const wasm = forClasses(x, target);
  if (wasm === null) return null;
  const dx = blank(x, null);
  kernelsOf(wasm, dx).nllGrad(
    sizeOf(target.shape),
    x.shape[x.shape.length - 1],
    addressOf(g),
    indexAddressOf(target),
    resultAddressOf(dx),
  );
  finishKernel();
  return [dx, null];
};

registerFastKernel("nll", nll);
registerFastRule("nll", nllGrad);
