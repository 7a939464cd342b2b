/** Elements where a mask is true, times a number, as dropout keeps them. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { broadcastStrides, sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  broadcastAddressOf,
  declineKernel,
  finishKernel,
  isFloat,
  resultAddressOf,
  stridedAddressOf,
} from "../wasm/operands.ts";
import { collapse } from "../wasm/strides.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

const maskedScale: FastKernel = ([out], [x, mask], params) => {
  const fits = isFloat(out) && x.storage.dtype === out.storage.dtype && mask.storage.dtype === "bool";
  const wasm = fits ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const { scale } = params as { readonly scale: number };
  const loop = collapse(out.shape, [broadcastStrides(mask.shape, mask.strides, out.shape)]);
  const rank = loop.shape.length;
  if (rank > 3) return declineKernel();
  const n = (d: number): number => loop.shape[rank - 1 - d] ?? 1;
  const s = (d: number): number => loop.strides[0][rank - 1 - d] ?? 0;
  const [from, by] = [broadcastAddressOf(x, out.shape), stridedAddressOf(mask)];
  kernelsOf(wasm, out).maskedScale(n(2), n(1), n(0), from, by, s(2), s(1), s(0), scale, resultAddressOf(out));
  return finishKernel();
};

registerFastKernel("maskedScale", maskedScale);
