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

/** Returns the kernels and the address of the classes as int32, if x has one or two dimensions and all targets are classes; else `null`. */
function forClasses(x: Meta, target: Strided): { readonly wasm: Kernels; readonly classes: number } | null {
  const fits = (x.dtype === "float32" || x.dtype === "float64") && (x.shape.length === 1 || x.shape.length === 2);
  const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const classes = indexAddressOf(target);
  if (wasm.outside(sizeOf(target.shape), x.shape[x.shape.length - 1], classes) < 0) return { wasm, classes };
  declineKernel();
  return null;
}

const nll: FastKernel = ([out], [x, target]) => {
  const { shape } = x;
  const found = forClasses({ shape, dtype: x.storage.dtype }, target);
  if (found === null) return false;
  const { nll: run } = kernelsOf(found.wasm, x);
  run(sizeOf(target.shape), shape[shape.length - 1], addressOf(x), found.classes, resultAddressOf(out));
  return finishKernel();
};

const nllGrad: FastRule = (g, { inputs: [, target], metas: [x] }) => {
  const found = forClasses(x, target);
  if (found === null) return null;
  const dx = blank(x, null);
  const { nllGrad: run } = kernelsOf(found.wasm, dx);
  run(sizeOf(target.shape), x.shape[x.shape.length - 1], addressOf(g), found.classes, resultAddressOf(dx));
  finishKernel();
  return [dx, null];
};

registerFastKernel("nll", nll);
registerFastRule("nll", nllGrad);
