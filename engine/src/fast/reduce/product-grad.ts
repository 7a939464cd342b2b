/** The gradient of products along a dimension. */
import { blank } from "../../dispatch/blank.ts";
import { type FastRule, registerFastRule } from "../../dispatch/fast.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { blockColumns } from "../abi/product-grad.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, haveSameFloatDtype, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;
/** Bytes of the products of a block of columns and of their least magnitudes. */
const scratchBytes = 16 * blockColumns;

const rule: FastRule = (g, { inputs: [x], params, metas }) => {
  const { dim } = params as { readonly dim: number | null };
  const wasm = haveSameFloatDtype([g, x]) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const [outer, n, inner] = dim === null ? [1, sizeOf(x.shape), 1] : sizesAround(x.shape, dim);
  const dx = blank(metas[0], null);
  const [from, by, scratch] = [addressOf(x), addressOf(g), allocateTemporary(scratchBytes)];
  kernelsOf(wasm, x).productGrad(outer, n, inner, from, by, resultAddressOf(dx), scratch);
  finishKernel();
  return [dx];
};

registerFastRule("prod", rule);
