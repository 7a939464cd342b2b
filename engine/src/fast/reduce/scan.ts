/** Running sums, products, recurrences and extremes along a dimension. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { sizeOf } from "../../tensor/shape.ts";
import * as Scan from "../abi/codes/scan.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  finishKernel,
  haveSameFloatDtype,
  indexResultAddressOf,
  isFloat,
  isIndex,
  resultAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

const scan =
  (op: number): FastKernel =>
  ([out], [x, factor = x], params) => {
    const { dim, reverse } = params as { readonly dim: number; readonly reverse: boolean };
    const wasm = haveSameFloatDtype([out, x, factor]) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
    if (wasm === null) return false;
    const [outer, n, inner] = sizesAround(x.shape, dim);
    const [from, by] = [addressOf(x), addressOf(factor)];
    kernelsOf(wasm, x).scan(op, Number(reverse), outer, n, inner, from, by, resultAddressOf(out));
    return finishKernel();
  };

const extremes =
  (smallest: boolean): FastKernel =>
  ([values, indices], [x], params) => {
    const fits = isFloat(x) && isIndex(indices);
    const wasm = fits ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
    if (wasm === null) return false;
    const [outer, n, inner] = sizesAround(x.shape, (params as { readonly dim: number }).dim);
    const [from, to] = [addressOf(x), resultAddressOf(values)];
    kernelsOf(wasm, x).scanExtremes(Number(smallest), outer, n, inner, from, to, indexResultAddressOf(indices));
    return finishKernel();
  };

for (const [name, op] of Object.entries(Scan)) registerFastKernel(name, scan(op));
registerFastKernel("cummax", extremes(false));
registerFastKernel("cummin", extremes(true));
